"""Forged: a plan that somebody made up or kept back does nothing that the merged files and the command line do not say."""

import json
from dataclasses import replace

import pytest
from saved_worlds import BASE, OPTIONS, Agreeing, prepared

from mlplan.app.apply import apply, apply_reviewed, apply_saved
from mlplan.app.document import plan_document
from mlplan.app.plan import plan
from mlplan.app.saved import Stale
from mlplan.core.errors import Refused
from mlplan.engine.options import Options

CHAMPION = "main.ml.score@champion"


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return prepared(tmp_path_factory.mktemp("base") / "world")


@pytest.fixture
def world(base, tmp_path):
    return base.copy(tmp_path / "world")


def reviewed(world, document, request=None, options=OPTIONS):
    """Apply what was reviewed; the codes when that is refused with nothing written."""
    before = world.fingerprint()
    world.writes.clear()
    try:
        return apply_reviewed(
            request or world.request, json.loads(json.dumps(document)), Agreeing(), options=options
        ).status
    except Refused as refusal:
        assert (world.writes, world.fingerprint()) == ([], before)
        return sorted({one.code for one in refusal.diagnostics()})


def test_variables_of_the_file_are_not_those_of_the_apply(world):
    document = world.plan(variables={"team": "mallory"})
    assert reviewed(world, document) == ["MLE428"]
    assert reviewed(world, document, replace(world.request, variables={"team": "mallory"})) == "applied"


def test_consents_of_the_file_are_not_those_of_the_apply(world):
    world.edit("resources/main.yaml", "    quiet: {name: /Shared/quiet}\n", "")
    document = world.plan()
    with pytest.raises(Stale) as error:
        apply_reviewed(world.request, document, Agreeing(), options=Options())
    [found] = error.value.diagnostics()
    assert "options.allow_destroy" not in found.hint
    assert "command line" in found.summary
    assert "say the same to `apply --reviewed`" in found.hint
    assert reviewed(world, document) == "applied"


@pytest.mark.parametrize("run", [apply_saved, apply_reviewed])
def test_no_file_destroys_an_environment(world, run):
    everything = replace(OPTIONS, mode="destroy", allow_destroy=frozenset(["*"]))
    document = json.loads(json.dumps(plan_document(plan(world.request, everything), {}, world.clock.now())))
    assert document["summary"]["delete"] > 0
    before = world.fingerprint()
    with pytest.raises(Refused) as error:
        run(world.request, document, Agreeing())
    assert (error.value.code, world.fingerprint()) == ("MLE448", before)


def test_what_was_taken_back_is_not_done_again_by_the_plan_that_did_it(world):
    world.declare(BASE | {"CHAMPION": "2"})
    document = world.plan()
    assert reviewed(world, document) == "applied"
    assert reviewed(world, document) == "nothing to do"
    world.declare(BASE)
    back = world.plan()
    assert reviewed(world, back) == "applied"
    world.declare(BASE | {"CHAMPION": "2"})  # the first merge's run, once more, from its own commit
    assert reviewed(world, document) == ["MLE447"]
    assert reviewed(world, world.plan()) == "applied"


def test_what_was_taken_back_by_hand_is_drift_and_another_change(world):
    world.declare(BASE | {"CHAMPION": "2"})
    document = world.plan()
    assert reviewed(world, document) == "applied"
    world.set("model_alias", CHAMPION, {"version": "1"})
    world.set("serving_endpoint", "front", {"served_entities[m].entity_version": "1"})
    assert reviewed(world, document) == ["MLE428"]


def test_an_apply_of_other_objects_between_does_not_overtake(world):
    world.declare(BASE | {"CHAMPION": "2"})
    document = world.plan()
    world.declare(BASE | {"STAGE": "b"})
    assert apply(world.request, replace(OPTIONS, targets=("experiment.fraud",)), Agreeing()).status == "applied"
    world.declare(BASE | {"STAGE": "b", "CHAMPION": "2"})
    assert reviewed(world, document) == "applied"
