"""A rollout is agreed to when it starts: its later steps, its end and the alias need nobody again, anything beside them does."""

import pytest

from mlplan.core.policy import Approval
from mlplan.policy.approvals import required

STEPS = {"steps": [{"percent": 10, "duration": "30m"}, {"percent": 50, "duration": "2h"}]}
HOUR = 3600
ASKED = [Approval("risk", ("ana",))]
ALIAS, ROLLS, FOLLOWS = "model_alias.m.champion", "serving_endpoint.e", "serving_endpoint.g"


def asked(world, **options):
    """Return the addresses of the plan of this moment for which somebody is asked."""
    plan = world.plan(**options)
    changes = [one.as_json() for one in plan.active()]
    document = {
        "environment": "prod",
        "changes": changes,
        "rollouts": [one.as_json() for one in plan.rollouts.values()],
    }
    return [address for one in required(ASKED, document) for address in one["addresses"]]


def test_the_start_asks_for_all_that_will_come_of_it(followed):
    assert asked(followed) == [ALIAS, ROLLS]


def test_later_steps_and_the_end_ask_nobody_again(followed):
    followed.apply()
    followed.clock.ahead += HOUR
    assert followed.plan().rollouts[ROLLS].standing == "steps"
    assert asked(followed) == []
    followed.apply()
    assert followed.plan().rollouts[ROLLS].standing == "waits"
    assert asked(followed) == []
    followed.clock.ahead += 3 * HOUR
    assert followed.plan().rollouts[ROLLS].standing == "ends"
    assert {ALIAS, ROLLS, FOLLOWS} == {one.address for one in followed.plan().active()}
    assert asked(followed) == []


def test_turning_back_is_held_up_by_nobody(followed):
    followed.apply()
    assert followed.plan(abort=frozenset({ROLLS})).rollouts[ROLLS].standing == "aborts"
    assert asked(followed, abort=frozenset({ROLLS})) == []


MORE = {
    "a larger endpoint": (lambda world: world.endpoint("e", rollout=STEPS, size="Large"), [ALIAS, ROLLS, FOLLOWS]),
    "a follower that grows": (lambda world: world.endpoint("g", size="Large"), [ALIAS, FOLLOWS]),
    "other steps": (lambda world: world.endpoint("e"), [ALIAS, ROLLS, FOLLOWS]),
    "another model": (lambda world: world.declare("experiment.x", name="/Shared/x"), ["experiment.x"]),
    "another version": (lambda world: world.points(3), [ALIAS, ROLLS]),
}


@pytest.mark.parametrize(("change", "needs"), MORE.values(), ids=MORE)
def test_anything_beside_it_is_asked_for(followed, change, needs):
    followed.apply()
    followed.clock.ahead += HOUR
    followed.apply()
    followed.clock.ahead += 3 * HOUR
    change(followed)
    assert asked(followed) == needs
