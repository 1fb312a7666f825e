"""Two environments compared from a project's files: what counts, what does not, and what is asked for nothing."""

import json

import jsonschema
import pytest

from mlplan.app.diff import diff, diff_document
from mlplan.app.schema import one as schema
from mlplan.core.errors import Mistake
from mlplan.render.contrast import contrast_text
from mlplan.render.contrast_markdown import contrast_markdown

MANIFEST = """\
project: small
environments:
  dev: {provider: local}
  prod: {provider: {databricks: {host: "https://prod.example.com"}}, protected: true}
"""
RESOURCES = """\
resources:
  catalogs: {main: {name: "${environment.name}", grants: [{principal: "${environment.name}-ml", privileges: [USE_CATALOG]}]}}
  experiments: {x: {name: /Shared/x}}
"""


@pytest.fixture
def compared(project, request_):
    """Return `compared(overlay)`: dev and prod, with a file of production's own."""
    (project / "mlplan.yaml").write_text(MANIFEST, encoding="utf-8")

    def compare(overlay="", resources=RESOURCES):
        (project / "resources" / "all.yaml").write_text(resources, encoding="utf-8")
        (project / "environments").mkdir(exist_ok=True)
        (project / "environments" / "prod.yaml").write_text(overlay or "resources: {}\n", encoding="utf-8")
        return diff(request_, "dev", "prod")

    return compare


def told(found):
    return {one.address: [field[:3] for field in one.fields] for one in found.resources}


def test_another_provider_and_protection_differ_and_where_it_is_does_not(compared):
    assert [one[:3] for one in compared().environment] == [
        ("protected", False, True),
        ("provider", "local", "databricks"),
    ]


def test_who_holds_an_access_is_never_mapped(compared):
    dev, prod = ({"principal": f"{name}-ml", "privileges": ["USE_CATALOG"]} for name in ("dev", "prod"))
    assert told(compared())["grants.catalog.main"] == [("grants[dev-ml]", dev, None), ("grants[prod-ml]", None, prod)]


def test_an_owner_is_never_mapped(compared):
    owned = RESOURCES.replace("grants:", 'owner: "${environment.name}-ml", grants:')
    assert told(compared(resources=owned))["catalog.main"] == [("owner", "dev-ml", "prod-ml")]


def test_lifecycle_counts(compared):
    found = compared("resources: {experiments: {x: {lifecycle: {prevent_destroy: true, ignore_changes: [tags]}}}}\n")
    assert told(found)["experiment.x"] == [
        ("lifecycle.prevent_destroy", None, True),
        ("lifecycle.ignore_changes", [], ["tags"]),
    ]


def test_a_resource_of_one_environment_alone_is_told(compared):
    found = compared("resources: {experiments: {other: {name: /Shared/other}}}\n")
    assert [(one.address, one.where, one.right_id) for one in found.resources if one.where != "both"] == [
        ("experiment.other", "right", "/Shared/other")
    ]


def test_rules_that_only_a_protected_environment_has_are_told(compared):
    assert ("MLP001", "off", "deny") in [(one.code, one.left, one.right) for one in compared().policy]


def test_the_document_is_as_its_schema_says(compared):
    document = diff_document(compared("resources: {experiments: {other: {name: /Shared/other}}}\n"))
    jsonschema.validate(json.loads(json.dumps(document)), schema("diff"))
    assert document["differ"]
    assert document["summary"] == {"both": 1, "left": 0, "right": 1, "same": 2}


def test_values_of_others_are_visible_in_every_form(compared):
    found = compared('resources: {experiments: {x: {tags: {note: "a|b\\n::error::x <!-- @all `"}}}}\n')
    for text in (contrast_text(found), contrast_markdown(found)):
        assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    rows = [line for line in contrast_markdown(found).splitlines() if "experiment.x" in line]
    assert len(rows) == 1
    assert rows[0].count("|") == 5


def test_an_environment_that_is_not_there_is_a_mistake(project, request_):
    with pytest.raises(Mistake) as error:
        diff(request_, "dev", "nowhere")
    assert error.value.code == "MLE220"
