"""Bounded: loads each project named on standard input under limits on memory and time, one JSON line each.

Run as a program of its own: 512 MB of address space for all of them together, and one second of the processor for each,
or as many as ten times what 20,000 plain entries take, where a busy machine makes that more.
"""

import json
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path

from mlplan.config.project import load

MEMORY = 512 * 1024 * 1024
SECONDS = 1.0
PLAIN = "".join(f"k{n}: 1\n" for n in range(20_000))


def seconds_allowed() -> float:
    """Return the bound for each project, on the machine as busy as it is now."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        (root / "mlplan.yaml").write_text("project: p\nenvironments: {dev: {provider: local}}\n")
        (root / "resources").mkdir()
        (root / "resources" / "a.yaml").write_text(PLAIN)
        start = time.process_time()
        load(root, environ={})
        return max(SECONDS, 10 * (time.process_time() - start))


def main() -> None:
    """Load every project; one that takes too long or too much ends the program."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    allowed = seconds_allowed()
    for line in sys.stdin:
        signal.setitimer(signal.ITIMER_PROF, allowed)
        start = time.process_time()
        found = load(Path(line.strip()), environ={})
        seconds = time.process_time() - start
        signal.setitimer(signal.ITIMER_PROF, 0)
        codes = [f"{one.code} {one.source}" for one in found.diagnostics]
        sys.stdout.write(json.dumps({"codes": codes, "ok": found.declaration is not None, "seconds": seconds}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
