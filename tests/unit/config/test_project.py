"""Project: what the semantics promise of a project's files."""

import re
from pathlib import Path

import pytest

from mlplan.config.locate import locate
from mlplan.config.project import load
from mlplan.core.declaration import DEFAULT_LIFECYCLE, Environment, Lifecycle, Target
from mlplan.core.source import Origin
from mlplan.core.values import Unknown

MODEL = """\
resources:
  registered_models:
    fraud:
      catalog_name: Main
      schema_name: ml
      name: fraud
      aliases:
        champion: 6
        challenger: {version: 7, managed_by: bot}
      grants:
        mode: additive
        grants: [{principal: scoring, privileges: [execute]}]
"""
CATALOG = "resources:\n  catalogs:\n    main: {name: main, comment: '${COMMENT}'}\n"


def project(variables: str = "", more: str = "") -> str:
    return (
        "project: demo\ndefault_environment: dev\nenvironments:\n  dev: {provider: local}\n"
        f"  prod: {{provider: local, protected: true{more}}}\n" + (f"variables:\n{variables}" if variables else "")
    )


def test_nested_blocks_are_resources_of_their_own(declared):
    resources = declared({"resources/a.yaml": MODEL}).resources
    assert {address: one.values for address, one in resources.items()} == {
        "registered_model.fraud": {"catalog_name": "main", "schema_name": "ml", "name": "fraud"},
        "model_alias.fraud.champion": {"full_name": "main.ml.fraud", "alias": "champion", "version": 6},
        "model_alias.fraud.challenger": {
            "full_name": "main.ml.fraud", "alias": "challenger", "version": 7, "managed_by": "bot",
        },
        "grants.registered_model.fraud": {
            "securable_type": "registered_model",
            "full_name": "main.ml.fraud",
            "mode": "additive",
            "grants": [{"principal": "scoring", "privileges": ["EXECUTE"]}],
        },
    }  # fmt: skip
    assert resources["model_alias.fraud.champion"].needs == ("registered_model.fraud",)


def test_an_empty_block_of_grants_says_that_nobody_has_any(declared):
    resources = declared({"resources/a.yaml": "resources: {catalogs: {main: {name: main, grants: []}}}"}).resources
    assert resources["grants.catalog.main"].values == {"securable_type": "catalog", "full_name": "main"}


def test_origins_are_exact(declared, tmp_path):
    resources = declared({"resources/a.yaml": MODEL}).resources
    champion = resources["model_alias.fraud.champion"]
    assert champion.origin == Origin(
        "resources/a.yaml", ("resources", "registered_models", "fraud", "aliases", "champion")
    )
    assert tuple(locate(tmp_path, champion.origin)) == ("resources/a.yaml", 8, 19, "        champion: 6")
    fraud = resources["registered_model.fraud"]
    assert str(locate(tmp_path, fraud.origin)) == "resources/a.yaml:3:5"
    assert str(locate(tmp_path, fraud.origin, ("name",))) == "resources/a.yaml:6:13"
    assert str(locate(tmp_path, fraud.origin, ("owner",))) == "resources/a.yaml:3:5"


def test_an_overlay_is_merged_over_everything(declared):
    files = {
        "resources/a.yaml": MODEL,
        "environments/prod.yaml": "resources:\n  registered_models:\n    fraud:\n"
        "      comment: live\n      aliases: {champion: 7, challenger: 8}\n      grants: null\n",
    }
    resources = declared(files, "prod").resources
    assert resources["model_alias.fraud.champion"].values["version"] == 7
    assert resources["model_alias.fraud.champion"].origin.file == "environments/prod.yaml"
    assert resources["model_alias.fraud.challenger"].values == {
        "full_name": "main.ml.fraud", "alias": "challenger", "version": 8, "managed_by": "bot",
    }  # fmt: skip
    assert resources["registered_model.fraud"].values["comment"] == "live"
    assert resources["registered_model.fraud"].origin.file == "resources/a.yaml"
    assert "grants.registered_model.fraud" not in resources


def test_an_overlay_in_long_form_keeps_the_version(declared):
    over = "resources: {registered_models: {fraud: {aliases: {champion: {managed_by: observe}}}}}\n"
    resources = declared({"resources/a.yaml": MODEL, "environments/dev.yaml": over}).resources
    champion = resources["model_alias.fraud.champion"]
    assert champion.values["version"] == 6
    assert champion.values["managed_by"] == "observe"
    assert champion.origin.file == "resources/a.yaml"


def test_an_overlay_may_hold_any_section(declared):
    made = declared(
        {
            "mlplan.yaml": project("  catalog: {default: x}\n"),
            "resources/a.yaml": "resources: {catalogs: {main: {name: '${var.catalog}'}}}\nmoved: [{from: catalog.a, to: catalog.main}]\n",
            "environments/prod.yaml": "project: other\nstate: {local: {path: elsewhere}}\nvariables: {catalog: other}\n"
            "environments: {prod: {protected: false}}\n"
            "moved: [{from: catalog.b, to: catalog.main}]\nresources: {catalogs: {more: {name: more}}}\n",
        },
        "prod",
    )
    assert made.project == "other"
    assert made.state == Target("local", {"path": "elsewhere"})
    assert made.environment == Environment("prod", Target("local"), protected=False)
    assert made.resources["catalog.main"].values == {"name": "other"}
    assert made.resources["catalog.more"].origin.file == "environments/prod.yaml"
    assert [one.from_address for one in made.moved] == ["catalog.a", "catalog.b"]


VARIABLES = "  v: {type: string, default: default}\n"


@pytest.mark.parametrize(
    ("given", "environ", "block", "expected"),
    [
        ({"v": "given"}, {"MLPLAN_VAR_v": "process"}, ", variables: {v: block}", "given"),
        ({}, {"MLPLAN_VAR_v": "process"}, ", variables: {v: block}", "process"),
        ({}, {"MLPLAN_VAR_V": "process"}, "", "process"),
        ({}, {}, ", variables: {v: block}", "block"),
        ({}, {}, ", variables: {v: '${environment.name}!'}", "prod!"),
        ({}, {}, "", "default"),
    ],
)
def test_variables_come_from_the_nearest_place(write, given, environ, block, expected):
    root = write({"mlplan.yaml": project(VARIABLES, block), "resources/a.yaml": CATALOG.replace("COMMENT", "var.v")})
    made = load(root, "prod", given, environ)
    assert made.diagnostics == []
    assert made.declaration.resources["catalog.main"].values["comment"] == expected


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("integer", "7", 7),
        ("number", "0.5", 0.5),
        ("boolean", "true", True),
        ("list", '["a"]', ["a"]),
        ("map", '{"a": "b"}', {"a": "b"}),
    ],
)
def test_variables_have_types(declared, kind, text, value):
    body = "resources: {schemas: {ml: {catalog_name: c, name: s, comment: 'is ${var.x}'}}}"
    if kind in ("list", "map"):
        body = "resources: {catalogs: {ml: {name: s, properties: '${var.x}'}}}" if kind == "map" else GRANTS
    resources = declared(
        {"mlplan.yaml": project(f"  x: {{type: {kind}}}\n"), "resources/a.yaml": body}, None, x=text
    ).resources
    found = next(iter(resources.values())).values
    assert found.get("comment", f"is {text}") == f"is {text}"
    if kind == "map":
        assert found["properties"] == value
    if kind == "list":
        assert resources["grants.g"].values["grants"][0]["privileges"] == ["A"]


GRANTS = "resources: {grants: {g: {securable_type: catalog, full_name: c, grants: [{principal: p, privileges: '${var.x}'}]}}}"


@pytest.mark.parametrize(
    ("kind", "text"),
    [("integer", "seven"), ("integer", "1.5"), ("integer", "true"), ("integer", "010"), ("number", "1e3"), ("boolean", "yes"),
     ("list", "a,b"), ("list", "{}"), ("map", "[]"), ("map", "[" * 100_000)],
)  # fmt: skip
def test_values_of_another_type_are_refused(loaded, kind, text):
    found = loaded({"mlplan.yaml": project(f"  x: {{type: {kind}}}\n"), "resources/a.yaml": MODEL}, None, x=text)
    assert [one.code for one in found.diagnostics] == ["MLE303"]


def test_an_unknown_variable_is_refused_with_a_suggestion(write):
    root = write({"mlplan.yaml": project(VARIABLES + "  catalog: x\n"), "resources/a.yaml": MODEL})
    found = load(root, None, {"catlog": "y"}, {"MLPLAN_VAR_CATLOG": "z"})
    assert [(one.code, one.severity) for one in found.diagnostics] == [("MLE304", "error"), ("MLE304", "warning")]
    assert found.diagnostics[0].hint == "did you mean `catalog`?"


def test_an_unknown_environment_is_refused_and_everything_else_still_checked(loaded):
    found = loaded({"resources/a.yaml": "resources: {catalogs: {main: {nme: x}}}\n"}, "prd")
    assert [(one.code, one.hint) for one in found.diagnostics] == [
        ("MLE220", "did you mean `prod`?"), ("MLE200", "did you mean `name`?"),
    ]  # fmt: skip


REFERENCES = """\
resources:
  catalogs: {main: {name: Main, comment: "for ${environment.name}, ${var.v} and $${not.this}"}}
  schemas:
    ml: {catalog_name: "${resources.catalogs.main.name}", name: ml, comment: "${resources.catalogs.main.comment}"}
  experiments: {e: {name: /e}}
  registered_models:
    m:
      catalog_name: ${resources.schemas.ml.catalog_name}
      schema_name: ${resources.schemas.ml.name}
      name: m
      comment: run of ${resources.experiments.e.experiment_id} in ${resources.schemas.ml.full_name}
      tags: {experiment: "${resources.experiments.e.experiment_id}"}
      aliases: {champion: 3}
  serving_endpoints:
    e:
      name: e
      served_entities:
        - entity_name: ${resources.registered_models.m.full_name}
          entity_version: ${resources.registered_models.m.aliases.champion.version}
"""


def test_references_are_resolved_as_far_as_files_can_tell(declared):
    resources = declared({"mlplan.yaml": project("  v: 3\n"), "resources/a.yaml": REFERENCES}).resources
    assert resources["schema.ml"].values["catalog_name"] == "main"
    assert resources["schema.ml"].values["comment"] == "for dev, 3 and ${not.this}"
    model = resources["registered_model.m"]
    assert model.values["catalog_name"] == "main"
    assert model.needs == ("schema.ml", "experiment.e")
    assert isinstance(model.values["comment"], Unknown)
    assert model.values["comment"] == "run of ${resources.experiments.e.experiment_id} in main.ml"
    assert [tuple(one) for one in model.values["tags"]["experiment"].targets()] == [
        ("experiments", "e", "experiment_id")
    ]
    (entity,) = resources["serving_endpoint.e"].values["served_entities"]
    assert entity == {"name": "m", "entity_name": "main.ml.m", "entity_version": "3", "traffic_percentage": 100}
    assert resources["serving_endpoint.e"].needs == ("registered_model.m", "model_alias.m.champion")


def test_what_a_broken_file_declares_is_not_called_missing(loaded):
    files = {"resources/a.yaml": "resources: {catalogs: [}\n", "resources/b.yaml": "resources:\n  schemas:\n    ml:\n"
             "      catalog_name: ${resources.catalogs.main.name}\n      name: ml\nimport: [{address: catalog.main, id: x}]\n"}  # fmt: skip
    assert [one.code for one in loaded(files).diagnostics] == ["MLE110"]


def test_what_refers_to_a_broken_resource_is_not_broken_too(loaded):
    text = REFERENCES.replace("name: Main", "name: 'Ma in'").replace("${var.v}", "3")
    assert [one.code for one in loaded({"resources/a.yaml": text}).diagnostics] == ["MLE204"]


def test_a_chain_of_references_is_as_deep_as_it_likes(declared):
    chain = "".join(
        f"    s{n}: {{catalog_name: main, name: s{n}, comment: '${{resources.schemas.s{n + 1}.comment}}'}}\n"
        for n in range(3000)
    )
    text = f"resources:\n  schemas:\n{chain}    s3000: {{catalog_name: main, name: last, comment: end}}\n"
    assert declared({"resources/a.yaml": text}).resources["schema.s0"].values["comment"] == "end"


def test_lifecycles_are_read(declared):
    text = (
        "resources:\n  catalogs:\n    main:\n      name: main\n"
        "      lifecycle: {prevent_destroy: true, ignore_changes: [properties.team, comment], create_before_destroy: true}\n"
        "      grants: {grants: [], lifecycle: {prevent_destroy: false}}\n    other: {name: other}\n"
    )
    resources = declared({"resources/a.yaml": text}).resources
    assert resources["catalog.main"].lifecycle == Lifecycle(
        prevent_destroy=True, ignore_changes=(("properties", "team"), ("comment",)), create_before_destroy=True
    )
    assert resources["grants.catalog.main"].lifecycle == Lifecycle(prevent_destroy=False)
    assert resources["catalog.other"].lifecycle is DEFAULT_LIFECYCLE


def test_moved_removed_and_import_are_read(declared):
    text = MODEL + (
        "moved: [{from: registered_model.old, to: registered_model.fraud}, {from: registered_model.older, to: registered_model.old}]\n"
        "removed: [{address: schema.gone}, {address: schema.dead, destroy: true}]\n"
        "import: [{address: registered_model.fraud, id: main.ml.fraud}]\n"
    )
    made = declared({"resources/a.yaml": text})
    assert [(one.from_address, one.to_address) for one in made.moved] == [
        ("registered_model.old", "registered_model.fraud"), ("registered_model.older", "registered_model.old"),
    ]  # fmt: skip
    assert [(one.address, one.destroy) for one in made.removed] == [("schema.gone", False), ("schema.dead", True)]
    assert [(one.address, one.id) for one in made.imports] == [("registered_model.fraud", "main.ml.fraud")]
    assert made.imports[0].origin == Origin("resources/a.yaml", ("import", 0))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("local", Target("local")),
        ("databricks", Target("databricks")),
        ('"databricks://acme"', Target("databricks", {"profile": "acme"})),
        ('"https://mlflow.example.com/"', Target("mlflow", {"url": "https://mlflow.example.com"})),
        ('"http://127.0.0.1:5000"', Target("mlflow", {"url": "http://127.0.0.1:5000"})),
        (
            "{databricks: {host: 'https://${environment.name}.cloud'}}",
            Target("databricks", {"host": "https://dev.cloud"}),
        ),
        ("{custom: {token: {env: TOKEN}}}", Target("custom", {"token": {"env": "TOKEN"}})),
        ("{custom: {}}", Target("custom")),
    ],
)
def test_providers_are_parsed(declared, written, expected):
    manifest = f"project: demo\nenvironments:\n  dev: {{provider: {written}}}\n"
    assert declared({"mlplan.yaml": manifest, "resources/a.yaml": MODEL}).environment.provider == expected


def test_the_digest_changes_with_what_bears_on_a_plan_and_with_nothing_else(declared):
    first = declared({"resources/a.yaml": MODEL}).digest
    assert re.fullmatch("[0-9a-f]{64}", first)
    assert declared({"resources/a.yaml": f"# a comment\n{MODEL}"}).digest == first
    assert declared({"resources/a.yaml": MODEL.replace("champion: 6", "champion: {version: 6}")}).digest == first
    others = [MODEL.replace("6", "5"), f"{MODEL}removed: [{{address: schema.x}}]\n",
              MODEL.replace("name: fraud\n", "name: fraud\n      lifecycle: {prevent_destroy: true}\n")]  # fmt: skip
    assert len({first, *(declared({"resources/a.yaml": text}).digest for text in others)}) == 4
    assert declared({"resources/a.yaml": MODEL}, "prod").digest != first


def test_files_are_listed(declared):
    assert declared({"resources/b.yaml": MODEL, "environments/dev.yaml": "state: local\n"}).files == (
        "environments/dev.yaml", "mlplan.yaml", "resources/b.yaml",
    )  # fmt: skip


def test_a_project_may_be_one_file(declared):
    made = declared({"mlplan.yaml": project() + MODEL})
    assert made.resources["registered_model.fraud"].origin.file == "mlplan.yaml"


def test_a_project_without_resources_is_warned_about(loaded):
    found = loaded({})
    assert [(one.code, one.severity) for one in found.diagnostics] == [("MLE224", "warning")]
    assert found.declaration.root == Path(found.declaration.root)
    assert found.declaration.resources == {}


def test_a_pasted_endpoint_is_located_where_it_was_written(loaded):
    text = "resources:\n  serving_endpoints:\n    e:\n      name: e\n      config:\n        served_entities:\n          - {entity_name: c.s.m, entity_version: 0}\n"
    (found,) = loaded({"resources/a.yaml": text}).diagnostics
    assert (found.code, str(found.source)) == ("MLE204", "resources/a.yaml:7:50")
