"""Binding: what is done already is no difference, and what is refused says where the two plans differ."""

import copy
import json
import time
from dataclasses import replace
from functools import partial

import pytest
from saved_worlds import BASE, OPTIONS, WORKSPACE, Agreeing, prepared

from mlplan.app import weaker
from mlplan.app.apply import apply, apply_saved
from mlplan.app.apply import apply_reviewed as apply_reviewed_with
from mlplan.app.binding import check_same, check_within
from mlplan.app.document import digest_of
from mlplan.app.local import delete
from mlplan.app.saved import Stale
from mlplan.app.unlike import alike, told
from mlplan.core.errors import Refused

apply_reviewed = partial(apply_reviewed_with, options=OPTIONS)
NEXT = BASE | {"CHAMPION": "2", "PRIVILEGES": "EXECUTE, APPLY_TAG", "STAGE": "b"}
CHAMPION, GRANTS = "main.ml.score@champion", "registered_model/main.ml.score"


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return prepared(tmp_path_factory.mktemp("base") / "world")


@pytest.fixture
def world(base, tmp_path):
    """Return a world in which version 2 shall be champion, someone gets a privilege, and an experiment goes."""
    made = base.copy(tmp_path / "world")
    made.declare(NEXT)
    made.edit("resources/main.yaml", "    quiet: {name: /Shared/quiet}\n", "")
    return made


def alias(world):
    world.set("model_alias", CHAMPION, {"version": "2"})


def endpoint(world):
    world.set("serving_endpoint", "front", {"served_entities[m].entity_version": "2"})


def grants(world):
    world.set("grants", GRANTS, {"grants[scoring].privileges": '["EXECUTE", "APPLY_TAG"]'})


def tag(world):
    world.set("experiment", "/Shared/fraud", {"tags.stage": "b"})


def gone(world):
    delete(world.hand, "experiment", "/Shared/quiet", force=False, permanently=False)


def everything(world):
    for one in (endpoint, alias, grants, tag, gone):
        one(world)


DONE = [alias, endpoint, grants, tag, gone, everything]


@pytest.mark.parametrize("reviewed", [False, True], ids=["saved", "reviewed"])
@pytest.mark.parametrize("do", DONE, ids=[one.__name__ for one in DONE])
def test_what_is_done_already_is_no_difference(world, do, reviewed):
    file = world.save(world.plan())
    do(world)
    assert world.apply(file, reviewed=reviewed) == "applied"
    assert world.plan()["changes"] == []


@pytest.mark.parametrize("do", DONE, ids=[one.__name__ for one in DONE])
def test_what_is_done_is_not_done_again(world, do):
    file = world.save(world.plan())
    do(world)
    assert world.apply(file) == "applied"
    calls = [label for label in world.writes if label.split(" ")[0] in ("update", "delete")]
    assert len(calls) == (0 if do is everything else 4)


def test_what_is_half_done_is_refused(world):
    world.edit("resources/main.yaml", "stage: b", "stage: b, more: c")
    file = world.save(world.plan())
    tag(world)
    assert world.apply(file) == ["MLE427", "MLE428"]


def test_more_than_done_is_refused(world):
    file = world.save(world.plan())
    world.set("experiment", "/Shared/fraud", {"tags.stage": "b", "tags.other": "mine"})
    assert world.apply(file) == ["MLE427", "MLE428"]


def test_a_new_object_of_someone_else_is_not_taken_over(world):
    world.edit("resources/main.yaml", "  experiments:\n", "  experiments:\n    fresh: {name: /Shared/fresh}\n")
    document = world.plan()
    from mlplan.app.local import create  # noqa: PLC0415 - the outside world, in one case

    create(world.hand, "experiment", "/Shared/fresh", {})
    assert world.apply(world.save(document)) == ["MLE427", "MLE428"]


def test_the_difference_is_told_field_by_field(world):
    document = world.plan()
    world.set("experiment", "/Shared/fraud", {"tags.stage": "x"})
    with pytest.raises(Stale) as error:
        apply_saved(world.request, document, Agreeing())
    found = {one.code: one for one in error.value.diagnostics()}
    assert "experiment /Shared/fraud" in found["MLE427"].summary
    assert "  tags.stage: the plan says a -> b, now x -> b (both)" in found["MLE428"].detail.split("\n")


def test_a_change_that_was_not_reviewed_is_told_whole(world):
    document = world.plan()
    world.edit("resources/main.yaml", "comment: first", "comment: second")
    with pytest.raises(Stale) as error:
        apply_reviewed(world.request, document, Agreeing())
    (found,) = error.value.diagnostics()
    assert found.detail.split("\n") == ["catalog.main: not in the plan, now update main", "  comment: first -> second"]


def test_where_nothing_more_would_be_done_the_way_after_a_merge_is_named(world):
    world.begin_git()
    file = world.save(world.plan())
    world.git("commit", "--quiet", "--allow-empty", "-m", "merged")
    with pytest.raises(Stale) as error:
        apply_saved(world.request, json.loads(file.read_text()), Agreeing())
    (found,) = error.value.diagnostics()
    assert (found.code, "--reviewed" in found.hint) == ("MLE429", True)
    assert world.apply(file, reviewed=True) == "applied"


def test_the_ledger_keeps_the_digest_of_what_was_reviewed(world):
    document = world.plan()
    tag(world)
    assert apply_reviewed(world.request, document, Agreeing()).status == "applied"
    assert world.digests()[-1] == document["digest"]


def test_a_digest_names_the_one_plan_that_may_be_applied(world):
    document = world.plan()
    for run in (apply_saved, apply_reviewed):
        with pytest.raises(Refused) as error:
            run(world.request, document, Agreeing(), "sha256:" + "0" * 64)
        assert error.value.code == "MLE444"
    assert apply_saved(world.request, document, Agreeing(), document["digest"]).status == "applied"


def sealed(document, **values):
    made = {**document, **values}
    return {**made, "digest": digest_of(made)}


TIMES = {
    "too long": ("2026-01-01T09:00:00Z", "2026-01-08T09:00:01Z", "MLE446"),
    "backwards": ("2026-01-01T09:00:00Z", "2026-01-01T09:00:00Z", "MLE446"),
    "from the future": ("2026-01-01T09:30:00Z", "2026-01-01T10:00:00Z", "MLE446"),
    "over": ("2025-12-31T09:00:00Z", "2026-01-01T09:00:00Z", "MLE422"),
}


@pytest.mark.parametrize("case", TIMES.values(), ids=TIMES)
def test_times_that_no_plan_has_are_refused(world, case):
    created, expires, code = case
    world.clock.moment = 1_767_258_000.0
    for run in (apply_saved, apply_reviewed):
        with pytest.raises(Refused) as error:
            run(world.request, sealed(world.plan(), created=created, expires=expires), Agreeing())
        assert error.value.code == code


def test_clocks_may_differ_a_little(world):
    document = world.plan()
    world.clock.moment -= 300
    assert apply_saved(world.request, document, Agreeing()).status == "applied"


def test_a_plan_from_a_recording_is_refused(world):
    for run in (apply_saved, apply_reviewed):
        with pytest.raises(Refused) as error:
            run(world.request, sealed(world.plan(), snapshot="sha256:" + "0" * 64), Agreeing())
        assert error.value.code == "MLE445"


def test_the_lock_is_taken_before_anything_is_read(world):
    from mlplan.app.session import Session  # noqa: PLC0415 - beside what it locks
    from mlplan.core.errors import Locked  # noqa: PLC0415

    document = world.plan()
    with Session(world.request) as session:
        lease = session.backend.lock("someone")
        try:
            with pytest.raises(Locked):
                apply_saved(world.request, document, Agreeing())
        finally:
            lease.release()


def stronger(document):
    """Yield the name of each way in which a plan can do more, and the plan."""

    def made(name, **values):
        return name, {**copy.deepcopy(document), **values}

    row = {"principal": "x", "kind": "catalog", "objects": ["main"], "gains": ["ALL"], "loses": [], "members": []}
    access = document["access"]
    yield made("access", access={**access, "rows": [*access["rows"], {**row, "object": "catalog main"}]})
    for part in ("objects", "gains", "loses", "members"):
        first, *rest = access["rows"]
        yield made(f"access {part}", access={**access, "rows": [{**first, part: [*first[part], "more"]}, *rest]})
    yield made("access unknown", access={**access, "unknown": ["who is in it"]})
    (name, dossier), *_ = document["evidence"].items()
    yield made("evidence", evidence={name: {**dossier, "signature": {"verdict": "unknown"}}})
    yield made("evidence of another", evidence={**document["evidence"], "other@champion": dossier})
    yield made("endpoints", evidence={name: {**dossier, "endpoints": [{"address": "serving_endpoint.other"}]}})
    failed = {**document["policy"][0], "outcome": "failed", "code": "MLP999"}
    yield made("policy", policy=[*document["policy"], failed])
    yield made("not known", policy=[*document["policy"], {**failed, "outcome": "unknown"}])
    yield made("excused", policy=[*document["policy"], {**failed, "outcome": "excepted"}])
    step = {"number": 99, "verb": "delete", "address": "catalog.main", "needs": []}
    yield made("steps", steps=[*document["steps"], step])
    yield made("order", steps=[{**one, "needs": []} for one in document["steps"]])
    asks = {"name": "risk", "count": 1, "from": {"teams": ["risk"]}, "addresses": [document["changes"][0]["address"]]}
    yield made("approvals", approvals=[asks])
    yield made("rollouts", rollouts=[{"address": "serving_endpoint.front"}])


def test_what_a_plan_says_beside_its_changes_may_only_be_less(world):
    reviewed = json.loads(json.dumps(world.plan()))
    check_within(reviewed, reviewed)
    seen = []
    for name, fresh in stronger(reviewed):
        with pytest.raises(Stale) as error:
            check_within(reviewed, fresh)
        (found,) = error.value.diagnostics()
        assert (found.code, bool(found.detail)) == ("MLE428", True), name
        with pytest.raises(Stale):
            check_same(reviewed, fresh)
        if name not in ("order", "approvals", "evidence", "endpoints"):
            check_within(fresh, reviewed)
        seen.append(name)
    assert len(seen) == 16


ODD = {
    "row": lambda found: found["access"].update(rows=["other"]),
    "no principal": lambda found: found["access"].update(rows=[{}]),
    "endpoint": lambda found: next(iter(found["evidence"].values())).update(endpoints=["other"]),
    "result": lambda found: found.update(policy=[{}]),
}


@pytest.mark.parametrize("spoil", ODD.values(), ids=ODD)
def test_a_file_that_holds_anything_else_is_refused_and_no_bug(world, spoil):
    plan = json.loads(json.dumps(world.plan()))
    world.set("experiment", "/Shared/fraud", {"tags.stage": "b"})
    spoil(plan)
    for run in (apply_saved, apply_reviewed):
        with pytest.raises(Stale):
            run(world.request, sealed(plan), Agreeing())


def test_thousands_of_changes_are_compared_in_a_moment(world, figure):
    plan = json.loads(json.dumps(world.plan()))
    changes = [{**plan["changes"][0], "address": f"experiment.e{n}", "id": f"/e{n}"} for n in range(5_000)]
    results = [{**plan["policy"][0], "outcome": "failed", "address": one["address"]} for one in changes]
    steps = [{"number": n, "verb": "update", "address": one["address"], "needs": []} for n, one in enumerate(changes)]
    large = {**plan, "changes": changes, "policy": results, "steps": steps}
    begun = time.process_time()
    check_within(large, {**large, "changes": changes[1:], "steps": steps[1:]})
    passed = time.process_time() - begun
    figure(f"a reviewed plan of 5,000 changes is compared in {passed:.2f} s")
    assert passed < 4


def test_requirements_are_those_of_the_changes_that_are_left(world):
    plan = json.loads(json.dumps(world.plan()))
    asks = {"name": "risk", "count": 1, "addresses": [plan["changes"][0]["address"], "experiment.gone"]}
    reviewed = {**plan, "approvals": [asks]}
    check_within(reviewed, {**plan, "approvals": [{**asks, "addresses": asks["addresses"][:1]}]})
    check_within({**plan, "approvals": [{**asks, "addresses": ["experiment.gone"]}]}, plan)
    check_within(reviewed, plan)  # what was asked stays asked
    with pytest.raises(Stale):
        check_within(reviewed, {**plan, "approvals": [{**asks, "count": 2}]})


def test_values_of_other_types_are_not_alike():
    assert alike({"a": [1, None]}, {"a": [1, None]})
    assert not any(alike(one, other) for one, other in [(1, True), (1, 1.0), ({}, []), (None, "")])
    assert told({"a": 1}, {"a": 1, "b": "x"}) == ["b: was not there, is x"]
    assert told({"a": [1, 2]}, {"a": [1]}) == ["a.1: was 2, is not there"]
    assert told({"a": True}, {"a": 1}) == ["a: was true, is 1"]


def test_another_workspace_is_another_place(world):
    document = world.plan()
    (world.root / "other.db").write_bytes((world.root / WORKSPACE).read_bytes())
    world.edit("mlplan.yaml", "prod: {provider: local", "prod: {provider: {local: {path: other.db}}")
    with pytest.raises(Stale) as error:
        apply_reviewed(world.request, document, Agreeing())
    assert [one.code for one in error.value.diagnostics()] == ["MLE424"]


def test_a_project_that_cannot_be_planned_is_another_configuration(world):
    document = world.plan()
    world.write("resources/main.yaml", "resources: [\n")
    with pytest.raises(Stale) as error:
        apply_saved(world.request, document, Agreeing())
    assert [one.code for one in error.value.diagnostics()] == ["MLE425", "MLE110"]


def test_words_of_the_command_line_are_bound(world):
    document = world.plan()
    with pytest.raises(Stale) as error:
        apply_saved(replace(world.request, variables={"spare": "x"}), document, Agreeing())
    assert {one.code for one in error.value.diagnostics()} == {"MLE425", "MLE428"}
    assert apply(world.request, OPTIONS, Agreeing()).status == "applied"


def test_done_needs_an_object_that_was_changed_since(world):
    saved = json.loads(json.dumps(world.plan()))
    fresh = {**saved, "changes": saved["changes"][1:]}
    assert weaker.done(saved, fresh) == frozenset()
    with pytest.raises(Stale):
        check_same(saved, fresh)


def test_only_the_object_that_was_planned_counts_as_made():
    made = {"address": "experiment.a", "kind": "experiment", "id": "/a", "action": "create"}
    found = {**made, "action": "import", "fields": [], "blocked": None}
    known = {"experiment.a": made}
    assert weaker.settled(known, found)
    others = (
        {"id": "/b"},
        {"kind": "catalog"},
        {"fields": [{}]},
        {"blocked": "it is another's"},
        {"address": "experiment.b"},
    )
    assert [weaker.settled(known, {**found, **other}) for other in others] == [False] * len(others)


def test_a_reviewed_plan_is_of_the_same_state(world):
    reviewed = json.loads(json.dumps(world.plan()))
    other = {**reviewed, "state": {"lineage": "another", "serial": reviewed["state"]["serial"]}}
    with pytest.raises(Stale) as error:
        check_within(reviewed, other)
    assert [one.code for one in error.value.diagnostics()] == ["MLE426"]
