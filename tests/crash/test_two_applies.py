"""Two `mlplan apply` at once: exactly one writes, and the other exits 4 and names it."""

import os
import sys
from functools import partial

import pytest

from mlplan.cli.entry import run
from mlplan.cli.settings import Settings
from mlplan.core.effect import Effects
from mlplan.state.local import LocalBackend
from mlplan.testing.crash import Child, fork

ROUNDS = 200
PROJECT = """\
project: race
default_environment: dev
environments: {dev: {provider: local}}
variables: {round: {type: string, default: "none"}}
"""
RESOURCES = """\
resources:
  experiments:
    e: {name: /Shared/e, tags: {round: "${var.round}"}}
"""


@pytest.fixture(autouse=True)
def _at_home(monkeypatch):
    """In CI a holder is known by its job's page, which both processes would share."""
    for name in ("GITHUB_RUN_ID", "CI_JOB_URL", "BUILD_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def project(tmp_path):
    (tmp_path / "resources").mkdir()
    (tmp_path / "mlplan.yaml").write_text(PROJECT)
    (tmp_path / "resources" / "e.yaml").write_text(RESOURCES)
    command = ["-C", str(tmp_path), "apply", "--auto-approve"]
    assert run(command) == 0  # also imports everything, so that the forks start quickly
    return tmp_path


def apply(root, number, out, start, hold, go):
    """Apply in a fork: when the lock is ours and the first write is next, say so and wait for the word."""
    os.close(start[1])
    os.read(start[0], 1)
    effects = []

    def probe(when, label):
        if (when, label) == ("before", "journal:open"):
            os.write(hold, b"holding")
            os.read(go, 1)
        effects.append(label)

    with out.open("w") as said:
        sys.stdout = sys.stderr = said
        command = ["-C", str(root), "apply", "--auto-approve", "--var", f"round={number}"]
        code = run(command, Settings(effects=Effects(probe=probe)))
    os.write(hold, b"ended")
    return code, effects


def compete(project, number):
    """Let two processes apply at once; return for each who it was, whether it held the lock, and how it ended."""
    outs = [project / "first", project / "second"]
    start, go, holds = os.pipe(), os.pipe(), (os.pipe(), os.pipe())
    pairs = zip(outs, holds, strict=True)
    children: list[Child] = [fork(partial(apply, project, number, out, start, hold[1], go[0])) for out, hold in pairs]
    os.close(start[1])  # now both see its end, at the same time
    said = [os.read(hold[0], 7).decode() for hold in holds]
    os.write(go[1], b"xx")
    ends = [child.result() for child in children]
    for descriptor in (start[0], *go, *holds[0], *holds[1]):
        os.close(descriptor)
    return [
        (child.process, what, end, out.read_text())
        for child, what, end, out in zip(children, said, ends, outs, strict=True)
    ]


def test_exactly_one_writes_and_the_other_exits_4_and_names_it(project, figure):
    backend = LocalBackend(project / ".mlplan" / "state", "race", "dev", Effects())
    wins = []
    for number in range(ROUNDS):
        before = backend.read().serial
        sides = sorted(compete(project, number), key=lambda side: side[1] != "holding")
        (winner, held, (status, (code, _)), _), (loser, ended, (_, (refused, effects)), text) = sides
        assert (held, ended) == ("holding", "ended"), sides
        assert (status, code, refused) == (0, 0, 4), sides
        assert "MLE610" in text
        assert f"process {winner}" in text
        assert [label for label in effects if not label.startswith("lock:")] == []
        state = backend.read()
        assert state.serial == before + 1
        assert state.entries["experiment.e"].values["tags"] == {"round": str(number)}
        wins.append(winner < loser)
    figure(
        f"two `mlplan apply` at once, {ROUNDS} times: one wrote and the other exited 4, each time "
        f"(won by the first {sum(wins)} times)"
    )
