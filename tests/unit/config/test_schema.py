"""Schema: the JSON Schemas are sound, and agree with the loader on what is good and what is bad."""

from pathlib import Path

import jsonschema
import pytest
import yaml

from mlplan.config.project import load
from mlplan.config.schema import documents
from mlplan.kinds import KINDS, spec

CORPUS = Path(__file__).parents[2] / "corpus" / "bad"
SHAPES = {"MLE200", "MLE201", "MLE202", "MLE203", "MLE204", "MLE206", "MLE207", "MLE210"}
"""Codes of mistakes that a schema can see, too."""
BEYOND = {
    "resources/permissions_two_principals", "resources/missing_in_list", "resources/traffic_sum", "resources/secret_in_environment",
    "references/number_as_text", "references/wrong_after_reference", "references/overlay_removes_required",
    "project/provider_token", "project/provider_password", "resources/pasted_unknown_field", "project/empty_environments",
}  # fmt: skip


@pytest.fixture(scope="module")
def validators():
    made = {}
    for name, document in documents().items():
        jsonschema.Draft202012Validator.check_schema(document)
        made[name] = jsonschema.Draft202012Validator(document)
    return made


def errors(validators, root: Path) -> list[str]:
    found = []
    for path in root.rglob("*.yaml"):
        name = {"mlplan.yaml": "project", "policy.yaml": "policy"}.get(path.name) or "resources"
        name = "environment" if path.parent.name == "environments" else name
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        found += [
            f"{path.name} {one.json_path}: {one.message}" for one in validators[f"{name}.schema.json"].iter_errors(data)
        ]
    return found


def test_every_document_names_its_dialect_and_describes_its_fields(validators):
    for name, validator in validators.items():
        assert validator.schema["$schema"] == "https://json-schema.org/draft/2020-12/schema", name
        for field, about in validator.schema["properties"].items():
            assert about.get("description"), f"{name} {field}"


def test_every_field_of_every_kind_is_described(validators):
    defs = validators["resources.schema.json"].schema["$defs"]
    for kind in KINDS:
        properties = defs[spec(kind).__name__]["properties"]
        assert set(properties) >= {*spec(kind).model_fields, *spec(kind).nested, "lifecycle"}
        assert [name for name, about in properties.items() if not about.get("description")] == []


def seen_by_schemas() -> list[Path]:
    cases = []
    for expect in sorted(CORPUS.rglob("expect.txt")):
        codes = {line.split()[0] for line in expect.read_text(encoding="utf-8").splitlines()}
        name = str(expect.parent.relative_to(CORPUS))
        if codes <= SHAPES and not name.startswith("yaml/") and name not in BEYOND:
            cases.append(expect.parent)
    return cases


@pytest.mark.parametrize("case", seen_by_schemas(), ids=lambda case: str(case.relative_to(CORPUS)))
def test_what_the_loader_refuses_for_its_shape_the_schema_refuses(validators, case):
    assert errors(validators, case)


GOOD = {
    "semantics": """\
resources:
  catalogs:
    main:
      name: ${var.catalog}
      isolation_mode: ISOLATED
      grants:
        - {principal: ml-engineers, privileges: [USE_CATALOG, USE_SCHEMA]}
  schemas:
    ml: {catalog_name: "${resources.catalogs.main.name}", name: ml}
  experiments:
    fraud:
      name: /Shared/fraud-detection-${environment.name}
      tags: {team: risk}
      permissions: [{group_name: ml-engineers, level: CAN_EDIT}]
  registered_models:
    fraud_score:
      catalog_name: ${resources.catalogs.main.name}
      schema_name: ${resources.schemas.ml.name}
      name: fraud_score
      lifecycle: {prevent_destroy: true, ignore_changes: [comment]}
      aliases:
        champion: 6
        challenger: {version: 7, managed_by: bot}
      grants: {mode: additive, grants: [{principal: scoring-service, privileges: [EXECUTE]}]}
  serving_endpoints:
    fraud_score:
      name: fraud-score-${environment.name}
      served_entities:
        - name: current
          entity_name: ${resources.registered_models.fraud_score.full_name}
          entity_version: "@champion"
          traffic_percentage: 100
          workload_size: Small
          scale_to_zero_enabled: false
      ai_gateway:
        inference_table_config: {catalog_name: main, schema_name: ml, table_name_prefix: fraud_score, enabled: true}
      permissions: [{group_name: fraud-app, level: CAN_QUERY}]
moved: [{from: schema.old, to: schema.ml}]
removed: [{address: schema.gone, destroy: false}]
import: [{address: schema.ml, id: main.ml}]
""",
    "pasted": """\
resources:
  serving_endpoints:
    e:
      name: e
      config:
        served_entities: [{entity_name: c.s.m, entity_version: "3", workload_size: Small, scale_to_zero_enabled: true}]
        traffic_config: {routes: [{served_model_name: m, traffic_percentage: 100}]}
""",
    "short": "resources: {serving_endpoints: {e: {name: e, served_entities: [{entity_name: c.s.m, entity_version: 3}]}}}\n",
    "references": """\
resources:
  schemas:
    ml: {catalog_name: main, name: ml, force_destroy: "${var.yes}", properties: "${var.map}", grants: "${var.rows}"}
  registered_models:
    m: {catalog_name: main, schema_name: ml, name: m, aliases: {champion: "${var.version}"}}
  volumes:
    v: {catalog_name: main, schema_name: ml, name: v, volume_type: "${var.type}"}
""",
    "top level": """\
resources:
  model_aliases: {a: {full_name: c.s.m, alias: champion, version: 1}}
  grants: {g: {securable_type: catalog, full_name: other, grants: [{principal: p, privileges: [USE_CATALOG]}]}}
  permissions: {p: {object_type: experiment, object_name: /a, permissions: [{user_name: a@b.c, level: CAN_READ}]}}
""",
    "empty": "resources: {}\n",
}
MANIFEST = """\
project: fraud
default_environment: dev
include: [resources/**/*.yaml]
environments:
  dev:     {provider: local}
  staging: {provider: "databricks://acme-staging"}
  prod:
    provider: {databricks: {host: "https://acme-prod.cloud.databricks.com"}}
    protected: true
    variables: {catalog: prod}
state: {local: {path: .mlplan/state}}
variables:
  catalog: {type: string, default: "${environment.name}"}
  "yes": {type: boolean, default: true}
  map: {type: map, default: {a: b}}
  rows: {type: list, default: [{principal: p, privileges: [USE_SCHEMA]}]}
  version: 6
  type: MANAGED
policy: policy.yaml
"""
OVERLAYS = {
    "semantics": "resources: {registered_models: {fraud_score: {aliases: {champion: 7}, comment: null}}}\nvariables: {catalog: live}\n",
    "empty": "state: local\nenvironments: {dev: {protected: true}}\nresources: {schemas: {ml: {catalog_name: main, name: ml}}}\n",
}


POLICY = """\
rules:
  MLP011: deny
  MLP010: {level: warn, environments: [prod], resources: ["serving_endpoint.*"], unknown: allow}
  MLP012: [{level: deny, environments: ["pr*"], options: {tags: {tier: gold}}}, {level: "off"}]
gates:
  - {alias: champion, model: "*.ml.*", environments: [prod], metric: auc, min: 0.9}
  - {alias: champion, metric: recall_country_br, max_drop: 0.02, same_data: true, level: warn}
  - {alias: champion, held: {environment: staging, alias: champion, at_least: 24h}, unknown: allow}
  - {tag: {approved: "true"}}
custom:
  - code: ACME001
    title: endpoints name their team
    for: resource
    when: resource.kind == "serving_endpoint"
    check: has(resource.values.tags)
exceptions:
  - {rule: MLP011, resource: "serving_endpoint.*", reason: moving, expires: "2026-12-31", approved_by: ana}
plugins: []
"""


@pytest.mark.parametrize("name", GOOD)
def test_what_the_loader_takes_the_schema_takes(validators, write, name):
    files = {"mlplan.yaml": MANIFEST, "policy.yaml": POLICY, "resources/a.yaml": GOOD[name]}
    if name in OVERLAYS:
        files["environments/dev.yaml"] = OVERLAYS[name]
    root = write(files)
    found = load(root, "dev", environ={})
    assert [one for one in found.diagnostics if one.severity == "error"] == []
    assert errors(validators, root) == []
