"""Schemas: the committed JSON Schemas are the generated ones, are sound, and fit the example."""

import json
import re

import jsonschema
import pytest
import yaml

from mlplan.app import schema

MODELINE = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")

NO_PROJECT = {"models", "train", "github", "gitlab", "azure-devops"}
"""Folders of the examples whose YAML is for other programs."""


@pytest.fixture(scope="module")
def documents():
    return schema.documents()


def test_committed_schemas_are_current(documents, root):
    committed = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (root / "schemas").iterdir()}
    assert committed == documents, "run `make schemas`"


def test_schemas_are_sound(documents):
    for name, document in documents.items():
        jsonschema.Draft202012Validator.check_schema(document)
        assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema", name


def test_every_example_names_its_schema_and_fits_it(root):
    paths = [path for path in (root / "examples").glob("*/**/*.y*ml") if not NO_PROJECT & set(path.parts)]
    assert paths
    for path in paths:
        text = path.read_text(encoding="utf-8")
        modeline = MODELINE.match(text)
        assert modeline, f"{path} begins with no modeline"
        document = json.loads((path.parent / modeline[1]).resolve().read_text(encoding="utf-8"))
        errors = list(jsonschema.Draft202012Validator(document).iter_errors(yaml.safe_load(text)))
        assert errors == [], path
