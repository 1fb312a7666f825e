"""Routes: every operation that the server answers to, from the files that each hold a group."""

from mlplan.testing.server import (
    bindings,
    catalogs,
    endpoints,
    experiments,
    grants,
    identity,
    models,
    permissions,
    registry,
    schemas,
    volumes,
)
from mlplan.testing.server.route import Table

GROUPS = (
    catalogs,
    schemas,
    volumes,
    models,
    grants,
    bindings,
    experiments,
    registry,
    permissions,
    endpoints,
    identity,
)


def table() -> Table:
    """Return the table of all routes."""
    return Table(route for group in GROUPS for route in group.routes())
