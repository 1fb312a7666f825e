"""Recording: what a platform told while a project was planned, so that it can be planned again without the platform.

What is not in it was not asked for, which is not the same as nothing being there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mlplan.core.change import Object
from mlplan.core.evidence import VersionEvidence
from mlplan.core.plan import Version

On = tuple[str, str]
"""An object by kind and id."""


@dataclass(slots=True)
class Recording:
    """Everything that one platform told."""

    name: str = ""
    version: str = ""
    where: str = ""
    user: str = ""
    identity: dict[str, str] = field(default_factory=dict)
    """What else the provider knows of the principal that acts."""
    knows: tuple[str, ...] = ()
    """What the provider can tell beside objects: `groups`, `versions`."""
    kinds: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Each kind that the provider has, with what its handler can do: `blocks`, `refuses`, `waits`."""
    objects: dict[On, Object | None] = field(default_factory=dict)
    """What was read; absence is a value too."""
    unreadable: dict[On, str] = field(default_factory=dict)
    """Why an object could not be read."""
    versions: dict[Version, VersionEvidence | None] = field(default_factory=dict)
    """All that is known of a version; None for one that does not exist."""
    unread: dict[Version, str] = field(default_factory=dict)
    """Why nothing is known of a version."""
    listed: dict[str, list[VersionEvidence]] = field(default_factory=dict)
    """Every version of a model, as a list tells of it."""
    members: dict[str, frozenset[str] | None] = field(default_factory=dict)
    """The direct members of a group; None for a name that the provider knows nothing of."""

    def recalls(self, kind: str, id: str) -> bool:  # noqa: A002 - the word of the house
        """Tell whether an object was asked for, whatever the answer was."""
        return (kind, id) in self.objects or (kind, id) in self.unreadable

    def groups(self) -> Mapping[str, frozenset[str]]:
        """Return the members of the groups that are known."""
        return {name: members for name, members in self.members.items() if members is not None}
