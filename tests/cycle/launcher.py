"""Launcher: `mlplan` as a program that starts at once: a process that has imported everything forks for each call.

A call is a process of its own with its own words, directory, environment and streams, as without it. What it does not
do again is import the Databricks SDK, which is most of the time of a short command; and where it waits, time moves on.
"""

import array
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from mlplan.cli.settings import Settings
from mlplan.core.effect import Effects, SystemClock

HERE = Path(__file__).parents[2]
CLIENT = """\
#!{python} -IS
import array, json, os, socket, sys
call = socket.socket(socket.AF_UNIX)
call.connect({address!r})
call.sendmsg([b"."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))])
call.sendall(json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode())
call.shutdown(socket.SHUT_WR)
sys.exit(int(call.recv(8) or b"70"))
"""
READY = "ready\n"
SLOW = (
    "databricks.sdk",
    "yaml",
    "requests",
    "boto3",
    "mlplan.providers.databricks.provider",
    "mlplan.app.plan",
    "mlplan.app.apply",
)


class Quick(SystemClock):
    """Time that waiting moves on, so that nobody waits for it."""

    def __init__(self):
        self.skipped = 0.0

    def monotonic(self):
        return super().monotonic() + self.skipped

    def sleep(self, seconds):
        self.skipped += seconds


@contextmanager
def launcher(folder):
    """Start the process, and yield when `mlplan` stands in the folder and can be called."""
    folder.mkdir()
    address = str(folder / "calls")
    program = folder / "mlplan"
    program.write_text(CLIENT.format(python=sys.executable, address=address), encoding="utf-8")
    program.chmod(0o755)
    words = [sys.executable, "-P", __file__, address]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(HERE), "HOME": str(folder)}
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == READY
            yield program
        finally:
            process.terminate()


def serve(address):
    """Answer calls until told to stop."""
    from mlplan.cli.entry import run  # noqa: PLC0415 - this file is imported by tests, too, which need none of it

    for name in SLOW:
        import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()
        print(READY, end="", flush=True)  # noqa: T201 - whoever started it waits for that
        while True:
            call, _ = door.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                door.close()
                os._exit(answer(call, run))
            call.close()


def answer(call, run):
    """Be the program that was called, and tell its exit code."""
    _, ancillary, _, _ = call.recvmsg(1, socket.CMSG_SPACE(3 * 4))
    streams = array.array("i", ancillary[0][2])
    words, place, env = json.loads(b"".join(iter(lambda: call.recv(1 << 16), b"")))
    for stream, number in zip(streams, range(3), strict=True):
        os.dup2(stream, number)
    os.chdir(place)
    os.environ.clear()
    os.environ.update(env)
    code = run(words, Settings(effects=Effects(clock=Quick())))
    sys.stdout.flush()
    sys.stderr.flush()
    call.sendall(str(code).encode())
    return 0


if __name__ == "__main__":
    serve(sys.argv[1])
