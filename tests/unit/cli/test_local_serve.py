"""Local serve: a workspace that answers until it is stopped, in a process of its own."""

import json
import signal
import subprocess
import sys
import urllib.request
from functools import partial

import pytest


@pytest.fixture
def serving(project):
    """Return a call that starts `mlplan local serve` and gives what it prints first."""
    started = []

    def start(*words, lines):
        process = subprocess.Popen(
            [sys.executable, "-m", "mlplan", "local", "serve", *words],
            cwd=project,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - in the background it is ignored
        )
        started.append(process)
        return process, "".join(process.stdout.readline() for _ in range(lines))

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "kill"])
def test_it_says_how_to_get_in_and_ends_when_told_to(serving, stop):
    process, text = serving("--token", "given", lines=4)
    url = text.split("DATABRICKS_HOST=")[1].split()[0]
    assert "export DATABRICKS_TOKEN=given" in text
    request = urllib.request.Request(  # noqa: S310 - http, on this machine
        f"{url}/api/2.1/unity-catalog/catalogs", b'{"name": "main"}', {"authorization": "Bearer given"}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        assert json.load(answer)["owner"] == "local-user"
    process.send_signal(stop)
    assert process.wait(10) == 0
    assert process.stderr.read() == ""


def test_it_serves_the_workspace_of_an_environment(serving, mlplan, project):
    mlplan("local", "create", "experiment", "/Shared/theirs")
    process, _ = serving("-e", "dev", "--token", "given", "--user", "ada@example.com", lines=4)
    assert process.poll() is None
    assert (project / ".mlplan/workspaces/dev.db").exists()
