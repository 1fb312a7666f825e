"""Alias: in which file the version of an alias is written for an environment, and what is written there."""

import pytest

from mlplan.config.alias import rewritten
from mlplan.config.project import load
from mlplan.core.errors import Mistake

ONE = "project: demo\nenvironments:\n  prod: {provider: local}\n"
MODEL = "resources:\n  registered_models:\n    fraud:\n      catalog_name: c\n      schema_name: s\n      name: fraud\n"
SHARED = f"{MODEL}      aliases:\n        champion: 6\n        challenger: {{version: 6, managed_by: bot}}\n"
FREE = "resources:\n  model_aliases:\n    top: {full_name: c.s.other, alias: champion, version: 6}\n"
OWN = "resources:\n  registered_models:\n    fraud:\n      aliases:\n"
CHAMPION = "model_alias.fraud.champion"
CHALLENGER = "model_alias.fraud.challenger"
TOP = "model_alias.top"
A, P = "resources/a.yaml", "environments/prod.yaml"

PLACES = {
    "in the environment's own file": ({A: SHARED, P: f"{OWN}        champion: 6\n"}, CHAMPION, P, f"{OWN}        champion: 7\n"),
    "in the only environment's shared file": ({"mlplan.yaml": ONE, A: SHARED}, CHAMPION, A, SHARED.replace("champion: 6", "champion: 7")),
    "its long form there": (
        {"mlplan.yaml": ONE, A: SHARED}, CHALLENGER, A, SHARED.replace("version: 6", "version: 7")
    ),
    "over a shared file, in a new one": ({A: SHARED}, CHAMPION, P, f"{OWN}        champion: 7\n"),
    "over a shared file, in one that is there": (
        {A: SHARED, P: "variables: {}\n"}, CHAMPION, P, f"variables: {{}}\n{OWN}        champion: 7\n"
    ),
    "over the long form of a shared file": ({A: SHARED}, CHALLENGER, P, f"{OWN}        challenger: 7\n"),
    "beside the owner in the environment's own file": (
        {A: SHARED, P: f"{OWN}        challenger: {{managed_by: observe}}\n"},
        CHALLENGER, P, f"{OWN}        challenger: {{managed_by: observe, version: 7}}\n",
    ),
    "in a file that is the project": (
        {"mlplan.yaml": ONE + SHARED}, CHAMPION, "mlplan.yaml", ONE + SHARED.replace("champion: 6", "champion: 7")
    ),
    "of a model that only the environment has": (
        {P: SHARED}, CHAMPION, P, SHARED.replace("champion: 6", "champion: 7")
    ),
    "in no model": ({"mlplan.yaml": ONE, A: FREE}, TOP, A, FREE.replace("version: 6", "version: 7")),
    "in no model, over a shared file": (
        {A: FREE}, TOP, P, "resources:\n  model_aliases:\n    top:\n      version: 7\n"
    ),
    "in no model, in the environment's own file": (
        {A: FREE, P: "resources: {model_aliases: {top: {version: 6}}}\n"},
        TOP, P, "resources: {model_aliases: {top: {version: 7}}}\n",
    ),
    "in no model, though a model has its key": (
        {"mlplan.yaml": ONE, A: FREE, "resources/b.yaml": MODEL.replace("fraud:", "top:")},
        TOP, A, FREE.replace("version: 6", "version: 7"),
    ),
    "behind a byte order mark": (
        {A: SHARED, P: f"\ufeff{OWN}        champion: 6\n"}, CHAMPION, P, f"\ufeff{OWN}        champion: 7\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "address", "file", "after"), PLACES.values(), ids=PLACES)
def test_a_version_is_written_where_it_holds_for_one_environment(write, files, address, file, after):
    root = write(files)
    seen = load(root, "prod", environ={}).declaration
    made = rewritten(seen, seen.resources[address], 7)
    assert (made.file, made.after.decode()) == (file, after)
    assert made.before == ((root / file).read_bytes() if (root / file).exists() else None)


@pytest.mark.parametrize(("files", "address", "file", "after"), PLACES.values(), ids=PLACES)
def test_the_project_then_has_that_version_and_nothing_else_new(write, files, address, file, after):
    root = write(files)
    before = load(root, "prod", environ={}).declaration
    write({**files, file: after})
    found = load(root, "prod", environ={}).declaration
    wanted = {name: one.values for name, one in before.resources.items()}
    wanted[address] |= {"version": 7}
    assert {name: one.values for name, one in found.resources.items()} == wanted


VARIABLES = "variables:\n  six: {type: integer, default: 6}\n  all: {type: map, default: {champion: 6}}\n"
REFERENCES = {
    "in a shared file": ({A: SHARED.replace("champion: 6", "champion: ${var.six}")}, f"{A}:8:19"),
    "in the long form": (
        {A: SHARED.replace("champion: 6", 'champion: {version: "${var.six}"}')}, f"{A}:8:29"
    ),
    "in the environment's own file": ({A: SHARED, P: f"{OWN}        champion: ${{var.six}}\n"}, f"{P}:5:19"),
    "for all aliases": ({A: f"{MODEL}      aliases: ${{var.all}}\n"}, f"{A}:7:16"),
    "for all aliases, in the environment's own file": (
        {A: SHARED, P: "resources: {registered_models: {fraud: {aliases: '${var.all}'}}}\n"}, f"{P}:1:50"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "place"), REFERENCES.values(), ids=REFERENCES)
def test_a_reference_is_left_alone(write, files, place):
    root = write({"mlplan.yaml": f"project: demo\nenvironments:\n  dev: {{provider: local}}\n  prod: {{provider: local}}\n{VARIABLES}", **files})  # fmt: skip
    seen = load(root, "prod", environ={}).declaration
    with pytest.raises(Mistake) as refused:
        rewritten(seen, seen.resources[CHAMPION], 7)
    (found,) = refused.value.diagnostics()
    assert (found.code, str(found.source)) == ("MLE342", place)


def test_a_file_that_cannot_be_edited_is_named(write):
    root = write({A: SHARED, P: "resources:\n  registered_models:\n    fraud:\n      comment: |+\n        text\n\n"})
    seen = load(root, "prod", environ={}).declaration
    with pytest.raises(Mistake) as refused:
        rewritten(seen, seen.resources[CHAMPION], 7)
    (found,) = refused.value.diagnostics()
    assert found.code == "MLE343"
    assert found.hint == "write `champion: 7` into environments/prod.yaml by hand"


def test_the_place_that_held_so_far_is_told(write):
    seen = load(write({A: SHARED}), "prod", environ={}).declaration
    assert str(rewritten(seen, seen.resources[CHAMPION], 7).source) == "resources/a.yaml:8:19"
