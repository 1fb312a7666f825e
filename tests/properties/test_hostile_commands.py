"""What others wrote stays text in whatever a command prints: people's output, documents, errors, diagrams and diffs."""

import json
import unicodedata

import pytest
import yaml

from mlplan.cli.entry import run
from mlplan.core.declaration import Target
from mlplan.core.effect import Effects
from mlplan.providers.context import Context
from mlplan.providers.local import open_workspace, outside
from mlplan.testing.hostile import HTML, MARKDOWN, RUNNER, TERMINAL, UNSEEN

GROUPS = {"terminal": TERMINAL, "unseen": UNSEEN, "html": HTML, "markdown": MARKDOWN, "runner": RUNNER}
PROJECT = {"project": "quiet", "default_environment": "dev", "environments": {"dev": {"provider": "local"}}}
TELLING = (
    ["plan", "-o", "human"],
    ["plan", "-o", "json"],
    ["plan", "-o", "markdown"],
    ["plan", "-o", "html"],
    ["plan", "--steps"],
)
SAYING = [
    ["show"], ["show", "experiment.e"], ["show", "-o", "json"], ["drift"], ["drift", "-o", "json"], ["state", "list"],
    ["state", "show", "experiment.e"], ["state", "pull"], ["history"], ["history", "-o", "json"], ["graph"], ["graph", "-o", "json"],
    ["validate"], ["whoami"], ["local", "show"], ["local", "show", "-o", "json"], ["snapshot", "--out", "snapshot.json"],
    ["plan", "--destroy"], ["plan", "--out", "saved.json"], ["show", "saved.json"], ["ci", "annotate", "saved.json"],
]  # fmt: skip


def unseen(text):
    """Return the characters of a text that no reader sees, line breaks apart."""
    return {one for one in text if one != "\n" and unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")}


def commands(text):
    """Return the lines that a CI runner would take for a command."""
    lines = text.split("\n")
    return [one for one in lines if one.lstrip().startswith("::") or "##[" in one or "##vso[" in one]


@pytest.fixture
def check(capsys):
    """Return a call that runs a command and looks at all that it printed."""

    def checked(words, codes=(0,)):
        capsys.readouterr()
        code = run(words)
        out, err = capsys.readouterr()
        assert code in codes, (words, err)
        assert unseen(out + err) == set(), words
        ours = "annotate" in words  # it writes commands on purpose, one a line, with what they say escaped
        assert [
            one for one in commands(out + err) if not (ours and one.startswith(("::error", "::warning", "::notice")))
        ] == []
        if "json" in words:
            json.loads(out)
        return out

    return checked


@pytest.fixture(params=GROUPS)
def texts(request, tmp_path, monkeypatch):
    """Return hostile texts, standing in a project's directory, with one of them for the name of who is there."""
    found = GROUPS[request.param]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_ACTOR", found[0])
    (tmp_path / "resources").mkdir()
    (tmp_path / "mlplan.yaml").write_text(json.dumps(PROJECT))
    return found


def declare(root, texts):
    """Write a resource file whose fields hold the texts; `$` is doubled, as people write it."""
    plain = [text.replace("$", "$$") for text in texts]
    one_line = next((text for text in plain if "\n" not in text), "readers")
    resources = {
        "catalogs": {
            "main": {"name": "main", "comment": plain[0], "grants": [{"principal": one_line, "privileges": ["BROWSE"]}]}
        },
        "schemas": {
            "ml": {"catalog_name": "main", "name": "ml", "comment": plain[-1], "properties": {"note": plain[1]}}
        },
        "experiments": {"e": {"name": "/Shared/e", "tags": {f"a{place}": text for place, text in enumerate(plain)}}},
    }
    text = yaml.safe_dump({"resources": resources}, allow_unicode=False, sort_keys=False)
    (root / "resources" / "main.yaml").write_text(text)


def test_texts_of_the_files_are_inert_in_every_output(texts, check, tmp_path):
    declare(tmp_path, texts)
    if unseen("".join(texts)):
        for words in (["validate"], ["validate", "-o", "json"], ["plan"], ["apply", "--auto-approve"]):
            check(words, codes=(1,))
        return
    for words in TELLING:
        check(words)
    check(["apply", "--auto-approve"])
    declare(tmp_path, texts[::-1])
    for words in (*TELLING, *SAYING):
        check(words)
    check(["apply", "saved.json", "--auto-approve", "-o", "json"])


def test_texts_of_the_platform_are_inert_in_every_output(texts, check, tmp_path):
    declare(tmp_path, ("one", "two"))
    check(["apply", "--auto-approve"])
    workspace = open_workspace(Target("local"), Context(tmp_path, "quiet", "dev", Effects()))
    outside.set_fields(
        workspace, "experiment", "/Shared/e", {f"tags.a{place}": text for place, text in enumerate(texts)}
    )
    outside.set_fields(workspace, "catalog", "main", {"comment": texts[0]})
    workspace.store.close()
    for words in (*TELLING, *SAYING):
        check(words)
    check(["apply", "saved.json", "--auto-approve"])


def test_words_of_the_command_line_are_inert_in_errors(texts, check):
    for text in texts:
        for words in (["show", text], ["explain", text], ["plan", "--target", text], ["plan", "--var", f"{text}=x"], [text],
                      ["-e", text, "plan"], ["plan", "--expires", text], ["state", "rm", text], ["history", text, text]):  # fmt: skip
            check(words, codes=(0, 1, 3))


def test_names_in_the_files_are_inert_in_findings(texts, check, tmp_path):
    for text in texts:
        for made in (
            {text: 1},
            {"project": text},
            {**PROJECT, "default_environment": text},
            {**PROJECT, "environments": {text: {}}},
        ):
            (tmp_path / "mlplan.yaml").write_text(json.dumps(made))
            check(["validate"], codes=(1,))
            check(["validate", "-o", "json"], codes=(1,))
