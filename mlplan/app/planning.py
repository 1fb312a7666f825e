"""Planning: a plan together with everything that it was made from, which is what a saved plan binds."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from mlplan.app.past import Past
from mlplan.app.session import Session
from mlplan.core.change import Object
from mlplan.core.declaration import Declaration
from mlplan.core.diagnostic import has_errors
from mlplan.core.errors import PlatformError
from mlplan.core.plan import Plan
from mlplan.core.policy import Result
from mlplan.core.provider import Provider
from mlplan.core.state import State
from mlplan.core.values import Values
from mlplan.engine.options import Options
from mlplan.engine.planner import make_plan
from mlplan.render.review import Review
from mlplan.render.sheet import Heading


@dataclass(slots=True)
class Planned:
    """A plan and its ground."""

    plan: Plan
    declaration: Declaration
    options: Options
    lineage: str
    serial: int
    provider: str
    provider_version: str
    where: str
    evidence: Values = field(default_factory=dict)
    """What speaks for and against each move of an alias, by model@alias."""
    access: Values = field(default_factory=dict)
    """Who gains and who loses what in the end."""
    policy: list[Result] = field(default_factory=list)
    """What the rules say."""
    approvals: list[Values] = field(default_factory=list)
    """Who has to agree to it, by the policy."""
    snapshot: str = ""
    """The digest of the recording that was read instead of the platform; empty when the platform was."""
    told: Values = field(default_factory=dict, repr=False)
    """What rules and documents see of it, once it was put together."""
    snapshot_time: str = ""
    """When that was made; RFC 3339 in UTC, to the second."""

    @property
    def denied(self) -> bool:
        """Tell whether a rule of the policy denies the plan."""
        return not self.plan.empty and any(one.blocks for one in self.policy)

    @property
    def refused(self) -> bool:
        """Tell whether apply would refuse the plan as a whole."""
        return has_errors(self.plan.diagnostics) or bool(self.plan.blocked)

    @property
    def failed(self) -> bool:
        """Tell whether the plan could not be made, apart from consents that are missing."""
        return has_errors(self.plan.diagnostics)

    def heading(self) -> Heading:
        """Return what the first line of the plan says."""
        state = f"state serial {self.serial}" if self.lineage else "no state yet"
        environment = self.declaration.environment
        return Heading(
            self.declaration.project, environment.name, self.where, state, environment.protected, self.snapshot_time
        )

    def review(self) -> Review:
        """Return what the plan says beyond its changes."""
        return Review(self.evidence, self.access, [one.as_json() for one in self.policy], self.approvals)


def plan_from(session: Session, state: State, options: Options) -> Planned:
    """Return the plan for this state; the project's warnings come first among its findings."""
    provider = session.provider
    past = Past(session)
    plan = make_plan(session.declaration, state, provider, options, session.effects.clock.now(), past.returns)
    plan.diagnostics = [*session.warnings, *plan.diagnostics]
    if session.snapshot:
        from mlplan.app.replaying import caveats  # noqa: PLC0415 - few plans are made from a snapshot

        plan.diagnostics += caveats(plan, provider)
    planned = Planned(
        plan=plan,
        declaration=session.declaration,
        options=options,
        lineage=state.lineage,
        serial=state.serial,
        provider=provider.name,
        provider_version=provider.version,
        where=provider.describe(),
        snapshot=session.snapshot.digest if session.snapshot else "",
        snapshot_time=session.snapshot.created if session.snapshot else "",
    )
    if not plan.empty:
        _look_closer(planned, session, past)
    return planned


def _look_closer(planned: Planned, session: Session, past: Past) -> None:
    """Find out what the changes mean: for models, for access, and by the project's rules."""
    from mlplan.app.evidence import evidence  # noqa: PLC0415 - a plan without changes needs none of it
    from mlplan.app.judging import judged  # noqa: PLC0415

    seen = planned.declaration
    planned.evidence = evidence(planned.plan, seen.resources, past, seen.environment.name)
    planned.access = _access(planned.plan, session.provider)
    planned.policy, planned.approvals = judged(planned, session)


def _access(plan: Plan, provider: Provider) -> Values:
    """Return who gains and who loses what, with the groups that the provider knows."""
    from mlplan.evidence.access import access_of  # noqa: PLC0415 - a plan without changes needs none of it
    from mlplan.evidence.membership import memberships  # noqa: PLC0415

    makes = any(one.action in ("create", "replace") for one in plan.changes.values())
    return access_of(
        plan,
        lambda wanted: _reads(provider, wanted),
        lambda names: memberships(provider, names),
        provider.user if makes else str,
    )


def _reads(provider: Provider, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Object | None]:
    """Return what access depends on and the plan had no need to read; not being allowed to is no reason to fail."""
    found: dict[tuple[str, str], Object | None] = {}
    for kind, id_ in sorted(wanted):
        handler = provider.handler(kind)
        with suppress(PlatformError):
            found[kind, id_] = handler.read(id_) if handler else None
    return found
