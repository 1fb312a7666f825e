"""Remote: a plan without changes over the Databricks REST API, beside the least that its round trips allow.

A workspace on this machine answers each request 50 ms late: `mlplan local serve` in a process of its own.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

from measure import Sample, once, several
from world import APPLY, MLPLAN, put, register_versions

from mlplan.core.declaration import Target
from mlplan.core.effect import Effects
from mlplan.providers.context import Context
from mlplan.providers.local import open_workspace

LATENCY = 0.05
WORKERS = 32
FILE = "workspace.db"
LOCAL = f"{{local: {{path: {FILE}}}}}"
SDK = "import mlplan.providers.databricks.opening, mlplan.providers.databricks.wire"
OURS = (
    "import mlplan.cli.plan, mlplan.app.plan, mlplan.config.project, mlplan.engine.planner, mlplan.providers.registry"
)
Call = dict[str, Any]

PROJECT = """\
project: bench
default_environment: dev
environments:
  dev: {{provider: {provider}}}
"""
SCHEMA = """\
    s{n}:
      catalog_name: main
      name: s{n}
      comment: "schema {n}"
      grants: [{{principal: readers, privileges: [USE_SCHEMA]}}]
"""
EXPERIMENT = """\
    e{n}:
      name: /Shared/e{n}
      tags: {{team: risk, number: "{n}"}}
"""
MODEL = """\
    m{n}:
      catalog_name: main
      schema_name: ${{resources.schemas.s{schema}.name}}
      name: m{n}
      comment: "model {n}"
"""
ALIASES = "      aliases: {champion: 1, challenger: 2}\n"
ENDPOINT = """\
    f{n}:
      name: f{n}
      served_entities:
        - {{name: current, entity_name: main.s{schema}.m{n}, entity_version: 1, traffic_percentage: 100}}
"""


class Size(NamedTuple):
    """How many there are of each kind; schemas have one set of grants each, and models two aliases."""

    models: int = 500
    experiments: int = 200
    schemas: int = 100
    endpoints: int = 100

    @property
    def resources(self) -> int:
        """Return how many resources that makes, aliases aside."""
        return self.models + self.experiments + 2 * self.schemas + self.endpoints


class Served(NamedTuple):
    """A workspace that answers."""

    url: str
    token: str

    def ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        """Return the answer of the server's own back door, which is neither late nor logged."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(f"{self.url}/__mlplan/{path}", data, headers, method=method)  # noqa: S310 - loopback
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.load(answer)

    def environ(self) -> dict[str, str]:
        """Return the variables that lead mlplan here, and no others of Databricks."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABRICKS_")}
        return {**kept, "DATABRICKS_HOST": self.url, "DATABRICKS_TOKEN": self.token}


class Trips(NamedTuple):
    """The round trips of a plan."""

    requests: int
    singles: int
    chain: int
    """Pages of the longest list, which have to be read one after the other."""

    @property
    def bound(self) -> int:
        """Return the fewest rounds in which so many workers can do it."""
        return self.chain + ceil(self.singles / WORKERS)


def prepare(root: Path, size: Size) -> None:
    """Write the project, and fill workspace and state by applying it to the workspace's file."""
    put(root / "mlplan.yaml", PROJECT.format(provider=LOCAL))
    workspace = open_workspace(Target("local", {"path": FILE}), Context(root, "bench", "dev", Effects()))
    workspace.create("catalog", "main", {"name": "main"})
    workspace.store.close()
    _write(root, size, aliases="", endpoints=0)
    once(APPLY, root)
    register_versions(root, FILE)
    _write(root, size, aliases=ALIASES, endpoints=size.endpoints)
    once(APPLY, root)
    put(root / "mlplan.yaml", PROJECT.format(provider="databricks"))


@contextlib.contextmanager
def served(root: Path, latency: float = LATENCY) -> Iterator[Served]:
    """Serve the workspace in a process of its own, which answers late."""
    command = [*MLPLAN, "local", "serve", "--file", FILE, "-o", "json"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            text = ""
            while not text.endswith("}\n"):
                line = server.stdout.readline()
                assert line, "the server did not start"
                text += line
            found = json.loads(text)
            known = Served(found["url"], found["token"])
            known.ask("POST", "faults", {"act": "latency", "pattern": "*", "times": None, "seconds": latency})
            yield known
        finally:
            server.send_signal(signal.SIGTERM)


def trips(log: list[Call]) -> Trips:
    """Return what a plan asked for, by what the server saw."""
    singles = [one for one in log if "{" in one["route"] or one["path"].endswith("/get-by-name")]
    lists = Counter((one["route"], _container(one)) for one in log if one not in singles)
    return Trips(len(log), len(singles), max(lists.values(), default=0))


def report(where: Path, runs: int = 5) -> Iterator[str]:
    """Yield the figures, a line each."""
    size = Size()
    prepare(where, size)
    plan = [*MLPLAN, "plan", "--detailed-exitcode", "--parallelism", str(WORKERS)]
    with served(where) as server:
        once(plan, where, environ=server.environ())
        log = server.ask("GET", "log")["entries"]
        found = several(runs, plan, where, environ=server.environ())
    sdk = _import(where, runs)
    asked = trips(log)
    yield f"{size.resources:,} resources and {2 * size.models:,} aliases, {LATENCY * 1000:.0f} ms latency, {WORKERS} workers, medians of {runs} runs"
    for route, count in sorted(Counter(one["route"] or one["path"] for one in log).items(), key=lambda pair: -pair[1]):
        yield f"  {count:>5}  {route}"
    yield f"  {asked.requests:>5}  requests, {asked.singles} of them single reads; {asked.bound} round trips are the least"
    yield from _verdict(found, sdk, asked)


def _verdict(found: Sample, sdk: Sample, asked: Trips) -> Iterator[str]:
    """Yield the bound, and how near the plan comes to it."""
    rounds = asked.bound * LATENCY
    bound = rounds + found.cpu
    apart = rounds + found.cpu - sdk.cpu
    yield f"  plan, no change    {found.wall:5.2f} s wall, {found.cpu:.2f} s CPU, {found.memory:.0f} MB   at most 3 s: {'kept' if found.wall <= 3 else 'MISSED'}"
    yield f"  SDK import         {sdk.wall:5.2f} s wall, {sdk.cpu:.2f} s CPU"
    yield f"  bound              {bound:5.2f} s, {rounds:.2f} s of round trips and the client's CPU   ratio {found.wall / bound:.2f}, at most 1.5"
    yield f"  without the import {found.wall - sdk.wall:5.2f} s, bound {apart:.2f} s   ratio {(found.wall - sdk.wall) / apart:.2f}"


def _import(where: Path, runs: int) -> Sample:
    """Return what the SDK's import adds to a plan's own."""
    ours = several(runs, [sys.executable, "-c", OURS], where)
    both = several(runs, [sys.executable, "-c", f"{OURS}, {SDK.removeprefix('import ')}"], where)
    return Sample(*(more - less for more, less in zip(both, ours, strict=True)))


def _container(call: Call) -> tuple[tuple[str, str], ...]:
    """Return what a list is of, its pages aside."""
    return tuple(sorted((name, value) for name, value in call["query"].items() if name != "page_token"))


def _write(root: Path, size: Size, *, aliases: str, endpoints: int) -> None:
    """Write the resource files."""
    bodies = {
        "schemas": [SCHEMA.format(n=n) for n in range(size.schemas)],
        "experiments": [EXPERIMENT.format(n=n) for n in range(size.experiments)],
        "registered_models": [MODEL.format(n=n, schema=n % size.schemas) + aliases for n in range(size.models)],
        "serving_endpoints": [ENDPOINT.format(n=n, schema=n % size.schemas) for n in range(endpoints)],
    }
    for section, body in bodies.items():
        if body:
            put(root / f"resources/{section}.yaml", f"resources:\n  {section}:\n" + "".join(body))
