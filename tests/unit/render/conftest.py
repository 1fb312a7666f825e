"""Plans made by hand, as the renderer gets them."""

import pytest

from mlplan.core.address import kind_of
from mlplan.core.change import Change, FieldChange
from mlplan.core.path import parse
from mlplan.core.plan import Plan
from mlplan.render.human import plan_text
from mlplan.render.sheet import Heading

HEADING = Heading("fraud", "prod", "a workspace", "state serial 7")


@pytest.fixture
def field():
    """Return a field's change by its written path."""

    def make(path, before, after, recorded=None, cause="config", **more):
        return FieldChange(parse(path), before, after, recorded, cause, **more)

    return make


@pytest.fixture
def change():
    """Return a change of a resource."""

    def make(address, *fields, action="update", risk="safe", id="prod.ml.x", **more):  # noqa: A002 - its name
        return Change(address, kind_of(address), id, action, risk, fields=fields, **more)

    return make


@pytest.fixture
def shown():
    """Return the text of a plan of these changes, without its first line."""

    def show(*changes, diagnostics=(), steps=(), **more):
        plan = Plan({one.address: one for one in changes}, list(steps), list(diagnostics))
        return plan_text(plan, HEADING, **more).partition("\n")[2]

    return show
