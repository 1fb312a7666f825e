"""Session: one project seen for one environment, with its backend and provider opened when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mlplan.core.effect import Effects
from mlplan.core.errors import Mistake, MlplanError

if TYPE_CHECKING:  # validating needs neither state nor provider
    from types import TracebackType

    from mlplan.app.snapshot_file import Snapshot
    from mlplan.core.backend import Backend, Lease
    from mlplan.core.declaration import Declaration
    from mlplan.core.diagnostic import Diagnostic
    from mlplan.core.ledger import Ledger
    from mlplan.core.provider import Provider
    from mlplan.core.state import State


@dataclass(frozen=True, slots=True)
class Request:
    """Which project and environment a command is about."""

    root: Path = Path()
    environment: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    parallelism: int | None = None
    """Calls at the same time; None leaves it to the provider."""
    effects: Effects = field(default_factory=Effects)
    snapshot: Path | None = None
    """A recording to read instead of the platform and the state."""
    patience: float = 0.0
    """Seconds to wait for the lock while another run holds it."""
    waits: Callable[[str], None] | None = None
    """Hears who holds the lock that is waited for."""
    policy: Path | None = None
    """The policy that counts, a file or a project's directory; the project's own when unset."""


class Session(AbstractContextManager["Session"]):
    """An opened project; leaving it closes what was opened."""

    def __init__(self, request: Request, *, writable: bool = False) -> None:
        """Load the project; Mistake with every finding when it has errors.

        Only a `writable` session gets a provider that can change the platform.
        """
        from mlplan.config.project import load  # noqa: PLC0415 - unlocking and explaining need no YAML

        loaded = load(request.root, request.environment, request.variables, policy=request.policy)
        if loaded.declaration is None:
            raise Mistake(*loaded.diagnostics)
        self.request = request
        self.writable = writable
        self.declaration: Declaration = loaded.declaration
        self.warnings: list[Diagnostic] = loaded.diagnostics

    @cached_property
    def snapshot(self) -> Snapshot | None:
        """Return what is read instead of platform and state; None when those are."""
        if self.request.snapshot is None:
            return None
        from mlplan.app.snapshot_file import read_snapshot  # noqa: PLC0415 - few plans are made from one

        return read_snapshot(self.request.snapshot, self.declaration)

    @property
    def effects(self) -> Effects:
        """Return the seam of every side effect."""
        return self.request.effects

    @cached_property
    def backend(self) -> Backend:
        """Return where the state of this environment is."""
        assert self.request.snapshot is None, "a snapshot is all that there is"
        from mlplan.app.backends import backend_of  # noqa: PLC0415 - validating needs no state

        seen = self.declaration.environment
        return backend_of(self.declaration, seen.name, self.declaration.state, seen.provider, self.effects)

    def read_state(self) -> State:
        """Return the state of this environment."""
        return self.snapshot.state if self.snapshot else self.backend.read()

    def ledger(self) -> Ledger:
        """Return the ledger of this environment."""
        return self.snapshot.ledger if self.snapshot else self.backend.ledger()

    def ledgers_elsewhere(self) -> dict[str, Ledger]:
        """Return the ledgers of the project's other environments, as far as there are any to be read."""
        if self.snapshot:
            return self.snapshot.elsewhere
        from mlplan.app.backends import backend_of  # noqa: PLC0415
        from mlplan.config.borders import borders  # noqa: PLC0415 - read only where an alias moves

        seen, found = self.declaration, {}
        for name, border in borders(seen.root).items():
            if name != seen.environment.name:
                with suppress(MlplanError):
                    found[name] = backend_of(seen, name, border.state, border.provider, self.effects).ledger()
        return found

    def lock(self, command: str) -> Lease:
        """Take the lock of this environment, waiting as long as the request says."""
        from mlplan.app.waiting import locked  # noqa: PLC0415 - plans take no lock

        return locked(self.backend, command, self.request.patience, self.effects.clock, self.request.waits)

    @cached_property
    def provider(self) -> Provider:
        """Return the platform of this environment, or what stands for it."""
        if self.snapshot:
            from mlplan.app.replaying import replaying  # noqa: PLC0415 - few plans are made from a snapshot

            return replaying(self.snapshot)
        from mlplan.providers.registry import Context, open_provider  # noqa: PLC0415 - most commands need none

        seen = self.declaration
        at_once = self.request.parallelism
        context = Context(seen.root, seen.project, seen.environment.name, self.effects, at_once, self.writable)
        return open_provider(seen.environment.provider, context)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the provider, if it was opened."""
        if "provider" in self.__dict__:
            self.provider.close()
