"""How the two environments of `mlplan diff` are named, and what it ends with."""

import json

import pytest

from mlplan.cli.entry import run

MANIFEST = "project: p\ndefault_environment: a\nenvironments: {a: {provider: local}, b: {provider: local}, c: {provider: local, protected: true}}\n"


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    (tmp_path / "mlplan.yaml").write_text(f"{MANIFEST}resources: {{experiments: {{x: {{name: /Shared/x}}}}}}\n")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["diff", "-e", "a", "-e", "b"], 0),
        (["-e", "a", "diff", "--env", "b"], 0),
        (["diff", "-e", "a", "-e", "b", "--detailed-exitcode"], 0),
        (["diff", "-e", "a", "-e", "c"], 0),
        (["diff", "-e", "a", "-e", "c", "--detailed-exitcode"], 2),
        (["diff", "-e", "a", "-e", "a", "--detailed-exitcode", "--all"], 0),
        (["diff"], 1),
        (["diff", "-e", "a"], 1),
        (["diff", "-e", "a", "-e", "b", "-e", "c"], 1),
        (["diff", "-e", "a", "-e", "nowhere"], 1),
        (["diff", "-e", "a", "-e", "b", "-o", "html"], 1),
    ],
    ids=str,
)
def test_two_environments_are_named(words, code, capsys):
    assert run(words) == code, capsys.readouterr()


def test_the_first_that_is_named_stands_on_the_left(capsys):
    assert run(["diff", "-e", "c", "-e", "a", "-o", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["left"], found["right"]) == ("c", "a")
    assert found["environment"] == [{"path": "protected", "left": True, "right": False, "variable": ""}]
