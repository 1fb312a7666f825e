"""Launch: run one command from a small process, and print what it took as JSON.

A child's peak memory begins at its parent's, so the parent has to be smaller than anything that is measured:
`python -I -S launch.py SECONDS LOG COMMAND...`
"""

import os
import signal
import sys
import time


def main(seconds: str, log: str, *command: str) -> None:
    """Run the command, at most so many seconds, with its output in the log."""
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.execvp(command[0], command)  # noqa: S606 - a benchmark runs what it is told
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(int(seconds))
    _, status, used = os.wait4(child, 0)
    wall = time.perf_counter() - began
    code = os.waitstatus_to_exitcode(status)
    sys.stdout.write(f"[{code}, {wall}, {used.ru_utime + used.ru_stime}, {used.ru_maxrss / 1024}]\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
