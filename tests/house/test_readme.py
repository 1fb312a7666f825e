"""Readme: its transcripts are what the commands print today; `make docs` runs them anew."""

import difflib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BLOCK = re.compile(r"(?P<open>^```console\n)(?P<body>.*?)(?P<close>^```$)", re.MULTILINE | re.DOTALL)
HIDDEN = re.compile(r"^<!-- \$ (?P<command>.*) -->$", re.MULTILINE)
VOLATILE = (
    (re.compile(r"\d+(\.\d+)? ?m?s\b"), "<time>"),
    (re.compile(r"\b[0-9a-f]{12,64}\b"), "<id>"),
    (re.compile(r"(\bby )?\b(uid \d+|[\w-]+)@[\w.-]+(, process \d+|(?=\.?$))", re.MULTILINE), "<someone>"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d| UTC)?"), "<moment>"),
)


def plain(text):
    for pattern, word in VOLATILE:
        text = pattern.sub(word, text)
    return text


def shell(command, where):
    environ = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "NO_COLOR": "1",
        "COLUMNS": "110",
        **dict.fromkeys(("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER"), "ana"),
    }
    done = subprocess.run(
        ["bash", "-c", command], cwd=where, env=environ, check=False, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
    )  # fmt: skip
    return done.stdout.replace(f"@{os.uname().nodename}", "@laptop")


def run(body, where):
    """Return a transcript with what its commands print now."""
    commands = [line[2:] for line in body.splitlines() if line.startswith("$ ")]
    return "\n".join(f"$ {command}\n{shell(command, where)}" for command in commands)


def rerun(text, where):
    """Return the readme with every transcript run anew, in order and in one directory."""
    made, place = [], 0
    for match in sorted([*BLOCK.finditer(text), *HIDDEN.finditer(text)], key=re.Match.start):
        made.append(text[place : match.start()])
        if match.re is HIDDEN:
            shell(match["command"], where)
            made.append(match[0])
        else:
            made.append(match["open"] + run(match["body"], where) + match["close"])
        place = match.end()
    return "".join([*made, text[place:]])


@pytest.fixture
def where(root, tmp_path):
    shutil.copytree(root / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns(".mlplan"))
    return tmp_path / "examples/fraud"


@pytest.mark.parametrize("name", ["README.md"])
def test_transcripts_are_what_is_printed(root, where, update, name):
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert BLOCK.search(text)
    fresh = rerun(text, where)
    if update:
        path.write_text(fresh, encoding="utf-8")
        return
    changed = difflib.unified_diff(plain(text).splitlines(), plain(fresh).splitlines(), "README.md", "now", lineterm="")
    assert "\n".join(changed) == "", "run `make docs`"


def test_its_commands_are_targets_of_the_makefile(root):
    readme = (root / "README.md").read_text(encoding="utf-8")
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"^make ([a-z]+)|`make ([a-z]+)`", readme, re.MULTILINE))
    named = {name for pair in named for name in pair if name}
    assert {"demo", "test"} <= named
    assert [name for name in sorted(named) if f"\n{name}:" not in makefile] == []


def test_its_links_lead_somewhere(root):
    readme = (root / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", readme)
    assert links
    assert [link for link in links if not (root / link).exists()] == []


def test_it_names_every_command_and_no_other(root, run_help):
    readme = (root / "README.md").read_text(encoding="utf-8")
    table = set(re.findall(r"^\| `mlplan ([a-z-]+)", readme, re.MULTILINE))
    assert table == run_help


@pytest.fixture
def run_help(run):
    listed = run("--help").stdout.partition("Commands:\n")[2]
    return set(re.findall(r"^  ([a-z-]+) ", listed, re.MULTILINE))
