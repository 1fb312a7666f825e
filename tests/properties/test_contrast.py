"""Environments side by side: the same is no difference, a name is none, and every field that differs shows up."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlplan.config.project import load
from mlplan.core.declaration import Declaration, Environment, Resource, Target
from mlplan.core.source import Origin
from mlplan.engine.contrast import compare
from mlplan.kinds import KINDS
from mlplan.testing.samples import samples
from mlplan.testing.strategies import resources

SAMPLES = [pytest.param(one, id=one.name) for kind in KINDS for one in samples(kind)]
PROJECT = """\
project: fraud
environments:
  one: {{provider: local, variables: {{catalog: {one[0]}, prefix: {one[1]}}}}}
  two: {{provider: local, variables: {{catalog: {two[0]}, prefix: {two[1]}}}}}
variables:
  catalog: {{type: string}}
  prefix: {{type: string}}
resources:
  catalogs: {{main: {{name: "${{var.catalog}}", comment: "All of ${{environment.name}}, in ${{var.catalog}}"}}}}
  schemas: {{ml: {{catalog_name: "${{resources.catalogs.main.name}}", name: "${{var.prefix}}ml"}}}}
  experiments:
    e: {{name: "/Shared/${{var.prefix}}fraud", tags: {{env: "${{environment.name}}"}}}}
  registered_models:
    m:
      catalog_name: ${{var.catalog}}
      schema_name: "${{resources.schemas.ml.name}}"
      name: score
      comment: "/Shared/${{var.prefix}}fraud trains ${{var.catalog}}.${{var.prefix}}ml.score"
      aliases: {{champion: 1}}
      grants: [{{principal: scoring, privileges: [EXECUTE]}}]
  serving_endpoints:
    s:
      name: "${{var.prefix}}score"
      served_entities:
        - name: "${{var.prefix}}current"
          entity_name: "${{resources.registered_models.m.full_name}}"
          entity_version: "@champion"
          traffic_percentage: 100
"""
WORDS = st.from_regex(r"[a-z][a-z0-9]{0,6}_", fullmatch=True)


def declared(name, *found):
    """Return an environment with these resources, by kind and fields."""
    made = {
        f"{kind}.x{number}": Resource(f"{kind}.x{number}", kind, values, Origin("x.yaml", ()))
        for number, (kind, values) in enumerate(found)
    }
    return Declaration(Path(), "p", Environment(name, Target("local")), Target("local"), made)


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_field_that_differs_shows_up(sample):
    made = compare(declared("one", (sample.kind, sample.before)), declared("two", (sample.kind, sample.after)))
    if sample.field.rules.identity:
        assert [one.address for one in made.names] == [f"{sample.kind}.x0"]
        return
    (found,) = made.resources
    assert any(one.path.startswith(sample.field.path[0]) for one in found.fields), found


@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_an_environment_is_the_same_as_itself_and_sides_can_be_swapped(kind, data):
    one, other = data.draw(resources(kind)), data.draw(resources(kind))
    left, right = declared("one", (kind, one)), declared("two", (kind, other))
    assert compare(left, left).empty
    found, back = compare(left, right), compare(right, left)
    assert [(one.left, one.right) for one in found.names] == [(one.right, one.left) for one in back.names]
    assert turned(found) == turned(back, swap=True)


def turned(found, *, swap=False):
    """Return what differs, without keys of items, which each side names in its own way."""
    return sorted(
        (one.address, field.path.partition("[")[0], *map(repr, (field.right, field.left) if swap else field[1:3]))
        for one in found.resources
        for field in one.fields
    )


@given(st.tuples(WORDS, WORDS), st.tuples(WORDS, WORDS))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_a_renaming_by_variables_is_no_difference(tmp_path_factory, one, two):
    root = tmp_path_factory.mktemp("renamed")
    (root / "mlplan.yaml").write_text(PROJECT.format(one=one, two=two))
    left, right = load(root, "one"), load(root, "two")
    assert left.declaration is not None, left.diagnostics
    assert right.declaration is not None, right.diagnostics
    made = compare(left.declaration, right.declaration)
    assert made.resources == []
    assert made.empty
    assert {one.address for one in made.names} >= ({"catalog.main"} if one[0] != two[0] else set())


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_two_texts_that_name_nothing_are_told_apart(one, two):
    values = [{"name": "main", "comment": text} for text in (one, two)]
    left, right = (declared("l", ("catalog", values[0])), declared("l", ("catalog", values[1])))
    assert compare(left, right).empty is (one == two)
