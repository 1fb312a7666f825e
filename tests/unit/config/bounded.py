"""Bounded: loads each project named on standard input under limits on memory and time, one JSON line each.

Run as a program of its own: 512 MB of address space for all of them together, and seconds of the processor for each:
a calm machine takes half a second for the slowest, a busy one up to three times as long, and what is not linear minutes.
"""

import json
import resource
import signal
import sys
import time
from pathlib import Path

from mlplan.config.project import load

MEMORY = 512 * 1024 * 1024
SECONDS = 4.0


def main() -> None:
    """Load every project; one that takes too long or too much ends the program."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    for line in sys.stdin:
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        start = time.process_time()
        found = load(Path(line.strip()), environ={})
        seconds = time.process_time() - start
        signal.setitimer(signal.ITIMER_PROF, 0)
        codes = [f"{one.code} {one.source}" for one in found.diagnostics]
        sys.stdout.write(json.dumps({"codes": codes, "ok": found.declaration is not None, "seconds": seconds}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
