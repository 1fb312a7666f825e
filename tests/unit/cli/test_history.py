"""History as typed: the table, a moment, and what is said of a ledger that someone touched."""

import json
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from mlplan.cli.entry import run
from mlplan.cli.settings import Settings
from mlplan.core.effect import Effects

MODEL = "dev.ml.fraud_score"
ALIAS = f"{MODEL}@champion"
RESOURCES = """\
resources:
  catalogs: {main: {name: dev}}
  schemas: {ml: {catalog_name: dev, name: ml}}
  registered_models: {fraud: {catalog_name: dev, schema_name: ml, name: fraud_score}}
"""
MLMODEL = """\
flavors:
  python_function: {loader_module: mlflow.sklearn, python_version: 3.11.7}
mlflow_version: 3.1.0
run_id: 4f1d8f6f4cde4b0b9c6d3f2b1a0e9d8c
signature:
  inputs: '[{"type": "double", "name": "amount", "required": true}]'
  outputs: '[{"type": "double", "required": true}]'
"""
DAY = 86_400.0
START = 1_767_258_000.0  # 2026-01-01 09:00:00 UTC


class Calendar:
    """A clock that stands at one day."""

    def __init__(self, day):
        self.day = day

    def now(self):
        return START + self.day * DAY

    def monotonic(self):
        return 0.0

    def sleep(self, seconds): ...


def on(day, *words):
    """Run a command on a day; return its exit code and what it printed."""
    out = StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        code = run([str(word) for word in words], Settings(effects=Effects(clock=Calendar(day))))
    assert code == 0, out.getvalue()
    return out.getvalue()


@pytest.fixture
def ledger(project):
    """Return the ledger of a model whose champion was 1, 2, and 1 again, a day each."""
    (project / "resources" / "all.yaml").write_text(RESOURCES)
    (project / "model").mkdir()
    (project / "model" / "MLmodel").write_text(MLMODEL)
    (project / "environments").mkdir()
    on(0, "apply", "--auto-approve")
    for _ in range(2):
        on(0, "local", "register", MODEL, "--from", "model")
    for day, version in enumerate((1, 2, 1), 1):
        overlay = f"resources: {{registered_models: {{fraud: {{aliases: {{champion: {version}}}}}}}}}\n"
        (project / "environments" / "dev.yaml").write_text(overlay)
        on(day, "apply", "--auto-approve")
    return Path(".mlplan/state/small/dev/ledger.jsonl")


@pytest.mark.usefixtures("project")
def test_before_the_first_apply_there_is_nothing_to_tell(mlplan):
    assert mlplan("history").out == "Nothing was applied here yet.\n"
    assert mlplan("history", "verify").out == "The ledger is empty: nothing was applied here yet.\n"


NAMES = [("fraud",), ("registered_model.fraud",), (MODEL,), (MODEL.upper(),)]


@pytest.mark.parametrize("name", NAMES, ids=" ".join)
@pytest.mark.parametrize("alias", ["apart", "at"])
def test_a_model_goes_by_each_of_its_names(mlplan, ledger, name, alias):
    words = (*name, "champion") if alias == "apart" else (f"{name[0]}@champion",)
    lines = mlplan("history", *words).out.splitlines()
    told = [line.split("  ")[:2] for line in lines[1:]]
    assert [[part.strip() for part in line] for line in told] == [
        ["2026-01-02 09:00:00", "champion set to v1"],
        ["2026-01-03 09:00:00", "champion v1 -> v2"],
        ["2026-01-04 09:00:00", "champion v2 -> v1 (rollback)"],
    ]
    assert ledger.exists()


MOMENTS = {
    "2026-01-02": (None, "no version held"),
    "2026-01-02T09:00:00Z": (1, "since 2026-01-02 09:00:00 UTC until 2026-01-03 09:00:00 UTC"),
    "2026-01-03 08:59:59": (1, "moved there by"),
    "2026-01-03T10:00:00+01:00": (2, "since 2026-01-03 09:00:00 UTC until 2026-01-04 09:00:00 UTC"),
    "2026-01-03 09:00 UTC": (2, "v2"),
    "2026-05-01": (1, "since 2026-01-04 09:00:00 UTC, moved"),
}


@pytest.mark.parametrize(("time", "version", "told"), [(at, *rest) for at, rest in MOMENTS.items()], ids=MOMENTS)
@pytest.mark.usefixtures("ledger")
def test_what_held_an_alias_at_a_time(mlplan, time, version, told):
    assert told in mlplan("history", "--at", time, "fraud", "champion").out
    found = json.loads(mlplan("history", "-o", "json", "--at", time, "fraud", "champion").out)
    assert (found["model"], found["alias"]) == (MODEL, "champion")
    assert (found["held"]["version"] if found["held"] else None) == version


def test_the_document_holds_every_record_and_who_held_the_alias(mlplan, ledger):
    found = json.loads(mlplan("history", "fraud", "champion", "-o", "json").out)
    lines = [json.loads(line) for line in ledger.read_text().splitlines()]
    known = [{name: line[name] for name in line if name != "format"} for line in lines if line["id"] == ALIAS]
    expected = [{**one, "approved": ""} for one in known]
    assert found["records"] == expected
    assert [(one["version"], one["since"], one["until"]) for one in found["held"]] == [
        (1, "2026-01-02T09:00:00Z", "2026-01-03T09:00:00Z"),
        (2, "2026-01-03T09:00:00Z", "2026-01-04T09:00:00Z"),
        (1, "2026-01-04T09:00:00Z", None),
    ]


@pytest.mark.usefixtures("ledger")
def test_the_table_can_be_cut_to_the_last(mlplan):
    full, cut = mlplan("history").out.splitlines(), mlplan("history", "--limit", 2).out.splitlines()
    assert (len(full), len(cut)) == (1 + 3 + 3, 1 + 1 + 2)
    assert cut[1] == "(4 earlier records; --limit 0 shows all)"
    assert "champion v2 -> v1 (rollback)" in cut[-1]
    assert mlplan("history", "--limit", 0).out.splitlines() == full


def test_a_model_shows_with_all_its_aliases_and_nothing_else(mlplan, ledger):
    told = mlplan("history", "fraud").out
    assert "create registered_model.fraud" in told
    assert "catalog.main" not in told
    assert told.count("champion") == 3
    assert ledger.exists()


@pytest.mark.usefixtures("ledger")
def test_a_whole_ledger_is_said_to_be_whole(mlplan):
    done = mlplan("history", "verify")
    assert done.code == 0
    assert done.out.startswith("The ledger is whole: 6 records")
    assert json.loads(mlplan("history", "verify", "-o", "json").out)["whole"] is True


DAMAGE = {
    "edited": (lambda lines: [line.replace(b'"version":2', b'"version":3') for line in lines], "MLE620", 5),
    "taken out": (lambda lines: [*lines[:4], lines[5]], "MLE620", 5),
    "cut": (lambda lines: lines[:5], "MLE620", 6),
    "beginning late": (lambda lines: lines[2:], "MLE621", None),
}


@pytest.mark.parametrize(("change", "code", "seq"), DAMAGE.values(), ids=DAMAGE.keys())
def test_a_ledger_that_was_touched_is_told_by_everything_that_asks_it(mlplan, ledger, change, code, seq):
    ledger.write_bytes(b"".join(change(ledger.read_bytes().splitlines(keepends=True))))
    for words in (("history",), ("history", "verify")):
        done = mlplan(*words)
        assert done.code == 1
        assert f"error[{code}]" in done.err
    found = json.loads(mlplan("history", "verify", "-o", "json").out)
    assert found["whole"] is False
    assert [one["seq"] for one in found["damage"]][:1] == ([seq] if seq else [])
    then = mlplan("history", "--at", "2026-01-03T12:00", "fraud", "champion")
    assert then.code == (1 if seq else 0)  # what is left of a ledger that begins late can be relied on


WRONG = {
    "no such model": (("history", "frauds"), "MLE340", "did you mean fraud"),
    "two aliases": (("history", "fraud@champion", "challenger"), "MLE624", "MODEL@ALIAS"),
    "no alias": (("history", "--at", "2026-01-03", "fraud"), "MLE624", "--at TIME MODEL ALIAS"),
    "no such alias": (("history", "fraud", "champions"), "MLE341", "did you mean champion"),
    "a full name of nothing": (("history", "other.ml.model"), "MLE340", "nor has one in its ledger"),
    "no model": (("history", "--at", "2026-01-03"), "MLE700", "needs a MODEL and an ALIAS"),
    "no time": (("history", "--at", "soon", "fraud", "champion"), "MLE622", "2026-01-31T14:00:00Z"),
    "a time to come": (("history", "--at", "2099-01-03", "fraud", "champion"), "MLE622", "still to come"),
    "verify what": (("history", "verify", "fraud"), "MLE700", "takes no more words"),
}


@pytest.mark.parametrize(("words", "code", "says"), WRONG.values(), ids=WRONG.keys())
@pytest.mark.usefixtures("ledger")
def test_what_means_nothing_is_said_to(mlplan, words, code, says):
    done = mlplan(*words)
    assert (done.code, done.out) == (1, "")
    assert f"error[{code}]" in done.err
    assert says in done.err


@pytest.mark.usefixtures("ledger")
def test_history_outlives_what_it_tells_of(mlplan, project):
    (project / "environments" / "dev.yaml").unlink()
    (project / "resources" / "all.yaml").write_text("resources:\n  catalogs: {main: {name: dev}}\n")
    assert "champion v1 -> v2" in mlplan("history", MODEL, "champion").out


@pytest.mark.usefixtures("ledger")
def test_a_declared_alias_that_was_never_applied_has_no_records(mlplan, project):
    overlay = "resources: {registered_models: {fraud: {aliases: {champion: 1, challenger: 2}}}}\n"
    (project / "environments" / "dev.yaml").write_text(overlay)
    done = mlplan("history", "fraud", "challenger")
    assert (done.code, done.out) == (0, "Nothing is recorded of it.\n")


def test_an_export_is_the_ledger_byte_for_byte(mlplan, ledger):
    assert mlplan("history", "export").out == ledger.read_text()


def test_an_export_of_a_damaged_ledger_holds_what_can_be_read_and_says_so(mlplan, ledger):
    first, *rest = ledger.read_text().splitlines(keepends=True)
    ledger.write_text("".join([first.replace("done", "gone"), *rest]))
    done = mlplan("history", "export")
    assert (done.code, done.out) == (1, "".join(rest))
    assert "error[MLE620]" in done.err
