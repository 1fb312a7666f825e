"""A rollout is agreed to when it starts: its later steps, its end and the alias need nobody again, anything beside them does."""

import pytest

from mlplan.core.policy import Approval
from mlplan.policy.approvals import required

STEPS = {"steps": [{"percent": 10, "duration": "30m"}, {"percent": 50, "duration": "2h"}]}
HOUR = 3600
ASKED = [Approval("risk", ("ana",))]
ALIAS, ROLLS, FOLLOWS = "model_alias.m.champion", "serving_endpoint.e", "serving_endpoint.g"


@pytest.fixture
def rolling(world):
    """Two endpoints behind the champion, of which one rolls out, at version 1; version 2 is declared."""
    world.model()
    world.versions("main.ml.m", 3)
    champion(world, 1)
    endpoint(world, "e", rollout=STEPS)
    endpoint(world, "g")
    world.settled()
    champion(world, 2)
    return world


def champion(world, version):
    world.declare(ALIAS, full_name="main.ml.m", alias="champion", version=version)


def endpoint(world, name, **more):
    served = {
        "name": "m", "entity_name": "main.ml.m", "traffic_percentage": 100, "entity_version": "@champion",
        "workload_size": more.pop("size", "Small"),
    }  # fmt: skip
    world.declare(f"serving_endpoint.{name}", name=name, served_entities=[served], **more)


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


def test_the_start_asks_for_all_that_will_come_of_it(rolling):
    assert asked(rolling) == [ALIAS, ROLLS]


def test_later_steps_and_the_end_ask_nobody_again(rolling):
    rolling.apply()
    rolling.clock.ahead += HOUR
    assert rolling.plan().rollouts[ROLLS].standing == "steps"
    assert asked(rolling) == []
    rolling.apply()
    assert rolling.plan().rollouts[ROLLS].standing == "waits"
    assert asked(rolling) == []
    rolling.clock.ahead += 3 * HOUR
    assert rolling.plan().rollouts[ROLLS].standing == "ends"
    assert {ALIAS, ROLLS, FOLLOWS} == {one.address for one in rolling.plan().active()}
    assert asked(rolling) == []


def test_turning_back_is_held_up_by_nobody(rolling):
    rolling.apply()
    assert rolling.plan(abort=frozenset({ROLLS})).rollouts[ROLLS].standing == "aborts"
    assert asked(rolling, abort=frozenset({ROLLS})) == []


MORE = {
    "a larger endpoint": (lambda world: endpoint(world, "e", rollout=STEPS, size="Large"), [ALIAS, ROLLS, FOLLOWS]),
    "a follower that grows": (lambda world: endpoint(world, "g", size="Large"), [ALIAS, FOLLOWS]),
    "other steps": (lambda world: endpoint(world, "e"), [ALIAS, ROLLS, FOLLOWS]),
    "another model": (lambda world: world.declare("experiment.x", name="/Shared/x"), ["experiment.x"]),
    "another version": (lambda world: champion(world, 3), [ALIAS, ROLLS]),
}


@pytest.mark.parametrize(("change", "needs"), MORE.values(), ids=MORE)
def test_anything_beside_it_is_asked_for(rolling, change, needs):
    rolling.apply()
    rolling.clock.ahead += HOUR
    rolling.apply()
    rolling.clock.ahead += 3 * HOUR
    change(rolling)
    assert asked(rolling) == needs
