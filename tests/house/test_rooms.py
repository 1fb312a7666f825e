"""Rooms: who may import whom, what a module may be called, and that each says what it is."""

import ast
import re
import subprocess
import sys
from pathlib import Path

LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"
NO_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc"}


def test_the_layers_hold(root, need):
    need(LINT_IMPORTS.exists(), "import-linter is not installed")
    done = subprocess.run(
        [LINT_IMPORTS, "--no-cache", "--no-logo"], cwd=root, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_every_room_is_a_known_room(root):
    """A new folder under mlplan needs a place in the layers: the contract is exhaustive."""
    rooms = {path.name for path in (root / "mlplan").iterdir() if path.is_dir() and path.name != "__pycache__"}
    layers = re.search(
        r"^layers = \[(.*?)^\]", (root / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert rooms == set(re.findall(r"\w+", layers[1]))


def test_no_module_is_a_drawer_for_everything(modules):
    assert [module.name for module in modules if module.path.stem in NO_NAMES] == []


def test_every_module_says_what_it_is(modules):
    wrong = []
    for module in modules:
        first = (ast.get_docstring(module.tree) or "").partition("\n")[0]
        if not re.match(r"\w[\w -]*: .+[.;:?]$|\w[\w -]*: .+$", first):
            wrong.append(f"{module.name}: {first!r}")
    assert wrong == []


def test_only_their_own_room_imports_the_heavy_clients(modules):
    """The Databricks SDK alone costs over a second of CPU; boto3 nearly as much."""
    allowed = {"databricks": "mlplan/providers/databricks/", "boto3": "mlplan/state/s3.py"}
    allowed["requests"] = ("mlplan/forge/wire.py", "mlplan/providers/databricks/")
    found = [
        (module.name, package)
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for package in imported(node)
        if package in allowed and not module.name.startswith(allowed[package])
    ]
    assert found == []


def imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    return {name.partition(".")[0] for name in names}
