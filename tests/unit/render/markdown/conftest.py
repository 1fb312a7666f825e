"""Comments of plans made by hand."""

import pytest

from mlplan.core.plan import Plan
from mlplan.render.markdown import COMMENT, written
from mlplan.render.review import Review
from mlplan.render.sheet import Heading, Sheet

HEADING = Heading("fraud", "prod", "a workspace", "state serial 7", protected=True)


@pytest.fixture
def comment():
    """Return the comment of these changes."""

    def make(*changes, document=None, heading=HEADING, budget=COMMENT, show_steps=False, **more):
        parts = {name: more.pop(name) for name in ("evidence", "access", "policy") if name in more}
        plan = Plan({one.address: one for one in changes}, **more)
        return written(Sheet(plan, heading, Review(**parts), document or {}, show_steps), budget)

    return make


@pytest.fixture
def result():
    """Return what a rule says."""

    def make(code, outcome="failed", **more):
        found = {"code": code, "title": "t", "level": "deny", "outcome": outcome, "address": "", "summary": f"{code} says so",
                 "detail": "", "hint": "", "blocks": False, "exception": None, "about": ""}  # fmt: skip
        return found | more

    return make
