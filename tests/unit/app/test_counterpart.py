"""Counterpart: the version of one model that is the same as one of another, and what to do when there is none."""

from types import SimpleNamespace

import pytest

from mlplan.app import counterpart
from mlplan.app.apply import apply
from mlplan.app.counterpart import Source, parse, same_versions
from mlplan.app.local import register
from mlplan.app.promote import promote, promote_from
from mlplan.app.session import Request
from mlplan.core.declaration import Environment, Target
from mlplan.core.effect import Effects
from mlplan.core.errors import Mistake
from mlplan.core.evidence import VersionEvidence
from mlplan.engine.options import Options
from mlplan.providers.local.register import Logged

MANIFEST = "project: small\nenvironments: {staging: {provider: local}, prod: {provider: local}}\n"
MODEL = """\
resources:
  catalogs: {main: {name: "${environment.name}"}}
  schemas: {ml: {catalog_name: "${resources.catalogs.main.name}", name: ml}}
  registered_models:
    fraud: {catalog_name: "${environment.name}", schema_name: ml, name: fraud}
"""
WITH = MODEL.replace("name: fraud}", "name: fraud, aliases: {champion: 1, challenger: 1}}")
MLMODEL = """\
flavors: {{python_function: {{loader_module: mlflow.sklearn, python_version: 3.11.7}}}}
mlflow_version: 3.1.0
run_id: run-{number}
signature:
  inputs: '[{{"type": "double", "name": "amount", "required": true}}]'
  outputs: '[{{"type": "double", "required": true}}]'
"""


@pytest.fixture
def asked(tmp_path, clock):
    """Return requests about the environments of a project without versions."""
    (tmp_path / "resources").mkdir()
    (tmp_path / "mlplan.yaml").write_text(MANIFEST, encoding="utf-8")
    (tmp_path / "resources/a.yaml").write_text(MODEL, encoding="utf-8")
    for number in (1, 2, 3):
        (tmp_path / f"models/{number}").mkdir(parents=True)
        (tmp_path / f"models/{number}/MLmodel").write_text(MLMODEL.format(number=number), encoding="utf-8")
    effects = Effects(clock=clock)
    return {name: Request(tmp_path, name, parallelism=1, effects=effects) for name in ("staging", "prod")}


@pytest.fixture
def give(asked, watcher):
    """Return a call that makes an environment with versions, each from the model of a number, and its aliases."""

    def make(name, *models):
        root = asked[name].root
        (root / "resources/a.yaml").write_text(MODEL, encoding="utf-8")
        assert apply(asked[name], Options(), watcher).status == "applied"
        for number in models:
            register(asked[name], f"{name}.ml.fraud", root / f"models/{number}", Logged(), {}, "READY")
        (root / "resources/a.yaml").write_text(WITH, encoding="utf-8")
        assert apply(asked[name], Options(), watcher).status == "applied"

    return make


def champion(asked, watcher, name, version):
    promote(asked[name], "fraud", "champion", version)
    assert apply(asked[name], Options(), watcher).status == "applied"


def refused(code, request, source, alias="champion"):
    with pytest.raises(Mistake) as found:
        promote_from(request, "fraud", alias, source)
    assert found.value.code == code
    return found.value.diagnostics()[0]


def test_an_alias_of_another_environment_is_found_by_its_files(asked, give, watcher):
    give("staging", 1, 2)
    give("prod", 1, 3, 2)
    champion(asked, watcher, "staging", 2)
    made = promote_from(asked["prod"], "fraud", "champion", "staging.ml.fraud@champion")
    assert (made.after, made.written) == (3, True)
    assert made.why == "staging.ml.fraud@champion is v2 in staging; v3 of prod.ml.fraud is the same by its files"


def test_the_alias_is_taken_as_it_is_there_and_not_as_it_is_declared(asked, give):
    give("staging", 1, 2)
    give("prod", 2, 1)
    promote(asked["staging"], "fraud", "champion", 2)
    assert promote_from(asked["prod"], "fraud", "champion", "staging.ml.fraud@champion").after == 2


@pytest.mark.parametrize("source", ["staging.ml.fraud/2", "models:/staging.ml.fraud/2", "Staging.ml.fraud/2"])
def test_a_version_may_be_named_instead_of_an_alias(asked, give, source):
    give("staging", 1, 2)
    give("prod", 3, 2)
    made = promote_from(asked["prod"], "fraud", "champion", source, dry_run=True)
    assert (made.after, made.written) == (2, False)


def test_another_alias_of_the_model_needs_no_search(asked, give, watcher):
    give("prod", 1, 2)
    champion(asked, watcher, "prod", 2)
    made = promote_from(asked["prod"], "fraud", "challenger", "prod.ml.fraud@champion")
    assert (made.after, made.why) == (2, "prod.ml.fraud@champion is v2 in prod")


def test_of_versions_that_are_the_same_it_is_the_newest(asked, give):
    give("staging", 1)
    give("prod", 1, 1, 2)
    made = promote_from(asked["prod"], "fraud", "champion", "staging.ml.fraud/1")
    assert made.after == 2
    assert made.why.endswith("v2 of prod.ml.fraud is the same by its files, and 1 older")


def test_a_version_that_is_not_there_can_be_copied_as_it_is_said(asked, give):
    give("staging", 1, 2)
    give("prod", 1)
    found = refused("MLE347", asked["prod"], "staging.ml.fraud/2")
    assert found.summary == "no version of prod.ml.fraud is the same as v2 of staging.ml.fraud"
    assert "known by run run-2 and files sha256:" in found.detail
    said = found.hint.splitlines()[1].split()
    assert said[:4] == ["mlplan", "local", "register", "prod.ml.fraud"]
    assert said[-2:] == ["-e", "prod"]
    register(asked["prod"], said[3], asked["prod"].root / said[5], Logged(), {}, "READY")
    assert promote_from(asked["prod"], "fraud", "champion", "staging.ml.fraud/2").after == 2


def test_a_version_of_the_model_itself_has_to_be_there(asked, give):
    give("prod", 1, 2)
    assert "no version 99 of prod.ml.fraud in prod" in refused("MLE346", asked["prod"], "prod.ml.fraud/99").summary


def test_what_was_meant_is_suggested(asked, give):
    give("prod", 1)
    assert "prod.ml.fraud" in refused("MLE345", asked["prod"], "prod.ml.fruad/1").hint
    assert refused("MLE345", asked["prod"], "fraud@champion").hint.startswith("write CATALOG.SCHEMA.MODEL@ALIAS")


def test_nothing_is_written_when_no_version_is_found(asked, give):
    give("staging", 1, 2)
    give("prod", 1)
    before = {path: path.read_bytes() for path in asked["prod"].root.rglob("*.yaml")}
    refused("MLE347", asked["prod"], "staging.ml.fraud/2")
    assert {path: path.read_bytes() for path in asked["prod"].root.rglob("*.yaml")} == before


def test_a_source_that_is_not_there(asked, give):
    give("prod", 1)
    root = asked["prod"].root
    assert "@champion in staging" in refused("MLE346", asked["prod"], "staging.ml.fraud@champion").summary
    assert "no version 9" in refused("MLE346", asked["prod"], "staging.ml.fraud/9").summary
    assert "declares the model other.ml.fraud" in refused("MLE345", asked["prod"], "other.ml.fraud@x").summary
    (root / "environments").mkdir()
    (root / "environments/staging.yaml").write_text("resources: {catalogues: {}}\n", encoding="utf-8")
    assert "`mlplan validate -e staging`" in refused("MLE345", asked["prod"], "staging.ml.fraud@champion").hint


FORMS = {
    "prod.ml.fraud@champion": Source("prod.ml.fraud", "champion"),
    "models:/prod.ml.fraud@Champion": Source("prod.ml.fraud", "champion"),
    "models:/prod.ml.fraud/12": Source("prod.ml.fraud", "", 12),
    "prod.ml.fraud": None,
    "prod.ml.fraud/": None,
    "prod.ml.fraud/v1": None,
    "prod.ml.fraud/0": None,
    "prod.ml.fraud@a@b": None,
    "prod.ml.fraud@champion/1": None,
    "": None,
}


@pytest.mark.parametrize(("written", "source"), FORMS.items(), ids=FORMS)
def test_a_source_has_the_forms_of_mlflow(written, source):
    assert parse(written) == source


def test_another_form_is_refused(asked, give):
    give("prod", 1)
    assert refused("MLE345", asked["prod"], "staging.ml.fraud").hint.startswith("write CATALOG.SCHEMA.MODEL@ALIAS")


def version(number, run_id="", digest="", source="", model="prod.ml.fraud"):
    return VersionEvidence(model, number, run_id=run_id, digest=digest, source=source)


WANTED = version(4, "r", "d", model="staging.ml.fraud")
SAME = {
    "equal files": (WANTED, [version(1, "x", "d"), version(2, "x", "e")], [(1, "files")]),
    "equal files before an equal run": (WANTED, [version(1, "x", "d"), version(2, "r")], [(1, "files")]),
    "one run, other files": (WANTED, [version(1, "r", "e")], []),
    "one run, files that nobody tells": (WANTED, [version(1, "r")], [(1, "run")]),
    "a copy": (WANTED, [version(1, "r"), version(2, source="models:/staging.ml.fraud/4")], [(2, "source")]),
    "a copy of another version": (WANTED, [version(1, source="models:/staging.ml.fraud/44")], []),
    "no run on both sides": (version(4), [version(1)], []),
    "several": (WANTED, [version(1, "r"), version(3, "r")], [(1, "run"), (3, "run")]),
    "nothing there": (WANTED, [], []),
}


@pytest.mark.parametrize(("wanted", "there", "found"), SAME.values(), ids=SAME)
def test_versions_are_the_same_by_the_surest_that_is_known(wanted, there, found):
    assert same_versions(wanted, there) == found


@pytest.mark.parametrize(
    ("options", "registry"), [({}, "databricks-uc"), ({"profile": "acme"}, "databricks-uc://acme")]
)
def test_on_databricks_mlflow_copies_it(options, registry):
    there = Environment("prod", Target("databricks", options))
    hint = counterpart._missing(there, "prod.ml.fraud", WANTED, "it is there").hint
    code = "\n".join(hint.splitlines()[1:])
    called = {}
    client = SimpleNamespace(copy_model_version=lambda **given: called.update(given))
    compile(code, "hint", "exec")
    exec(code.partition("\n")[2], {"MlflowClient": lambda registry_uri: called.update(at=registry_uri) or client})  # noqa: S102 - what people are told to run
    assert called == {"at": registry, "src_model_uri": "models:/staging.ml.fraud/4", "dst_name": "prod.ml.fraud"}


def test_a_platform_that_knows_no_versions_is_named():
    seen = SimpleNamespace(
        provider=SimpleNamespace(name="folder"), declaration=SimpleNamespace(environment=Environment("x", Target("f")))
    )
    with pytest.raises(Mistake) as found:
        counterpart._versions(seen)
    assert found.value.code == "MLE348"
