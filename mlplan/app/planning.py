"""Planning: a plan together with everything that it was made from, which is what a saved plan binds."""

from dataclasses import dataclass

from mlplan.app.session import Session
from mlplan.core.declaration import Declaration
from mlplan.core.diagnostic import has_errors
from mlplan.core.plan import Plan
from mlplan.core.state import State
from mlplan.engine.options import Options
from mlplan.engine.planner import make_plan
from mlplan.render.human import Heading


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
        return Heading(self.declaration.project, environment.name, self.where, state, environment.protected)


def plan_from(session: Session, state: State, options: Options) -> Planned:
    """Return the plan for this state; the project's warnings come first among its findings."""
    provider = session.provider
    plan = make_plan(session.declaration, state, provider, options)
    plan.diagnostics = [*session.warnings, *plan.diagnostics]
    return Planned(
        plan=plan,
        declaration=session.declaration,
        options=options,
        lineage=state.lineage,
        serial=state.serial,
        provider=provider.name,
        provider_version=provider.version,
        where=provider.describe(),
    )
