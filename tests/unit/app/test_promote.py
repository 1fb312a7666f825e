"""Promote: one version in the project's files, and files that are as they were when that cannot be."""

import shutil
import stat
from dataclasses import replace

import pytest

from mlplan.app.plan import plan
from mlplan.app.promote import promote
from mlplan.app.session import Request
from mlplan.config.project import load
from mlplan.core.effect import Effects
from mlplan.core.errors import Mistake
from mlplan.engine.options import Options

MANIFEST = (
    "project: small\ndefault_environment: prod\nenvironments: {dev: {provider: local}, prod: {provider: local}}\n"
)
MODEL = """\
resources:
  registered_models:
    fraud: {catalog_name: Prod, schema_name: ml, name: fraud_score, aliases: {Champion: 6, challenger: 6}}
  experiments:
    fraud:
      name: /Shared/fraud
      tags: {champion: "v${resources.registered_models.fraud.aliases.Champion}"}
    notes: {name: "${resources.experiments.fraud.name}/notes", tags: {of: "${resources.experiments.fraud.tags.champion}"}}
"""
OWN = "resources:\n  registered_models: {fraud: {aliases: {Champion: 6}}} # production\n"
ADDRESS = "model_alias.fraud.Champion"


@pytest.fixture
def project(tmp_path):
    for name, text in {"mlplan.yaml": MANIFEST, "resources/a.yaml": MODEL, "environments/prod.yaml": OWN}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def own(project):
    return project / "environments/prod.yaml"


@pytest.fixture
def asked(project, clock):
    return Request(project, effects=Effects(clock=clock))


def refused(code, *arguments, **named):
    with pytest.raises(Mistake) as found:
        promote(*arguments, **named)
    assert found.value.code == code
    return found.value.diagnostics()[0]


def files(project):
    return {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}


@pytest.mark.parametrize("model", ["fraud", "registered_model.fraud", "prod.ml.fraud_score", "PROD.ml.Fraud_score"])
@pytest.mark.parametrize("alias", ["Champion", "champion"])
def test_a_model_is_known_by_its_key_its_address_and_its_name(asked, own, model, alias):
    made = promote(asked, model, alias, 7)
    assert (made.address, made.id, made.before, made.after) == (ADDRESS, "prod.ml.fraud_score@champion", 6, 7)
    assert (made.file, made.over, made.written) == ("environments/prod.yaml", "", True)
    assert own.read_text(encoding="utf-8") == OWN.replace("6", "7")


@pytest.mark.parametrize(
    ("model", "alias", "code", "hint"),
    [
        ("frauds", "champion", "MLE340", "did you mean fraud?"),
        ("dev.ml.fraud_score", "champion", "MLE340", "did you mean prod.ml.fraud_score?"),
        ("experiment.fraud", "champion", "MLE340", "there are: fraud, prod.ml.fraud_score"),
        ("fraud", "champoin", "MLE341", "did you mean champion?"),
        ("fraud", "best", "MLE341", "there are: challenger, champion; a new alias is declared first"),
    ],
)
def test_a_word_that_means_nothing_is_refused(asked, project, model, alias, code, hint):
    before = files(project)
    assert refused(code, asked, model, alias, 7).hint.startswith(hint)
    assert files(project) == before


def test_a_project_with_mistakes_is_not_edited(asked, project, own):
    own.write_text(f"{OWN}resource: {{}}\n", encoding="utf-8")
    before = files(project)
    refused("MLE200", asked, "fraud", "champion", 7)
    assert files(project) == before


def test_a_dry_run_tells_the_same_and_writes_nothing(asked, project):
    before = files(project)
    tried = promote(asked, "fraud", "champion", 7, dry_run=True)
    assert files(project) == before
    made = promote(asked, "fraud", "champion", 7)
    assert made == replace(tried, written=True)
    assert files(project) != before


def test_a_version_that_is_declared_already_is_not_written(asked, project):
    before = files(project)
    made = promote(asked, "fraud", "champion", 6)
    assert (made.file, made.lines, made.written) == ("environments/prod.yaml", [], False)
    assert files(project) == before


def test_a_reference_with_that_value_is_not_refused(asked, project, own):
    own.write_text(OWN.replace("6", "'${var.six}'"), encoding="utf-8")
    (project / "mlplan.yaml").write_text(f"{MANIFEST}variables: {{six: 6}}\n", encoding="utf-8")
    assert promote(asked, "fraud", "champion", 6).lines == []
    refused("MLE342", asked, "fraud", "champion", 7)


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o664, 0o755])
def test_a_file_keeps_its_mode(asked, own, mode):
    own.chmod(mode)
    promote(asked, "fraud", "champion", 7)
    assert stat.S_IMODE(own.stat().st_mode) == mode


def test_a_link_stays_a_link(asked, project, own):
    kept = project / "kept.yaml"
    own.rename(kept)
    own.symlink_to("../kept.yaml")
    promote(asked, "fraud", "champion", 7)
    assert own.is_symlink()
    assert kept.read_text(encoding="utf-8") == OWN.replace("6", "7")


def test_what_refers_to_the_version_follows_it(asked, project):
    promote(asked, "fraud", "champion", 7)
    found = load(project, "prod", environ={}).declaration.resources
    assert found[ADDRESS].values["version"] == 7
    assert found["experiment.notes"].values["tags"] == {"of": "v7"}


class Editor:
    """Someone who saves a file of the project at one moment of an edit."""

    def __init__(self, label, act):
        self.label, self.act, self.seen = label, act, []

    def __call__(self, moment, label):
        self.seen.append((moment, label))
        if (moment, label) == ("after", self.label) and self.act:
            act, self.act = self.act, None
            act()


CHANGES = {
    "another value": ("name: /Shared/fraud\n", "name: /Shared/frauds\n"),
    "a value beside the version": ('"v${', '"w${'),
    "another alias": ("challenger: 6", "challenger: 7"),
    "an alias that is gone": (", challenger: 6", ""),
    "a mistake": ("registered_models", "registered_modles"),
    "protection": ("name: /Shared/fraud\n", "name: /Shared/fraud\n      lifecycle: {prevent_destroy: true}\n"),
}


@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES)
def test_a_file_is_put_back_when_more_than_the_version_changes(asked, project, own, old, new):
    path = project / "resources/a.yaml"
    editor = Editor("write prod.yaml", lambda: path.write_text(MODEL.replace(old, new), encoding="utf-8"))
    refused("MLE344", replace(asked, effects=Effects(clock=asked.effects.clock, probe=editor)), "fraud", "champion", 7)
    assert own.read_text(encoding="utf-8") == OWN
    assert [moment for moment, _ in editor.seen].count("after") == 2, "once there, and once back"


def test_a_file_that_was_made_is_taken_away_again(asked, project, own):
    shutil.rmtree(own.parent)
    path = project / "resources/a.yaml"
    editor = Editor("write prod.yaml", lambda: path.write_text("resources: {}\n", encoding="utf-8"))
    refused("MLE344", replace(asked, effects=Effects(clock=asked.effects.clock, probe=editor)), "fraud", "champion", 7)
    assert not own.parent.exists()


class Killed(BaseException):
    """The end of a process."""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_whenever_it_is_stopped_a_file_is_whole(asked, project, own, moment):
    def kill(now, _label):
        if now == moment:
            raise Killed

    with pytest.raises(Killed):
        promote(replace(asked, effects=Effects(clock=asked.effects.clock, probe=kill)), "fraud", "champion", 7)
    assert own.read_text(encoding="utf-8") == (OWN if moment == "before" else OWN.replace("6", "7"))
    assert list(own.parent.iterdir()) == [own]


def test_what_cannot_be_written_is_said(asked, own):
    shutil.rmtree(own.parent)
    own.parent.write_text("in the way", encoding="utf-8")
    assert "environments" in refused("MLE706", asked, "fraud", "champion", 7).summary
    assert own.parent.read_text(encoding="utf-8") == "in the way"


def test_the_environments_of_one_project_are_edited_apart(asked, project, own):
    promote(replace(asked, environment="dev"), "fraud", "champion", 9)
    assert own.read_text(encoding="utf-8") == OWN
    made = (project / "environments/dev.yaml").read_text(encoding="utf-8")
    assert made == "resources:\n  registered_models:\n    fraud:\n      aliases:\n        Champion: 9\n"
    versions = {name: load(project, name, environ={}).declaration.resources[ADDRESS].values for name in ("dev", "prod")}
    assert {name: values["version"] for name, values in versions.items()} == {"dev": 9, "prod": 6}


def test_the_plan_of_its_address_is_about_that_alias(asked):
    made = promote(asked, "fraud", "champion", 7)
    found = plan(asked, Options(targets=(made.address,), parallelism=1))
    assert made.address in {change.address for change in found.plan.active()}
    assert "experiment.notes" not in {change.address for change in found.plan.active()}
