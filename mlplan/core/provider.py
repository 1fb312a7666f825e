"""Provider: the port to a platform, and the guide for those who write one.

A provider is a set of handlers, one per kind. A handler speaks to the platform in five verbs and
nothing else: it never diffs, retries a write, orders, logs or wraps errors, because the engine does.

- Absence is a value: `read` returns None, and only when the platform says that there is none.
  Not allowed, not reachable and not understood are exceptions of `mlplan.core.errors`.
- Values come and go in canonical form (`Spec.canonical`), so that equal means `==`. Whatever the
  server adds on its own stays out of `values`; what only it knows goes to `outputs`.
- `create` and `update` return the object as the platform now has it: from its answer, or read back.
- `delete` of what is gone succeeds.
- What cannot be applied and read back is said by `refuses`, and the plan refuses it.
- Handlers are called from several threads.

Abilities are optional: a handler has one when it has the method (`Waits`, `Renames`, `Restores`,
`ReadsMany`, `Finds`, `Blocks`), and so has a provider (`LooksAhead`, `Identifies`, `KnowsVersions`, `KnowsGroups`).
`mlplan.testing.contract` holds the suite that every provider runs.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, Protocol, runtime_checkable

from mlplan.core.change import FieldChange, Object
from mlplan.core.declaration import Declaration
from mlplan.core.evidence import VersionEvidence
from mlplan.core.kind import Problem
from mlplan.core.values import Values


class Edit(NamedTuple):
    """An update as a handler sees it."""

    actual: Object
    desired: Values
    fields: tuple[FieldChange, ...]


class Wanted(NamedTuple):
    """Why a plan reads an object: what is declared of it and what was last applied, as far as it has either."""

    declared: Values | None = None
    recorded: Values | None = None
    owner: str = ""
    """Who its marker is to name, of a kind that has a place for one; a read that does not show that proves nothing."""

    @property
    def sides(self) -> tuple[Values, Values]:
        """Return what is declared and what was applied, empty where there is none."""
        return self.declared or {}, self.recorded or {}


class Handler(ABC):
    """The five verbs of one kind; `id` is the platform's own name, as `Spec.identify` makes it."""

    @abstractmethod
    def read(self, id: str) -> Object | None:  # noqa: A002 - the word of the house
        """Return the object, soft-deleted ones included, or None when there is none."""

    @abstractmethod
    def create(self, id: str, desired: Values) -> Object:  # noqa: A002
        """Make the object; Conflict when one of that name exists."""

    @abstractmethod
    def update(self, id: str, edit: Edit) -> Object:  # noqa: A002
        """Bring the object to `edit.desired`, touching only what `edit.fields` names."""

    @abstractmethod
    def delete(self, id: str, recorded: Values) -> None:  # noqa: A002
        """Take the object down; `recorded` holds its last applied fields, such as `force_destroy`."""

    def refuses(self, values: Values) -> Iterator[Problem]:  # noqa: ARG002
        """Yield what this platform cannot apply and read back; nothing by default."""
        yield from ()


@runtime_checkable
class ReadsMany(Protocol):
    """Can answer for many objects in few calls."""

    def read_many(self, ids: Sequence[str]) -> Iterable[Object]:
        """Return those of the objects that exist."""


@runtime_checkable
class Waits(Protocol):
    """Objects of the kind take time to become ready."""

    def wait(self, id: str) -> Object:  # noqa: A002
        """Return once the object is ready; NotReady with the platform's reason when it fails."""


@runtime_checkable
class Renames(Protocol):
    """Objects of the kind keep their contents under a new name."""

    def rename(self, id: str, new_id: str, desired: Values) -> Object:  # noqa: A002
        """Give the object its new name; nothing else changes."""


@runtime_checkable
class Restores(Protocol):
    """Deleted objects of the kind can come back."""

    def restore(self, id: str) -> Object:  # noqa: A002
        """Bring the deleted object back as it was."""


@runtime_checkable
class Finds(Protocol):
    """Can find objects by a tag or property, of a kind that has a place for markers (`Spec.carrier`)."""

    def carrying(self, key: str, value: str) -> Iterable[Object]:
        """Return the objects that we may see and that carry this pair; deleted ones may be left out."""


@runtime_checkable
class Blocks(Protocol):
    """Knows changes that it would refuse to make, before anything is done."""

    def blocks(self, actual: Object, desired: Values) -> str:
        """Return why a change is refused and what lifts that; nothing when it is not."""


@runtime_checkable
class LooksAhead(Protocol):
    """A provider that reads less when it knows what a plan will ask for, and why."""

    def look_ahead(self, wanted: Mapping[str, Mapping[str, Wanted]]) -> None:
        """Hear what the reads that follow are about, by kind and id; what was read before is out of date."""


@runtime_checkable
class Identifies(Protocol):
    """A provider that knows more of the principal that acts than its name."""

    def identity(self) -> Mapping[str, str]:
        """Return what else there is to say of it, such as its groups and how it signed in."""

    def lacking(self, declaration: Declaration, purpose: Literal["plan", "apply"]) -> list[str] | None:
        """Return the privileges that it is known to lack for a project; None when nobody can tell."""


@runtime_checkable
class KnowsVersions(Protocol):
    """A provider that can tell what a registered model version is and where it comes from."""

    def model_version(self, model: str, number: int) -> VersionEvidence | None:
        """Return all that is known of a version, or None when there is no such version; called from many threads."""

    def model_versions(self, model: str) -> list[VersionEvidence]:
        """Return every version of a model, oldest first, with what one list tells: no run, no files."""


@runtime_checkable
class KnowsGroups(Protocol):
    """A provider that can tell who is in a group."""

    def members(self, groups: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Return the direct members of each group that is known: users, service principals and groups by name."""


class Provider(ABC):
    """A platform, opened for one environment."""

    name: str
    version: str = "1"
    parallelism: int = 10
    """Calls at the same time that the platform takes well, unless the user says otherwise."""

    @abstractmethod
    def handler(self, kind: str) -> Handler | None:
        """Return the handler of a kind, or None when the platform has no such thing."""

    @abstractmethod
    def describe(self) -> str:
        """Return where this points, for people: a host, a file."""

    def user(self) -> str:
        """Return the name of the principal that acts."""
        return ""

    def close(self) -> None:  # noqa: B027 - many platforms hold nothing open
        """Let go of connections."""
