"""Demo: `make demo` shows the loop to its end, and leaves the checkout as it was."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("provider", ["local", "databricks"])
def test_the_demo_shows_the_whole_loop(root, tmp_path, provider):
    environ = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    before = example(root)
    done = subprocess.run(
        [root / "examples/fraud/demo.sh", tmp_path / "demo", provider],
        cwd=tmp_path, env=environ, check=False, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.findall(r"^━━ (.*)$", done.stdout, re.MULTILINE)
    before_all = ["0"] if provider == "databricks" else []
    assert [line[:1] for line in told] == [*before_all, *"12345678", "D"]
    assert done.stdout.count("No changes.") == 2
    assert re.findall(r"v\d -> v\d$", done.stdout, re.MULTILINE) == [
        "v1 -> v2", "v1 -> v3", "v1 -> v3", "v3 -> v1", "v3 -> v1",
    ]  # fmt: skip
    assert "denied[MLP061]: recall_country_br 0.3665 -> 0.1495 (-0.217), a drop of 0.02 is allowed" in done.stdout
    assert "Traceback" not in done.stderr
    assert example(root) == before


def example(root):
    return {path: path.stat().st_mtime_ns for path in (root / "examples").rglob("*") if path.is_file()}
