"""Project: resources that are planned against and applied to a provider, as the command line would do it."""

from collections.abc import Mapping
from pathlib import Path

from mlplan.core import address as addresses
from mlplan.core.backend import Backend
from mlplan.core.change import Change
from mlplan.core.declaration import Declaration, Environment, Resource, Target
from mlplan.core.effect import Effects
from mlplan.core.plan import Mode, Plan, Step
from mlplan.core.provider import Provider
from mlplan.core.source import Origin
from mlplan.core.state import Outcome
from mlplan.core.values import Values
from mlplan.engine.applier import Applied, run
from mlplan.engine.options import Options
from mlplan.engine.planner import make_plan
from mlplan.kinds import spec
from mlplan.state.registry import open_backend


class Unwatched:
    """An apply that nobody watches and nobody stops."""

    def started(self, step: Step, change: Change) -> None:
        """Hear that a step begins."""

    def finished(self, step: Step, change: Change, outcome: Outcome) -> None:
        """Hear what became of a step."""

    def skipped(self, step: Step, change: Change, why: str) -> None:
        """Hear that a step will not be tried."""

    def stopping(self) -> bool:
        """Tell that everything may go on."""
        return False


class Project:
    """A provider, a state in a directory, and what is declared at the moment."""

    def __init__(self, provider: Provider, root: Path, effects: Effects | None = None) -> None:
        self.provider = provider
        self.root = root
        self.effects = effects or Effects()
        self.resources: dict[str, Resource] = {}
        state = Target("local", {"path": str(root / "state")})
        self.backend: Backend = open_backend(state, root, "laws", "dev", self.effects)

    def declare(self, resources: Mapping[str, Values]) -> None:
        """Declare resources by their addresses, beside those that are declared already or in their place."""
        for address, values in resources.items():
            kind = spec(addresses.kind_of(address))
            origin = Origin("laws.yaml", (address,))
            self.resources[address] = Resource(address, kind.kind, kind.canonical(values), origin)

    def declaration(self) -> Declaration:
        """Return what is declared, as a project of its own."""
        return Declaration(
            root=self.root,
            project="laws",
            environment=Environment("dev", Target(self.provider.name)),
            state=Target("local"),
            resources=dict(self.resources),
        )

    def plan(self, mode: Mode = "apply") -> Plan:
        """Return what an apply would do, with every destruction agreed to."""
        consents = frozenset(("*",))
        return make_plan(
            self.declaration(), self.backend.read(), self.provider, Options(allow_destroy=consents, mode=mode)
        )

    def apply(self, mode: Mode = "apply") -> Applied:
        """Plan and apply; AssertionError for a plan that could not be applied."""
        lease = self.backend.lock("laws")
        try:
            plan = self.plan(mode)
            errors = [one for one in plan.diagnostics if one.severity == "error"]
            assert not errors, errors
            return run(plan, self.backend.read(), self.provider, lease, self.effects, Unwatched())
        finally:
            lease.release()
