"""What the rules see of a plan: everything declared, with references resolved and aliases as they are followed."""

import pytest

from mlplan.app.judging import seen_by_rules

RESOURCES = """\
resources:
  experiments: {x: {name: /Shared/x}}
  registered_models: {m: {catalog_name: c, schema_name: s, name: m}}
  serving_endpoints:
    e:
      name: e
      served_entities:
        - name: m
          entity_name: c.s.m
          entity_version: "@champion"
          environment_vars: {X: "${resources.experiments.x.experiment_id}"}
"""


@pytest.fixture
def seen(project, planned):
    (project / "resources" / "all.yaml").write_text(RESOURCES, encoding="utf-8")
    return seen_by_rules(planned())


def test_every_declared_resource_is_there_with_what_happens_to_it(seen):
    assert {address: one["action"] for address, one in seen["resources"].items()} == {
        "experiment.x": "create",
        "registered_model.m": "create",
        "serving_endpoint.e": "create",
    }


def test_an_alias_that_is_followed_stays_an_alias_beside_what_is_not_known_yet(seen):
    (entity,) = seen["resources"]["serving_endpoint.e"]["values"]["served_entities"]
    assert entity["entity_version"] == "@champion"
    assert entity["environment_vars"] == {"X": "${resources.experiments.x.experiment_id}"}


def test_other_environments_are_known_by_their_catalogs(seen):
    assert seen["environments"] == {
        "dev": {"protected": False, "catalogs": []},
        "prod": {"protected": False, "catalogs": []},
    }
