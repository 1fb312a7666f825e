"""Pages in headless Chromium, with everything watched that a page could do beyond showing itself."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mlplan.core.change import Change, FieldChange
from mlplan.core.plan import Plan, Step
from mlplan.render.review import Review
from mlplan.render.sheet import Heading, Sheet, rendered

PROGRAMS = ("chromium", "google-chrome")
ACTIONS = ("create", "update", "delete", "update", "replace")
RISKS = ("safe", "traffic", "data_loss", "access", "outage")
CAUSES = ("config", "drift", "both")

ROOT = Path(__file__).parents[2]
COMMANDS = (
    "mlplan apply -e prod --auto-approve --target 'registered_model.*'",
    "python train/register.py prod",
    "mlplan apply -e prod --auto-approve",
    "sed -i.bak '/fraud_score:/,/chargeback_risk:/ s/champion: 1/champion: 2/' environments/prod.yaml",
)


@dataclass
class Watch:
    """What a page did."""

    said: list[str] = field(default_factory=list)
    """Its errors, and everything on the console."""
    asked: list[str] = field(default_factory=list)
    """Addresses that it asked for."""

    @property
    def left(self):
        """Return the requests that would have left the machine."""
        return [url for url in self.asked if urlsplit(url).scheme not in ("file", "data")]


@pytest.fixture(scope="session")
def program():
    """Return the browser of this machine, or nothing."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


@pytest.fixture(scope="module")
def chromium(program):
    """Return a running browser, or None where there is none."""
    if not program or not find_spec("playwright"):
        yield None
        return
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it may not be installed

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, need, tmp_path):
    """Return a call that opens a text from a file, in a page of its own or in `page`; none may say or ask for anything."""
    need(chromium, "needs chromium (or google-chrome) and playwright; .ci/run says how")
    watches, pages = [], []

    def opened(html, fragment="", page=None, **options):
        page = page or _watched(chromium, watches, options)
        file = tmp_path / f"report-{len(pages)}.html"
        file.write_text(html, encoding="utf-8")
        pages.append(page)
        page.goto(file.as_uri() + fragment)
        return page

    yield opened
    for page in set(pages):
        page.context.close()
    assert [one for watch in watches for one in watch.said] == []
    assert [one for watch in watches for one in watch.left] == []
    assert all(watch.asked for watch in watches)


@pytest.fixture(scope="session")
def many():
    """Return a call that makes the page of a plan with so many changes, of all sorts in turn."""

    def made(number):
        changes = [_change(place) for place in range(number)]
        steps = [
            Step(place + 1, "update", one.address, (place,) if place % 4 else ()) for place, one in enumerate(changes)
        ]
        plan = Plan({one.address: one for one in changes}, steps=steps)
        return rendered("html", Sheet(plan, Heading("bench", "prod", "acme.cloud", "state serial 7"), Review()))

    return made


@pytest.fixture(scope="session")
def denied(tmp_path_factory):
    """Return the report of a promotion to version 2, which forgot a country."""
    where = tmp_path_factory.mktemp("example") / "fraud"
    shutil.copytree(ROOT / "examples" / "fraud", where, ignore=shutil.ignore_patterns(".mlplan"))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environ = {**os.environ, "PATH": path, "NO_COLOR": "1", **dict.fromkeys(("GITHUB_ACTOR", "USER"), "ana")}

    def call(command):
        return subprocess.run(
            ["bash", "-c", command], cwd=where, env=environ, check=False, capture_output=True, text=True
        )

    for command in COMMANDS:
        done = call(command)
        assert done.returncode == 0, done.stderr
    planned = call("mlplan plan -e prod -o html")
    assert planned.returncode == 6
    return planned.stdout.replace(f"@{os.uname().nodename}", "@laptop")


@pytest.fixture(scope="session")
def pictures():
    """Return the folder for screenshots, which people look at."""
    folder = ROOT / "build" / "report"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _watched(chromium, watches, options):
    """Return an empty page in a context of its own, and keep account of what it does."""
    page, watch = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options}).new_page(), Watch()
    page.on("console", lambda message: watch.said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: watch.said.append(f"error: {error}"))
    page.on("request", lambda request: watch.asked.append(request.url))
    watches.append(watch)
    return page


def _change(place):
    """Return one change of a large plan."""
    action, cause = ACTIONS[place % 5], CAUSES[place % 3]
    before, after = (None if action == "create" else f"old {place}"), (None if action == "delete" else f"new {place}")
    tag = FieldChange(("tags", f"team_{place % 7}"), before, after, "x", cause)
    name, blocked = f"experiment.e_{place}", "it needs --allow-destroy" if action == "delete" else ""
    return Change(name, "experiment", f"/bench/{place}", action, RISKS[place % 5], "", (tag,), blocked=blocked)
