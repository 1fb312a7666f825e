"""Kinds: each has everything that a kind needs, so that none is half there."""

import json
import re

import pytest

from mlplan.kinds import KINDS, spec


@pytest.fixture(scope="module", params=KINDS)
def kind(request):
    return request.param


def test_its_names_agree(kind):
    plural, name = KINDS[kind]
    declared = spec(kind)
    assert (declared.kind, declared.plural, declared.__name__) == (kind, plural, name)


def test_every_field_is_described(kind):
    bare = [name for name, info in spec(kind).model_fields.items() if not info.description]
    assert bare == []


def test_it_stands_in_the_schema(kind, root):
    document = json.loads((root / "schemas/resources.schema.json").read_text(encoding="utf-8"))
    assert KINDS[kind][0] in json.dumps(document)


def test_every_field_of_the_schema_is_described(root):
    """Editors show these texts; nested models are in it too."""
    document = json.loads((root / "schemas/resources.schema.json").read_text(encoding="utf-8"))
    bare = [
        f"{name}.{field}"
        for name, model in document["$defs"].items()
        for field, found in model.get("properties", {}).items()
        if not found.get("description")
    ]
    assert bare == []


def test_it_can_be_explained(kind, run):
    shown = run("explain", kind)
    assert shown.returncode == 0, shown.stderr
    for field in spec(kind).model_fields:
        assert field in shown.stdout


def test_the_example_uses_it(kind, root):
    """In a section of its own, or as a block of the object that it is about."""
    plural = {"model_alias": "aliases"}.get(kind, KINDS[kind][0])
    texts = [path.read_text(encoding="utf-8") for path in (root / "examples").glob("*/**/*.yaml")]
    assert any(re.search(rf"^ +{plural}:", text, re.MULTILINE) for text in texts)
