"""The report of the example's denied promotion: it says what denies it, and its picture is kept beside the example."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "examples" / "github" / "report.png"
LARGEST = 400_000
COMMANDS = (
    "mlplan apply -e prod --auto-approve --target 'registered_model.*'",
    "python train/register.py prod",
    "mlplan apply -e prod --auto-approve",
    "sed -i.bak '/fraud_score:/,/chargeback_risk:/ s/champion: 1/champion: 2/' environments/prod.yaml",
)


@pytest.fixture(scope="module")
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_looks_like_that(visit, denied, pictures, scheme, width):
    page = visit(denied, color_scheme=scheme, viewport={"width": width, "height": 900})
    page.screenshot(path=pictures / f"{scheme}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert "1 rule denies it" in page.inner_text(".verdict")
    assert "recall_country_br" in page.inner_text(".metrics tr.bad")
    assert page.inner_text(".metrics tr.bad .badge") == "✕ denied"
    assert page.inner_text(".back code") == "mlplan rollback prod.ml.fraud_score champion -e prod"
    assert page.locator("#graph .node").count() == 2


def test_the_way_back_is_copied(visit, denied):
    page = visit(denied, permissions=["clipboard-read", "clipboard-write"])
    page.click(".copy")
    page.wait_for_function("() => document.querySelector('.copy').textContent !== 'copy'")
    assert page.inner_text(".copy") in ("copied", "selected: copy it with the keyboard")


def test_the_picture_in_the_example_is_one_of_it(visit, denied, update):
    page = visit(denied, viewport={"width": 1080, "height": 1240})
    if update:
        page.screenshot(path=PICTURE)
    assert PICTURE.read_bytes().startswith(b"\x89PNG")
    assert PICTURE.stat().st_size < LARGEST
