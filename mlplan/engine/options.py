"""Options: what a person may ask of a plan beyond the configuration."""

from dataclasses import dataclass

from mlplan.core.plan import Mode


@dataclass(frozen=True, slots=True)
class Options:
    """The scope of a plan and the consents given for it; addresses may be shell patterns."""

    targets: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    adopt: frozenset[str] = frozenset()
    """Addresses whose existing objects the project may take over."""
    take_over: frozenset[str] = frozenset()
    """Addresses whose existing objects may be taken from another owner."""
    allow_destroy: frozenset[str] = frozenset()
    """Addresses whose destruction is agreed to, where that needs saying."""
    abort: frozenset[str] = frozenset()
    """Endpoints whose rollout returns to its start."""
    restart: frozenset[str] = frozenset()
    """Endpoints whose aborted rollout begins anew."""
    mode: Mode = "apply"
    parallelism: int | None = None
    """Calls at the same time; None takes the provider's own number."""
