import json
import os
import subprocess
import sys
from io import StringIO

import pytest

from mlplan import __version__
from mlplan.cli import entry
from mlplan.cli.entry import run


@pytest.fixture
def process(project):
    """Return a call of mlplan in a process of its own."""

    def call(*words, **more):
        command = [sys.executable, "-m", "mlplan", *map(str, words)]
        return subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=60, check=False, **more)

    return call


@pytest.mark.parametrize("words", [["--version"], ["-V"], ["version"]], ids=lambda words: words[0])
def test_the_version_is_one_line(process, words):
    assert process(*words).stdout == f"mlplan {__version__}\n"


def test_the_version_as_a_document(mlplan):
    assert json.loads(mlplan("version", "-o", "json").out) == {"tool": "mlplan", "version": __version__}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["plna"], "did you mean plan?"),
        (["plan", "--foo"], "no such option '--foo'"),
        (["plan", "--var", "x"], "'x' is not NAME=VALUE"),
        (["plan", "-o", "yaml"], "'yaml' is not one of"),
        (["plan", "--expires", "soon"], "'soon' is not a time"),
        (["plan", "--parallelism", "0"], "0 is not in the range"),
        (["import", "catalog.main"], "missing argument"),
        (["unlock"], "missing option '--id'"),
        (["state", "mov"], "there is no command 'mov'; did you mean mv?"),
        (["apply", "plan.json", "--target", "catalog.main"], "--target cannot go with a saved plan"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_words_are_errors_and_never_exit_with_2(mlplan, project, words, said):
    done = mlplan(*words)
    assert done.code == 1
    assert done.out == ""
    assert done.err.startswith("error[MLE700]: ")
    assert said in done.err


def test_no_words_at_all_show_the_help(mlplan):
    done = mlplan()
    assert done.code == 1
    assert "Usage: mlplan " in done.err


@pytest.mark.parametrize("place", ["before", "after"])
def test_common_options_go_before_the_command_and_after_it(mlplan, project, place):
    options = ["-e", "prod", "-C", str(project), "--var", "team=a", "-o", "json"]
    words = [*options, "plan"] if place == "before" else ["plan", *options]
    document = json.loads(mlplan(*words).out)
    assert document["environment"] == "prod"
    assert document["options"]["variables"] == {"team": "a"}


def test_the_later_option_counts(mlplan, project):
    assert json.loads(mlplan("-e", "prod", "plan", "-e", "dev", "-o", "json").out)["environment"] == "dev"


def test_bugs_say_where_and_nothing_of_values(monkeypatch, capsys):
    value = "hunter2"

    def broken(*_words, **_more):
        raise KeyError(value)

    monkeypatch.setattr(entry.root, "main", broken)
    monkeypatch.delenv("MLPLAN_DEBUG", raising=False)
    assert run(["plan"]) == 1
    said = capsys.readouterr().err
    assert "error[MLE900]: mlplan has a bug: KeyError at test_entry.py:" in said
    assert value not in said
    assert "Traceback" not in said
    monkeypatch.setenv("MLPLAN_DEBUG", "1")
    run(["plan"])
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_outside_of_an_apply_is_an_error(monkeypatch, capsys):
    def interrupted(*_words, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(entry.root, "main", interrupted)
    assert run(["plan"]) == 1
    assert "stopped" in capsys.readouterr().err


def test_a_reader_that_has_gone_is_no_reason_to_fail(process, project):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as gone:
        command = [sys.executable, "-m", "mlplan", "apply", "--auto-approve"]
        done = subprocess.run(command, cwd=project, stdout=gone, stderr=gone, timeout=60, check=False)
    assert done.returncode == 0
    assert process("plan", "--detailed-exitcode").returncode == 0


def test_data_goes_to_stdout_and_the_rest_to_stderr(mlplan, project):
    done = mlplan("apply", "--auto-approve")
    assert "Plan: 3 to create." in done.out
    assert "Applied: 3 created." in done.out
    assert "catalog.main ... done" in done.err
    assert "done" not in done.out


@pytest.mark.parametrize(
    ("environ", "words", "coloured"),
    [({}, [], True), ({}, ["--no-color"], False), ({"NO_COLOR": "1"}, [], False), ({"TERM": "dumb"}, [], False)],
    ids=["terminal", "option", "NO_COLOR", "dumb"],
)
def test_colour_is_for_terminals_that_want_it(mlplan, project, monkeypatch, environ, words, coloured):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in mlplan("plan", *words, live=True).out) is coloured
    assert "\x1b[" not in mlplan("plan", *words).out


def test_what_a_stream_cannot_encode_is_written_out(process):
    done = process("plan", env={**os.environ, "PYTHONIOENCODING": "ascii:strict", "PYTHONUTF8": "0"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("small \\xb7 dev")


def test_completion_names_commands_without_loading_them(process):
    environ = {**os.environ, "_MLPLAN_COMPLETE": "bash_complete", "COMP_WORDS": "mlplan pl", "COMP_CWORD": "1"}
    assert process(env=environ).stdout == "plain,plan\n"
    environ |= {"COMP_WORDS": "mlplan state m", "COMP_CWORD": "2"}
    assert process(env=environ).stdout == "plain,mv\n"


def test_a_stream_without_a_file_is_written_to(monkeypatch):
    monkeypatch.setattr("sys.stdout", StringIO())
    assert run(["completion", "bash"]) == 0
