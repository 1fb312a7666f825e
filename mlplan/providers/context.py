"""Context: what a provider is told about the run that opens it."""

from dataclasses import dataclass
from pathlib import Path

from mlplan.core.effect import Effects


@dataclass(frozen=True, slots=True)
class Context:
    """The project and environment that a provider is opened for."""

    root: Path
    project: str
    environment: str
    effects: Effects
    parallelism: int | None = None
    """Calls at the same time; None leaves it to the provider."""
    writable: bool = False
    """The run may change the platform; a provider that is opened without it can only read."""
