import pytest

from mlplan.core.plan import Plan, Step
from mlplan.core.state import Outcome
from mlplan.render.report import apply_text, skipped_text, step_text

STEPS = [Step(1, "create", "catalog.a"), Step(2, "update", "schema.b", (1,)), Step(3, "create", "volume.c", (2,))]


@pytest.fixture
def plan(change):
    changes = [change("catalog.a", action="create"), change("schema.b"), change("volume.c", action="create")]
    return Plan({one.address: one for one in changes}, STEPS)


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (Outcome(1, "done"), "  create   catalog.a ... done (1.2s)"),
        (Outcome(1, "failed", error="MLE512: no"), "  create   catalog.a ... failed (1.2s)"),
        (Outcome(1, "done", error="MLE520: dropped"), "  create   catalog.a ... failed (1.2s)"),
        (Outcome(1, "unknown", error="MLE518: ?"), "  create   catalog.a ... unknown (1.2s)"),
    ],
    ids=["done", "failed", "dropped", "unknown"],
)
def test_a_step_that_has_ended(outcome, line):
    assert step_text(STEPS[0], outcome, 1.23) == line


def test_a_step_that_is_not_tried():
    assert skipped_text(STEPS[1], "catalog.a failed") == "  update   schema.b ... skipped: catalog.a failed"


def test_all_done(plan):
    outcomes = {number: Outcome(number, "done") for number in (1, 2, 3)}
    assert apply_text(plan, "applied", outcomes, {}) == "Applied: 2 created, 1 updated.\n"


def test_what_failed_is_told_with_its_reason_and_then_what_waits_for_it(plan):
    outcomes = {1: Outcome(1, "done"), 2: Outcome(2, "failed", error="MLE512: in use\nlog\x1b[2J (wait)")}
    assert apply_text(plan, "partly applied", outcomes, {3: "schema.b failed"}) == (
        "Partly applied: 1 created; 1 step failed; 1 step not done.\n"
        "\n"
        "failed[MLE512]: update schema.b\n"
        "  in use\n"
        "  | log\\u001b[2J (wait)\n"
        "\n"
        "not done:\n"
        "  create   volume.c  (schema.b failed)\n"
        "\n"
        "What was done is recorded; run `mlplan plan` to see what is left.\n"
    )
