"""Declaration: all that a project declares for one environment, checked and resolved as far as files can tell."""

from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import NamedTuple

from mlplan.core.marker import owner
from mlplan.core.path import Path
from mlplan.core.source import Origin
from mlplan.core.values import Values


class Lifecycle(NamedTuple):
    """How a resource may change, apart from what it is."""

    prevent_destroy: bool | None = None
    """None says nothing, and leaves the mark in state as it is; False lifts it."""
    ignore_changes: tuple[Path, ...] = ()
    create_before_destroy: bool = False


DEFAULT_LIFECYCLE = Lifecycle()


@dataclass(slots=True)
class Resource:
    """One declared resource; its values are canonical and may hold `Unknown`."""

    address: str
    kind: str
    values: Values
    origin: Origin
    needs: tuple[str, ...] = ()
    """Addresses that its references point at."""
    lifecycle: Lifecycle = DEFAULT_LIFECYCLE


class Moved(NamedTuple):
    """A rename of an address that leaves the object alone."""

    from_address: str
    to_address: str
    origin: Origin


class Removed(NamedTuple):
    """A resource that is no longer declared, and whether its object goes too."""

    address: str
    destroy: bool
    origin: Origin


class Import(NamedTuple):
    """An existing object that the project adopts on purpose."""

    address: str
    id: str
    origin: Origin


class Target(NamedTuple):
    """A provider or backend by name, with its options."""

    name: str
    options: Values = {}


class Environment(NamedTuple):
    """Where a plan looks and an apply writes."""

    name: str
    provider: Target
    protected: bool = False


@dataclass(slots=True)
class Declaration:
    """One project, seen for one environment."""

    root: FilePath
    project: str
    environment: Environment
    state: Target
    resources: dict[str, Resource]
    moved: list[Moved] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    policy: str = ""
    digest: str = ""
    """sha256 over everything above that bears on a plan."""
    files: tuple[str, ...] = ()
    policy_root: FilePath | None = None
    """Where the policy file lies, when that is not the project's own directory."""
    plugins: tuple[str, ...] = ()
    """Distributions whose rules the policy names."""
    variables: Values = field(default_factory=dict)
    """What each variable stands for."""

    @property
    def owner(self) -> str:
        """Return the name under which it owns objects."""
        return owner(self.project, self.environment.name)
