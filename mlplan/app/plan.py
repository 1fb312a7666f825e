"""Plan: what an apply of this moment would do."""

from mlplan.app.planning import Planned, plan_from
from mlplan.app.session import Request, Session
from mlplan.engine.options import Options


def plan(request: Request, options: Options) -> Planned:
    """Return the plan; nothing is written and no lock is taken."""
    with Session(request) as session:
        return plan_from(session, session.read_state(), options)
