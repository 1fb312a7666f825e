"""Watch: someone looks at each moment of a promotion at what really serves, and may stop or fail it there."""

import os
from contextlib import contextmanager
from dataclasses import dataclass, field

from worlds import LOCAL, World

from mlplan.core.declaration import Target
from mlplan.core.effect import Effects, SystemClock
from mlplan.core.errors import MlplanError, Unavailable, UnknownOutcome
from mlplan.providers.local.slow import settled
from mlplan.providers.local.store import Store
from mlplan.providers.local.workspace import Workspace
from mlplan.testing.crash import KILLED, Moment
from mlplan.testing.server.server import Server
from mlplan.testing.server.settings import Settings

ALIAS, ENDPOINTS = "main.ml.m@champion", ("e", "f")
STEPS = {"steps": [{"percent": 10, "duration": "0s"}, {"percent": 50, "duration": "0s"}]}
TRIES = 6
SPELL = "known-to-both-sides"
CALLS = ("update", "create", "revert", "wait", "PUT", "POST", "PATCH")
FILE = ".mlplan/workspaces/dev.db"


class Quick(SystemClock):
    """Time that waiting moves on, so that nobody waits for it."""

    skipped = 0.0

    def monotonic(self):
        return super().monotonic() + self.skipped

    def sleep(self, seconds):
        self.skipped += seconds


def declare(world, version, rollout=None):
    world.declare("catalog.main", name="main")
    world.declare("schema.ml", catalog_name="main", name="ml")
    world.declare("registered_model.m", catalog_name="main", schema_name="ml", name="m")
    world.declare("model_alias.m.champion", full_name="main.ml.m", alias="champion", version=version)
    for key in ENDPOINTS:
        world.endpoint("@champion", name=key, key=key, **({"rollout": rollout} if rollout else {}))


def serving(store, row):
    """Return what an endpoint serves at this moment, which is the old configuration while a new one is made ready."""
    row = settled(store, row)
    update = row.system.get("update")
    return (update["serving"] if update else row.values["served_entities"]) or []


def broken(store, uids):
    """Return what is wrong at this moment with what serves."""
    alias = store.get("model_alias", ALIAS)
    wrong = []
    for name in ENDPOINTS:
        row = store.get("serving_endpoint", name)
        if row is None or row.uid != uids[name]:
            wrong.append(f"{name} is another endpoint")
            continue
        found = serving(store, row)
        if sum(one["traffic_percentage"] for one in found) != 100:
            wrong.append(f"{name} serves {found}")
        if any(store.find("model_version", f"main.ml.m/{one['entity_version']}") is None for one in found):
            wrong.append(f"{name} serves what does not exist")
        whole = {one["entity_version"] for one in found if one["name"] == "m"}
        if str(alias.values["version"]) == "2" and whole != {"2"}:
            wrong.append(f"the alias is ahead of {name}, which serves {whole}")
    return wrong


@dataclass
class Watch:
    """Looks at each moment, and at one of them ends the process or fails the effect."""

    store: Store
    uids: dict
    at: int = -1
    kills: bool = False
    fails: bool = False
    seen: list = field(default_factory=list)
    wrong: list = field(default_factory=list)

    def __call__(self, when, label):
        self.wrong += [f"{when} {label}: {what}" for what in broken(self.store, self.uids)]
        if len(self.seen) == self.at and self.kills:
            os._exit(KILLED)
        self.seen.append(Moment(when, label))
        if len(self.seen) - 1 == self.at and self.fails:
            raise failure(when, label)


def failure(when, label):
    """Return how an effect fails: a call is refused or its answer is lost, a file cannot be written."""
    if label.startswith(CALLS):
        return Unavailable("no route to host") if when == "before" else UnknownOutcome("the answer was lost")
    return OSError(28, "No space left on device")


@contextmanager
def served(root):
    """Answer for a world's workspace; yield the server and how to reach it."""
    store = Store(root / FILE)
    with Server(Workspace(store, "local-user"), Settings(workspace_id=0), token=SPELL) as server:
        yield server, Target("databricks", {"host": server.url, "token": {"env": "ACME_TOKEN"}})
    store.close()


def play(root, version, rollout=None, target=LOCAL, **watch):
    """Apply once, watched; return what the watch saw."""
    effects, store = Effects(clock=Quick()), Store(root / FILE)
    world = World(root, effects, target)
    try:
        uids = {name: store.get("serving_endpoint", name).uid for name in ENDPOINTS}
        effects.probe = seen = Watch(store, uids, **watch)
        declare(world, version, rollout)
        try:
            world.apply()
        except (MlplanError, OSError, AssertionError) as error:
            seen.wrong += [str(error)] if isinstance(error, AssertionError) else []
        return seen
    finally:
        world.provider.close()
        store.close()


def ended(root, version, rollout, target=LOCAL):
    """Apply until nothing is left; return what was wrong on the way and in the end."""
    wrong = []
    for _ in range(TRIES):
        seen = play(root, version, rollout, target)
        wrong += seen.wrong
        if not [one for one in seen.seen if not one.label.startswith("lock:")]:
            break
    store = Store(root / FILE)
    for name in ENDPOINTS:
        found = serving(store, store.get("serving_endpoint", name))
        if [(one["name"], one["entity_version"], one["traffic_percentage"]) for one in found] != [
            ("m", str(version), 100)
        ]:
            wrong.append(f"{name} ends with {found}")
    if store.get("model_alias", ALIAS).values["version"] != version:
        wrong.append("the alias did not arrive")
    store.close()
    return wrong
