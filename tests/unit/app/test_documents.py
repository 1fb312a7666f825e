"""Documents: every JSON that is printed fits its schema, and holds no secret."""

import json

import jsonschema
import pytest

from mlplan.app import schema
from mlplan.app.apply import apply
from mlplan.app.document import plan_document
from mlplan.app.drift import drift
from mlplan.app.state import remembered
from mlplan.app.validate import validate
from mlplan.engine.options import Options
from mlplan.render.json import document_text

CANARY = "canary-3f9d1c7a"
ENDPOINT = """\
resources:
  serving_endpoints:
    chat:
      name: chat
      served_entities:
        - name: gpt
          traffic_percentage: 100
          external_model:
            name: gpt-4o
            provider: openai
            task: llm/v1/chat
            openai_config: {openai_api_key_plaintext: {env: OPENAI_API_KEY}}
          environment_vars: {MODE: fast}
"""


@pytest.fixture(scope="module")
def schemas():
    return schema.documents()


@pytest.fixture
def fits(schemas):
    """Return a check that a document fits a schema, after a round trip through JSON."""

    def check(name, document):
        found = json.loads(document_text(document))
        validator = jsonschema.Draft202012Validator(schemas[f"{name}.schema.json"])
        assert list(validator.iter_errors(found)) == []

    return check


def test_schemas_are_closed(schemas):
    for name in schema.MODELS:
        parts = [schemas[name], *schemas[name].get("$defs", {}).values()]
        assert all(part.get("additionalProperties") is False for part in parts if part.get("type") == "object"), name


def test_plans_fit(fits, planned, clock, edit, applied):
    edit("team: risk", "team: fraud")
    edit("    two: {name: /Shared/two}\n", "")
    document = plan_document(planned(), {"a": "b"}, clock.now())
    assert {change["action"] for change in document["changes"]} == {"update", "delete"}
    fits("plan", document)
    fits("show", document)


def test_plans_with_findings_fit(fits, planned, clock):
    document = plan_document(planned(targets=("catalog.nothing",)), {}, clock.now())
    assert document["diagnostics"]
    fits("plan", document)


def test_reports_of_validation_fit(fits, request_, edit):
    fits("validate", validate(request_).document())
    edit("experiments", "experiment")
    document = validate(request_).document()
    assert document["valid"] is False
    assert document["diagnostics"][0]["source"]["line"] == 2
    fits("validate", document)


def test_reports_of_drift_fit(fits, request_, applied):
    from mlplan.app.local import delete, set_fields  # noqa: PLC0415 - the outside world

    set_fields(request_, "experiment", "/Shared/one", {"tags.team": "someone"})
    delete(request_, "experiment", "/Shared/two", force=False, permanently=False)
    document = drift(request_).document()
    assert [one["status"] for one in document["drifted"]] == ["changed", "deleted"]
    fits("drift", document)


def test_state_fits(fits, request_, applied):
    fits("show", remembered(request_).document())
    fits("show", remembered(request_, "experiment.one").document())


def test_reports_of_applies_fit(fits, request_, watcher, applied):
    fits("apply", applied.document())
    watcher.agrees = False
    fits("apply", apply(request_, Options(mode="destroy"), watcher).document())


def test_no_document_and_no_file_holds_a_secret(request_, watcher, project, monkeypatch, planned, clock):
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    (project / "resources" / "chat.yaml").write_text(ENDPOINT, encoding="utf-8")
    texts = [
        document_text(validate(request_).document()),
        document_text(plan_document(planned(), {}, clock.now())),
        document_text(apply(request_, Options(parallelism=1), watcher).document()),
        document_text(remembered(request_).document()),
        document_text(drift(request_).document()),
    ]
    assert "OPENAI_API_KEY" in texts[1]
    assert not any(CANARY in text for text in texts)
    held = [path for path in project.rglob("*") if path.is_file() and ".mlplan/state" in str(path)]
    assert held
    assert not any(CANARY.encode() in path.read_bytes() for path in held)
