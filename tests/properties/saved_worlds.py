"""Worlds of saved plans: a project of one directory with an alias, an endpoint, grants and a policy, and edits at random."""

import hashlib
import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random

from mlplan.app.apply import apply, apply_reviewed, apply_saved
from mlplan.app.document import plan_document
from mlplan.app.local import register, set_fields, show
from mlplan.app.plan import plan
from mlplan.app.saved import read_plan
from mlplan.app.session import Request, Session
from mlplan.core.effect import Effects
from mlplan.core.errors import Refused
from mlplan.engine.options import Options
from mlplan.providers.local.register import Logged
from mlplan.providers.local.store import Store
from mlplan.providers.local.workspace import Workspace
from mlplan.render.json import document_text
from mlplan.testing.server import Server, Settings

WORKSPACE = ".mlplan/workspaces/prod.db"
MODEL = Path(__file__).parents[2] / "examples/fraud/models/fraud_score/v1"
REFUSED = 3
START = 1_767_258_000.0
MANIFEST = """\
project: fraud
default_environment: prod
environments:
  prod: {provider: PROVIDER}
  dev: {provider: local}
  hand: {provider: {local: {path: .mlplan/workspaces/prod.db}}}
policy: policy.yaml
variables:
  team: {type: string, default: risk}
  spare: {type: string, default: none}
"""
POLICY = """\
rules:
  MLP046: warn
gates:
  - {model: "*.score", alias: champion, metric: auc, min: 0.8}
"""
RESOURCES = """\
resources:
  catalogs: {main: {name: main, comment: COMMENT}}
  schemas: {ml: {catalog_name: main, name: ml}}
  experiments:
    fraud: {name: /Shared/fraud, tags: {team: "${var.team}", stage: STAGE}}
    quiet: {name: /Shared/quiet}
  registered_models:
    score:
      catalog_name: main
      schema_name: ml
      name: score
      aliases: {champion: CHAMPION}
      grants: [{principal: scoring, privileges: [PRIVILEGES]}]
  serving_endpoints:
    front:
      name: front
      served_entities:
        - {name: m, entity_name: main.ml.score, entity_version: "@champion", workload_size: SIZE, traffic_percentage: 100}
"""
BASE = {"COMMENT": "first", "STAGE": "a", "CHAMPION": "1", "PRIVILEGES": "EXECUTE", "SIZE": "Small"}
EDITS = {
    "COMMENT": ("first", "second"),
    "STAGE": ("a", "b"),
    "CHAMPION": ("2", "3"),
    "PRIVILEGES": ("EXECUTE", "EXECUTE, APPLY_TAG"),
    "SIZE": ("Small", "Medium"),
}
OPTIONS = Options(parallelism=1, allow_destroy=frozenset(["experiment.*"]))


@dataclass
class Clock:
    """Time that only waiting and the test move."""

    moment: float = START

    def now(self):
        return self.moment

    def monotonic(self):
        return self.moment

    def sleep(self, seconds):
        self.moment += seconds


class Agreeing:
    """A watcher that agrees, and counts how often it was asked."""

    def __init__(self):
        self.asked = 0

    def planned(self, planned):
        self.asked += 1
        return True

    def begins(self, steps): ...

    def started(self, step, change): ...

    def finished(self, step, change, outcome): ...

    def skipped(self, step, change, why): ...

    def said(self, text): ...

    def waits(self, rollouts, until): ...

    def ends(self): ...


@dataclass
class World:
    """A project in a directory, with a count of every write that is not about the lock."""

    root: Path
    clock: Clock = field(default_factory=Clock)
    writes: list = field(default_factory=list)
    request: Request = None
    hand: Request = None
    """The same workspace for those who change it behind mlplan's back."""

    def __post_init__(self):
        effects = Effects(clock=self.clock, probe=self.probe)
        self.request = Request(self.root, parallelism=1, effects=effects)
        self.hand = Request(self.root, "hand", effects=Effects(clock=self.clock))

    def probe(self, moment, label):
        if moment == "before" and not label.startswith("lock:"):
            self.writes.append(label)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")

    def read(self, name):
        return (self.root / name).read_text(encoding="utf-8")

    def edit(self, name, old, new):
        text = self.read(name)
        assert old in text, (name, old)
        self.write(name, text.replace(old, new, 1))

    def declare(self, values, *, aliases=True):
        text = RESOURCES
        for name, value in values.items():
            text = text.replace(name, value)
        if not aliases:
            text = text[: text.index("  serving_endpoints:")].replace("      aliases: {champion: 1}\n", "")
        self.write("resources/main.yaml", text)

    def set(self, kind, id_, fields):
        set_fields(self.hand, kind, id_, fields)

    def shown(self, kind, id_):
        return show(self.hand, kind, id_)[0]

    def git(self, *words):
        names = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
        environ = {"PATH": os.environ["PATH"], "HOME": str(self.root), "GIT_CONFIG_NOSYSTEM": "1"}
        subprocess.run(["git", *names, *words], cwd=self.root, env=environ, check=True, capture_output=True)

    def begin_git(self):
        self.write(".gitignore", ".mlplan/\n")
        self.git("init", "--quiet", "--template=")
        self.git("add", ".")
        self.git("commit", "--quiet", "-m", "one")

    def plan(self, options=OPTIONS, variables=None):
        request = replace(self.request, variables=variables or {})
        return plan_document(plan(request, options), variables or {}, self.clock.now())

    def digests(self):
        """Return the digests of the plans that the ledger knows, in the order of their applies."""
        with Session(self.request) as session:
            return list(dict.fromkeys(one.plan for one in session.backend.ledger().shown))

    def fingerprint(self):
        """Return what is in state and workspace, the lock left out."""
        found = {}
        for path in sorted((self.root / ".mlplan").rglob("*")):
            if path.is_file() and not path.name.startswith("lock") and not path.name.endswith(("-wal", "-shm")):
                found[str(path.relative_to(self.root))] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found

    def copy(self, root):
        shutil.copytree(self.root, root)
        return World(root, Clock(self.clock.moment))

    def save(self, document):
        path = self.root / "plan.json"
        path.write_text(document if isinstance(document, str) else document_text(document), encoding="utf-8")
        return path

    def apply(self, file, request=None, *, reviewed=False, digest=""):
        """Apply a saved plan; return its status, or the codes of its refusal."""
        self.writes.clear()
        run = partial(apply_reviewed, options=OPTIONS) if reviewed else apply_saved
        try:
            return run(request or self.request, read_plan(file), Agreeing(), digest).status
        except Refused as refusal:
            if refusal.exit_code != REFUSED:
                raise
            return sorted({one.code for one in refusal.diagnostics()})


@contextmanager
def served(world, patch):
    """Answer for a world's workspace as Databricks would; yield the server."""
    store = Store(world.root / WORKSPACE)
    with Server(Workspace(store, "local-user"), Settings(workspace_id=0), token="known-to-both") as server:  # noqa: S106
        patch.setenv("DATABRICKS_HOST", server.url)
        patch.setenv("DATABRICKS_TOKEN", server.token)
        yield server
    store.close()


def prepared(root, provider="local"):
    """Return a world in which version 1 is champion, of a model with three versions."""
    world = World(root)
    (root / WORKSPACE).parent.mkdir(parents=True)
    world.write("mlplan.yaml", MANIFEST.replace("PROVIDER", provider))
    world.write("policy.yaml", POLICY)
    world.declare(BASE, aliases=False)
    assert apply(world.request, OPTIONS, Agreeing()).status == "applied"
    for number in range(3):
        logged = Logged(metrics={"auc": 0.9 + number / 100}, params={"depth": str(number)})
        register(world.hand, "main.ml.score", MODEL, logged, {}, "READY")
    world.declare(BASE)
    assert apply(world.request, OPTIONS, Agreeing()).status == "applied"
    return world


def chance(seed):
    """Return chance that repeats."""
    return Random(seed)  # noqa: S311


def edited(world, random):
    """Edit the project at random, a promotion always among it; return the values that it declares then."""
    values = {name: random.choice(choices) for name, choices in EDITS.items()}
    world.declare(values)
    if random.random() < 0.3:
        world.edit("resources/main.yaml", "    quiet: {name: /Shared/quiet}\n", "")
    if random.random() < 0.3:
        world.edit("resources/main.yaml", "  experiments:\n", "  experiments:\n    fresh: {name: /Shared/fresh}\n")
    return values
