"""The outside world: what `mlplan local show` and `set` do."""

import pytest

from mlplan.core.errors import Conflict, Mistake, NotFound
from mlplan.providers.local import outside


@pytest.mark.parametrize(
    ("kind", "id_", "fields", "seen"),
    [
        ("catalog", "main", {"comment": "5"}, {"comment": "5"}),
        ("catalogs", "MAIN", {"properties.team": "risk"}, {"properties": {"team": "risk"}}),
        ("catalog", "main", {'properties["a.b"]': "x"}, {"properties": {"a.b": "x"}}),
        ("model_alias", "main.ml.m@champion", {"version": "2"}, {"version": 2}),
        ("serving_endpoint", "e", {"served_entities[current].scale_to_zero_enabled": "true"}, None),
        (
            "grants",
            "catalog/main",
            {"grants[ada].privileges": "use catalog,BROWSE"},
            {"grants": [{"principal": "ada", "privileges": ["BROWSE", "USE_CATALOG"]}]},
        ),
        (
            "permissions",
            "serving_endpoint/e",
            {"permissions[group_name=readers].level": "CAN_QUERY"},
            {"permissions": [{"group_name": "readers", "level": "CAN_QUERY"}]},
        ),
    ],
)
def test_texts_are_read_as_what_the_field_holds(populated, kind, id_, fields, seen):
    shown = outside.set_fields(populated.workspace, kind, id_, fields)
    assert shown["status"] == "live"
    assert shown["values"] | (seen or {}) == shown["values"]
    assert outside.show(populated.workspace, kind, id_) == [shown]
    if seen is None:
        assert shown["values"]["served_entities"][0]["scale_to_zero_enabled"] is True


def test_none_takes_a_field_or_an_item_away(populated):
    workspace = populated.workspace
    outside.set_fields(workspace, "catalog", "main", {"comment": "x", "properties.a": "1", "properties.b": "2"})
    shown = outside.set_fields(workspace, "catalog", "main", {"comment": None, "properties.a": None})
    assert shown["values"]["properties"] == {"b": "2"}
    assert "comment" not in shown["values"]
    for name in ("ada", "bob"):
        outside.set_fields(workspace, "grants", "catalog/main", {f"grants[{name}].privileges": ["BROWSE"]})
    shown = outside.set_fields(workspace, "grants", "catalog/main", {"grants[ada]": None})
    assert [row["principal"] for row in shown["values"]["grants"]] == ["bob"]


@pytest.mark.parametrize(
    ("kind", "id_", "fields", "code"),
    [
        ("modle", "x", {}, "MLE754"),
        ("catalog", "main", {"coment": "x"}, "MLE753"),
        ("catalog", "main", {"force_destroy": "true"}, "MLE753"),
        ("catalog", "main", {"isolation_mode": "CLOSED"}, "MLE753"),
        ("catalog", "main", {"properties..a": "x"}, "MLE753"),
        ("serving_endpoint", "e", {"served_entities[new].traffic_percentage": "many"}, "MLE753"),
    ],
)
def test_words_that_mean_nothing_are_findings(populated, kind, id_, fields, code):
    with pytest.raises(Mistake) as caught:
        outside.set_fields(populated.workspace, kind, id_, fields)
    assert caught.value.code == code


def test_what_is_not_there_is_not_found(populated):
    with pytest.raises(NotFound):
        outside.set_fields(populated.workspace, "catalog", "no", {"comment": "x"})
    with pytest.raises(NotFound):
        outside.set_fields(populated.workspace, "grants", "catalog/no", {"grants[a].privileges": "BROWSE"})
    with pytest.raises(NotFound):
        outside.delete(populated.workspace, "experiment", "/no")
    assert outside.show(populated.workspace, "catalog", "no") == []


def test_objects_are_made_and_taken_down(populated):
    workspace = populated.workspace
    made = outside.create(workspace, "experiment", "/Shared/x", {"tags.team": "risk"})
    assert made["values"]["tags"] == {"team": "risk"}
    assert outside.delete(workspace, "experiment", "/Shared/x") == made
    assert [one["status"] for one in outside.show(workspace, "experiment")] == ["deleted"]
    outside.delete(workspace, "experiment", "/Shared/x", permanently=True)
    assert outside.show(workspace, "experiment") == []
    with pytest.raises(Conflict):
        outside.delete(workspace, "catalog", "main")
    outside.delete(workspace, "catalog", "main", force=True)
    assert {one["kind"] for one in outside.show(workspace)} == {"serving_endpoint", "run"}


def test_new_items_come_with_all_that_they_need(populated):
    outside.set_fields(
        populated.workspace,
        "serving_endpoint",
        "e",
        {
            "served_entities[current].traffic_percentage": "90",
            "served_entities[next].entity_name": "main.ml.m",
            "served_entities[next].entity_version": "2",
            "served_entities[next].traffic_percentage": "10",
        },
    )
    assert populated.served() == ("live", ["1", "2"])


@pytest.mark.parametrize("kind", ["model_version", "run"])
def test_versions_and_runs_are_not_made_by_hand(populated, kind):
    with pytest.raises(Mistake) as caught:
        outside.create(populated.workspace, kind, "x", {})
    assert caught.value.code == "MLE754"


def test_a_version_can_be_shown_and_marked_as_failed(populated):
    shown = outside.set_fields(populated.workspace, "model_version", "main.ml.m/2", {"status": "FAILED_REGISTRATION"})
    assert shown["values"]["status"] == "FAILED_REGISTRATION"
    assert len(outside.show(populated.workspace, "model_version")) == 2


@pytest.mark.parametrize(
    ("kind", "fields", "seen"),
    [
        ("model_version", {"status": "PENDING_REGISTRATION"}, {"status": "PENDING_REGISTRATION"}),
        ("model_version", {"tags.gate": "5", "tags.team": "risk"}, {"tags": {"gate": "5", "team": "risk"}}),
        ("model_version", {"tags.gate": "5", "tags": None}, {"tags": {}}),
        ("model_version", {"requirements": "a==1, b"}, {"requirements": ["a==1", "b"]}),
        ("model_version", {"requirements": None}, {"requirements": None}),
        ("model_version", {"signature.inputs": '[{"type": "long"}]'}, {}),
        ("run", {"metrics.auc": "0.5", 'metrics["a.b"]': "1"}, {"metrics": {"auc": 0.5, "a.b": 1.0}}),
        ("run", {"params.C": "1", "tags.x": "y"}, {"params": {"C": "1"}, "tags": {"x": "y"}}),
        (
            "run",
            {"datasets": '[{"name": "eval", "digest": "1a"}]'},
            {"datasets": [{"name": "eval", "digest": "1a", "context": ""}]},
        ),
    ],
)
def test_what_people_may_change_of_a_version_and_its_run(populated, kind, fields, seen):
    version = outside.show(populated.workspace, "model_version", "main.ml.m/2")[0]["values"]
    id_ = version["run_id"] if kind == "run" else "Main.ML.m/2"
    shown = outside.set_fields(populated.workspace, kind, id_, fields)["values"]
    assert {name: shown[name] for name in seen} == seen
    assert outside.show(populated.workspace, kind, id_)[0]["values"] == shown


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("model_version", {"version": "9"}, "cannot be set"),
        ("model_version", {"status": "DONE"}, "READY"),
        ("model_version", {"status": None}, "READY"),
        ("model_version", {"status.x": "READY"}, "nothing of that name"),
        ("model_version", {"signature.inputs": "amount"}, "list"),
        ("run", {"run_id": "x"}, "cannot be set"),
        ("run", {"metrics.auc": "high"}, "number"),
        ("run", {"metrics.auc": "nan"}, "finite"),
        ("run", {"datasets": "eval"}, "list"),
    ],
)
def test_what_nobody_may_change_of_a_version_and_its_run(populated, kind, fields, words):
    before = outside.show(populated.workspace, kind)
    id_ = before[-1]["id"]
    with pytest.raises(Mistake, match=words) as caught:
        outside.set_fields(populated.workspace, kind, id_, fields)
    assert caught.value.code == "MLE753"
    assert outside.show(populated.workspace, kind) == before


@pytest.fixture
def populated(desk):
    desk.hierarchy(versions=2)
    desk.make("model_alias", full_name="main.ml.m", alias="champion", version=1)
    desk.endpoint("1")
    desk.workspace.wait("serving_endpoint", "e")
    return desk
