"""Rollback: the version that the ledger knows, written into the project's files."""

import json

import pytest

from mlplan.app.apply import apply
from mlplan.app.local import register
from mlplan.app.plan import plan
from mlplan.app.promote import promote
from mlplan.app.rollback import rollback
from mlplan.core.errors import Mistake, StateError
from mlplan.engine.options import Options
from mlplan.providers.local.register import Logged

MODEL = """\
resources:
  catalogs: {main: {name: dev}}
  schemas: {ml: {catalog_name: dev, name: ml}}
  registered_models:
    fraud: {catalog_name: dev, schema_name: ml, name: fraud}
"""
MLMODEL = """\
flavors: {python_function: {loader_module: mlflow.sklearn, python_version: 3.11.7}}
mlflow_version: 3.1.0
signature:
  inputs: '[{"type": "double", "name": "amount", "required": true}]'
  outputs: '[{"type": "double", "required": true}]'
"""


@pytest.fixture
def world(project, request_, watcher):
    """Return a project with four versions of a model, the first of them champion."""
    path = project / "resources/all.yaml"
    path.write_text(MODEL, encoding="utf-8")
    assert apply(request_, Options(), watcher).status == "applied"
    (project / "model").mkdir()
    (project / "model/MLmodel").write_text(MLMODEL, encoding="utf-8")
    for _ in range(4):
        register(request_, "dev.ml.fraud", project / "model", Logged(), {}, "READY")
    path.write_text(MODEL.replace("name: fraud}", "name: fraud, aliases: {champion: 1}}"), encoding="utf-8")
    assert apply(request_, Options(), watcher).status == "applied"
    return project


@pytest.fixture
def move(world, request_, watcher, clock):
    """Return a call that makes a version champion by promote and apply, an hour later."""

    def go(version):
        clock.moment += 3600
        promote(request_, "fraud", "champion", version)
        assert apply(request_, Options(), watcher).status == "applied"

    return go


def moves_of(request):
    return [one["move"] for one in plan(request, Options()).evidence.values()]


def test_the_version_before_comes_back(request_, move):
    move(2)
    made = rollback(request_, "dev.ml.fraud", "champion")
    assert (made.before, made.after, made.written) == (2, 1, True)
    assert made.why.startswith(
        "v1 held dev.ml.fraud@champion from 2026-01-01T09:00:00Z until 2026-01-01T10:00:00Z, by "
    )


def test_each_rollback_goes_further_back(request_, move, watcher):
    for version in (2, 3, 4):
        move(version)
    seen = []
    for _ in range(3):
        seen.append(rollback(request_, "fraud", "champion").after)
        assert apply(request_, Options(), watcher).status == "applied"
    assert seen == [3, 2, 1]
    with pytest.raises(Mistake, match="only `--to` goes again: v2, v3, v4") as refused:
        rollback(request_, "fraud", "champion")
    assert refused.value.code == "MLE349"


def test_forth_again_to_what_was_left_is_a_promotion_with_its_gates(request_, move):
    for version in (3, 2):
        move(version)
    rollback(request_, "fraud", "champion")
    assert moves_of(request_) == ["rollback"]
    move(3)
    promote(request_, "fraud", "champion", 2)
    assert moves_of(request_) == ["promotion"]


def test_one_that_is_written_and_not_applied_is_not_written_twice(request_, move):
    move(2)
    assert rollback(request_, "fraud", "champion").lines
    again = rollback(request_, "fraud", "champion")
    assert (again.after, again.lines, again.written) == (1, [], False)


def test_from_a_version_that_was_never_applied_it_goes_to_the_one_that_holds_the_alias(request_, move):
    move(2)
    promote(request_, "fraud", "champion", 4)
    made = rollback(request_, "fraud", "champion")
    assert made.after == 2
    assert made.why.startswith("v2 holds dev.ml.fraud@champion since 2026-01-01T10:00:00Z, by ")
    assert rollback(request_, "fraud", "champion").after == 1


def test_the_first_version_has_none_before(world, request_):
    with pytest.raises(Mistake, match="before: v1 was its first version") as refused:
        rollback(request_, "fraud", "champion")
    assert refused.value.code == "MLE349"
    assert "--to VERSION" in refused.value.hint


def test_an_alias_without_history_has_none_either(project, request_):
    (project / "resources/all.yaml").write_text(
        MODEL.replace("name: fraud}", "name: fraud, aliases: {champion: 1}}"), encoding="utf-8"
    )
    with pytest.raises(Mistake, match=r"before$") as refused:
        rollback(request_, "fraud", "champion")
    assert refused.value.code == "MLE349"


def test_a_damaged_ledger_is_not_followed_but_a_version_can_be_named(world, request_, move):
    move(2)
    (ledger,) = (world / ".mlplan").rglob("ledger.jsonl")
    first, *rest = ledger.read_text(encoding="utf-8").splitlines()
    forged = json.dumps(json.loads(first) | {"who": "nobody"})
    ledger.write_text("\n".join([forged, *rest, ""]), encoding="utf-8")
    with pytest.raises(StateError) as refused:
        rollback(request_, "fraud", "champion")
    assert refused.value.code == "MLE620"
    assert rollback(request_, "fraud", "champion", 1).after == 1


def test_a_dry_run_leaves_the_file(world, request_, move):
    move(2)
    before = {path: path.read_bytes() for path in world.rglob("*.yaml")}
    assert rollback(request_, "fraud", "champion", dry_run=True).after == 1
    assert {path: path.read_bytes() for path in world.rglob("*.yaml")} == before
