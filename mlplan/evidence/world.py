"""World: who holds what at one moment, as far as it was read: grants, owners, levels, groups.

What stands in no mapping was not read, which is not the same as nothing being there.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

On = tuple[str, str]
"""An object by kind and id."""

CONTAINERS = {"schema": ("catalog",), "volume": ("schema", "catalog"), "registered_model": ("schema", "catalog")}
"""What objects of a kind live in, innermost first; an id is the path to it, with a dot between parts."""
ACCOUNT, WORKSPACE = "account users", "users"
EVERYONE = frozenset((ACCOUNT, WORKSPACE))
"""Groups that everybody is in, without standing in any list of members."""
_APPLICATION = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(slots=True)
class World:
    """Everything about access that is known of one moment."""

    grants: dict[On, dict[str, frozenset[str]]] = field(default_factory=dict)
    """Direct privileges on an object by principal; an object without an entry was not read."""
    owners: dict[On, str] = field(default_factory=dict)
    """Owners; nobody for an object that will belong to whoever makes it."""
    levels: dict[On, dict[str, str]] = field(default_factory=dict)
    """Direct workspace permissions by principal."""
    bindings: dict[On, dict[str, frozenset[str]]] = field(default_factory=dict)
    """What each workspace may do with a catalog, whatever grants say."""
    known: set[On] = field(default_factory=set)
    """Objects that are there."""
    gone: set[On] = field(default_factory=set)
    """Objects that are certainly not there."""

    def there(self, on: On) -> bool:
        """Tell whether an object is there, with all that it lives in, as far as anyone knows."""
        return on not in self.gone and not any(one in self.gone for one in above(on))


class Groups:
    """Who is in which group, through other groups too; groups may hold each other in a circle."""

    def __init__(self, members: Mapping[str, frozenset[str]]) -> None:
        self.members = members
        self._direct: dict[str, set[str]] = {}
        for group, names in members.items():
            for name in names:
                self._direct.setdefault(name, set()).add(group)
        self._all: dict[str, frozenset[str]] = {}

    def of(self, name: str) -> frozenset[str]:
        """Return a principal and every group that it is in."""
        if name not in self._all:
            starts = {name, *_everyone(name)}
            self._all[name] = frozenset().union(*(reach(one, self._direct) for one in starts))
        return self._all[name]

    def inside(self, group: str) -> set[str]:
        """Return everybody who is known to be in a group."""
        return reach(group, self.members) - {group}


def above(on: On) -> Iterator[On]:
    """Yield what an object lives in, innermost first."""
    kind, id_ = on
    for container in CONTAINERS.get(kind, ()):
        id_ = id_.rpartition(".")[0]
        yield container, id_


def reach(start: str, edges: Mapping[str, Iterable[str]]) -> set[str]:
    """Return everything that can be reached from a name, itself included."""
    found, waiting = {start}, [start]
    while waiting:
        fresh = set(edges.get(waiting.pop(), ())) - found
        found |= fresh
        waiting += fresh
    return found


def may_be_group(name: str) -> bool:
    """Tell whether a name can be a group's: it is no address, no application id, and not everybody."""
    return bool(name) and "@" not in name and name not in EVERYONE and not _APPLICATION.fullmatch(name)


def _everyone(name: str) -> frozenset[str]:
    """Return those groups of everybody that a principal is in."""
    return frozenset((ACCOUNT,)) if name in EVERYONE else EVERYONE
