"""Bench: what mlplan's commands take, beside `python -c pass`, its own budget, and Terraform's core.

`make bench` prints it all; `make bench ARGS="startup sizes"` prints parts of it. Nothing here is asserted.
"""

import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import promotions
import remote
import terraform
import world
from measure import Sample, once, several
from world import APPLY, MLPLAN

SIZES = (1_000, 10_000)
BUDGET = {
    ("validate", 1_000): (0.30, 60),
    ("validate", 10_000): (1.2, 160),
    ("plan, no change", 1_000): (0.35, 65),
    ("plan, no change", 10_000): (1.4, 180),
    ("plan, 1 % changed", 1_000): (0.35, 65),
    ("plan, 1 % changed", 10_000): (1.4, 180),
    ("apply, 1 % changed", 1_000): (0.40, 65),
    ("apply, 1 % changed", 10_000): (1.6, 180),
    ("apply, all new", 1_000): (1.5, 65),
    ("apply, all new", 10_000): (10, 180),
}
"""Seconds and MB that the design allows on two cores."""


def say(text: str = "") -> None:
    """Print a line now."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def row(name: str, found: Sample, beside: str = "") -> None:
    """Print one line of figures."""
    say(f"  {name:<34} {found.wall * 1000:>9.0f} ms {found.cpu * 1000:>9.0f} ms CPU {found.memory:>6.0f} MB   {beside}")


def against(name: str, size: int, found: Sample) -> str:
    """Return the budget of a command, and whether it is kept."""
    wall, memory = BUDGET[name, size]
    kept = found.wall <= wall and found.memory <= memory
    return f"budget {wall * 1000:.0f} ms, {memory} MB: {'kept' if kept else 'MISSED'}"


def startup(where: Path) -> None:
    """Print what it takes to answer without a project."""
    say("Start-up, medians of 21 runs")
    base = several(21, [sys.executable, "-c", "pass"], where)
    row("python -c pass", base)
    for words, limit in ((["--version"], 3), (["--help"], 8)):
        found = several(21, [*MLPLAN, *words], where)
        row(f"mlplan {words[0]}", found, f"{found.wall / base.wall:.1f}x python -c pass, budget {limit}x")


def sizes(where: Path) -> None:
    """Print the commands at each size."""
    for size in SIZES:
        runs = 7 if size <= SIZES[0] else 3
        say(f"{size:,} resources, medians of {runs} runs")

        def show(name: str, found: Sample, size: int = size) -> None:
            row(name, found, against(name, size, found))

        fresh = where / f"bare-{size}"
        world.bare(fresh, size)
        show("apply, all new", _medians(runs, lambda fresh=fresh: _from_nothing(fresh)))
        root = where / f"full-{size}"
        world.full(root, size)
        show("validate", several(runs, [*MLPLAN, "validate"], root))
        show("plan, no change", several(runs, [*MLPLAN, "plan"], root))
        world.change_some(root)
        show("plan, 1 % changed", several(runs, [*MLPLAN, "plan"], root))
        show("apply, 1 % changed", once(APPLY, root))


def growth(where: Path) -> None:
    """Print how CPU time and written bytes grow when the project does."""
    small, large = 2_500, 10_000
    say(f"Growth from {small:,} to {large:,} resources: CPU time, 4.5 at most")
    for shape in ("flat", "chain"):
        found = {size: _three(where / f"{shape}-{size}", size, shape) for size in (small, large)}
        for name in ("apply, all new", "validate", "plan, no change"):
            before, after = found[small][name].cpu, found[large][name].cpu
            say(f"  {shape:<6} {name:<24} {before * 1000:>8.0f} ms -> {after * 1000:>8.0f} ms   {after / before:.2f}x")
    say("State, written in one apply of all new resources")
    for size in (small, large):
        state = where / f"flat-{size}/.mlplan/state"
        written = sum(path.stat().st_size for path in state.rglob("*") if path.is_file())
        say(f"  {size:>6,} resources: {written / 1e6:.1f} MB kept, {written / size:.0f} bytes each")


def beside(where: Path) -> None:
    """Print Terraform's core on the same bodies, one run each."""
    if terraform.program() is None:
        say("Terraform: skipped, there is no terraform on PATH")
        return
    for size in SIZES:
        ours = where / f"tf-ours-{size}"
        world.bare(ours, size)
        theirs = where / f"tf-{size}"
        count = terraform.translate(ours, theirs)
        say(f"Terraform's core, {count:,} terraform_data with the same bodies (mlplan's figures beside)")
        terraform.prepare(theirs)
        _pair("validate", once([*MLPLAN, "validate"], ours), terraform.run(theirs, "validate"))
        _pair("plan, all new", once([*MLPLAN, "plan"], ours), terraform.run(theirs, "plan", "-input=false"))
        ours_applied = once(APPLY, ours)
        applied = terraform.run(theirs, "apply", "-input=false", "-auto-approve")
        _pair("apply, all new", ours_applied, applied)
        if applied is not None:
            _pair(
                "plan, no change",
                several(3, [*MLPLAN, "plan"], ours),
                terraform.run(theirs, "plan", "-input=false", runs=3),
            )


def _pair(name: str, ours: Sample, theirs: Sample | None) -> None:
    """Print both tools' figures, and the ratio of wall time."""
    if theirs is None:
        say(f"  {name:<20} mlplan {ours.wall:7.2f} s   terraform stopped after {terraform.PATIENCE} s")
        return
    ratio = f"{theirs.wall / ours.wall:.1f}x the time, {theirs.cpu / ours.cpu:.1f}x the CPU, {theirs.memory / ours.memory:.1f}x the memory"
    say(
        f"  {name:<20} mlplan {ours.wall:7.2f} s {ours.memory:5.0f} MB   terraform {theirs.wall:7.2f} s {theirs.memory:5.0f} MB   {ratio}"
    )


def _medians(runs: int, run: Callable[[], Sample]) -> Sample:
    """Return the run whose wall time is the median."""
    return sorted(run() for _ in range(runs))[runs // 2]


def _from_nothing(root: Path) -> Sample:
    """Apply everything to an empty workspace."""
    shutil.rmtree(root / ".mlplan", ignore_errors=True)
    return once(APPLY, root)


def _three(root: Path, size: int, shape: str) -> dict[str, Sample]:
    """Return the figures of three commands on a new project."""
    world.bare(root, size, shape)
    return {
        "apply, all new": _from_nothing(root),
        "validate": several(3, [*MLPLAN, "validate"], root),
        "plan, no change": several(3, [*MLPLAN, "plan"], root),
    }


def databricks(where: Path) -> None:
    """Print what a plan over the Databricks REST API takes, beside the least that its round trips allow."""
    say("Databricks, a workspace on this machine")
    for line in remote.report(where):
        say(line)


def moves(where: Path) -> None:
    """Print what a plan of 200 promotions takes over the Databricks REST API, evidence and all."""
    say("Promotions over the Databricks REST API, a workspace on this machine")
    for line in promotions.report(where):
        say(line)


PARTS = {
    "startup": startup,
    "sizes": sizes,
    "growth": growth,
    "terraform": beside,
    "databricks": databricks,
    "promotions": moves,
}


def main(wanted: list[str]) -> None:
    """Print the parts that are named, or all of them."""
    say(f"Python {platform.python_version()} on {platform.platform()}")
    for name in wanted or PARTS:
        with tempfile.TemporaryDirectory(prefix="mlplan-bench-") as where:
            say()
            PARTS[name](Path(where))


if __name__ == "__main__":
    main(sys.argv[1:])
