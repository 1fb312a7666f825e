import pytest

from mlplan.app.explain import codes, explain
from mlplan.app.graph import graph
from mlplan.app.init import init
from mlplan.app.plan import plan
from mlplan.app.session import Request
from mlplan.core.effect import Effects
from mlplan.core.errors import Mistake
from mlplan.engine.options import Options
from mlplan.kinds import KINDS, spec


def test_every_code_can_be_explained():
    for code, title in codes().items():
        assert title
        assert explain(code).text.startswith(f"# {code}: {title}")
        assert explain(code.lower()).title == code


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_and_field_can_be_explained(kind):
    page = explain(kind)
    assert page.text
    assert [one.path for one in page.fields] == list(spec(kind).model_fields)
    for one in page.fields:
        found = explain(f"{kind}.{one.path}")
        assert found.text == one.description != ""


def test_a_section_is_its_kind():
    assert explain("serving_endpoints").title == "serving_endpoint"


def test_a_field_tells_how_it_behaves():
    page = explain("volume.volume_type")
    assert page.facts["type"] == "MANAGED | EXTERNAL"
    assert page.facts["behaviour"] == "a change replaces the object"
    nested = explain("serving_endpoint.served_entities[current].workload_size")
    assert nested.title == "serving_endpoint.served_entities.workload_size"
    assert "(Small)" in nested.facts["behaviour"]


@pytest.mark.parametrize(
    ("name", "near"),
    [("MLE000", ""), ("experimnt", "experiment"), ("volume.volume_typ", "volume_type")],
    ids=["code", "kind", "field"],
)
def test_an_unknown_name_suggests_the_nearest(name, near):
    with pytest.raises(Mistake) as error:
        explain(name)
    assert error.value.code == "MLE705"
    assert near in error.value.hint


def test_the_starter_is_a_project_that_can_be_planned(tmp_path):
    root = tmp_path / "9 My Project!"
    root.mkdir()
    made = init(root, Effects())
    assert made.project == "my-project"
    for environment in ("dev", "prod"):
        planned = plan(Request(root, environment), Options())
        assert not planned.refused
        assert planned.plan.counts()["create"] == 6


def test_init_writes_over_nothing(tmp_path):
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "prod.yaml").write_text("mine", encoding="utf-8")
    (tmp_path / ".gitignore").write_text("mine", encoding="utf-8")
    with pytest.raises(Mistake) as error:
        init(tmp_path, Effects())
    assert error.value.code == "MLE701"
    assert not (tmp_path / "mlplan.yaml").exists()
    (tmp_path / "environments" / "prod.yaml").unlink()
    init(tmp_path, Effects())
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == "mine"


def test_the_graph_holds_references_and_containers(tmp_path):
    init(tmp_path, Effects())
    found = graph(Request(tmp_path))
    assert found["catalog.main"] == ()
    assert found["registered_model.churn"] == ("catalog.main", "schema.ml")
    assert found["grants.catalog.main"] == ("catalog.main",)
