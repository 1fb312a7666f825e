"""Graph: the declared resources and what each needs, told without asking any platform."""

from mlplan.app.session import Request, Session
from mlplan.core.declaration import Declaration
from mlplan.kinds import spec

Graph = dict[str, tuple[str, ...]]
"""Each address with the addresses that it needs."""


def graph(request: Request) -> Graph:
    """Return the graph of the project for one environment."""
    with Session(request) as session:
        return graph_of(session.declaration)


def graph_of(declaration: Declaration) -> Graph:
    """Return what each declared resource needs: by reference, and by living inside of it."""
    owners = {
        (one.kind, spec(one.kind).identify(one.values)): address for address, one in declaration.resources.items()
    }
    made: Graph = {}
    for address, one in declaration.resources.items():
        implied = {owners.get((link.kind, link.id)) for link in spec(one.kind).links(one.values)}
        made[address] = tuple(sorted({*one.needs, *(owner for owner in implied if owner)} - {address}))
    return made
