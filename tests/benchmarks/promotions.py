"""Promotions: a plan that moves 200 aliases over the Databricks REST API, with the evidence for each."""

from collections import Counter
from collections.abc import Iterator
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

from measure import once, several
from remote import LATENCY, WORKERS, Size, prepare, served
from world import MLPLAN

SIZE = Size(models=200, experiments=0, schemas=10, endpoints=0)
EVIDENCE = (
    "/api/2.0/mlflow/unity-catalog/model-versions/get",
    "/api/2.0/mlflow/runs/get",
    "/api/2.0/mlflow/logged-models/",
    "/api/2.0/fs/files/",
)
ROUNDS = 2
"""Round trips of one version: what it is, then all that it leads to side by side."""


class Asked(NamedTuple):
    """What a plan asked for."""

    evidence: int
    others: int
    routes: dict[str, int]

    @property
    def bound(self) -> int:
        """Return the fewest rounds in which so many workers can do it."""
        return ceil(self.evidence / WORKERS) + ceil(self.others / WORKERS) + ROUNDS


def promote(root: Path) -> int:
    """Move every champion from version 1 to version 2; return how many there are."""
    path = root / "resources/registered_models.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("champion: 1", "champion: 2"), encoding="utf-8")
    return text.count("champion: 1")


def asked(log: list[dict[str, Any]]) -> Asked:
    """Return what the server saw of a plan."""
    evidence = [one for one in log if one["path"].startswith(EVIDENCE)]
    routes = Counter(one["route"] or one["path"] for one in log)
    return Asked(len(evidence), len(log) - len(evidence), dict(routes))


def report(where: Path, runs: int = 3) -> Iterator[str]:
    """Yield the figures, a line each."""
    prepare(where, SIZE)
    count = promote(where)
    plan = [*MLPLAN, "plan", "--parallelism", str(WORKERS)]
    with served(where) as server:
        once(plan, where, environ=server.environ())
        found = asked(server.ask("GET", "log")["entries"])
        took = several(runs, plan, where, environ=server.environ())
    yield f"{count} promotions, {LATENCY * 1000:.0f} ms latency, {WORKERS} workers, medians of {runs} runs"
    for route, number in sorted(found.routes.items(), key=lambda pair: -pair[1]):
        yield f"  {number:>5}  {route}"
    yield f"  {found.evidence / count:5.1f}  requests of evidence per promotion, {found.others / count:.1f} others"
    bound = found.bound * LATENCY
    yield f"  plan               {took.wall:5.2f} s wall, {took.cpu:.2f} s CPU, {took.memory:.0f} MB"
    yield f"  bound              {bound + took.cpu:5.2f} s, {bound:.2f} s of round trips and the client's CPU   ratio {took.wall / (bound + took.cpu):.2f}"
