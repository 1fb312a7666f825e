"""What house tests look at: the committed files and the parsed sources."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PROJECT = "project: small\ndefault_environment: dev\nenvironments: {dev: {provider: local}}\n"
RESOURCES = """\
resources:
  catalogs:
    main: {name: main, grants: [{principal: ml-engineers, privileges: [USE_CATALOG]}]}
  schemas:
    ml: {catalog_name: "${resources.catalogs.main.name}", name: ml}
  experiments:
    fraud: {name: /Shared/fraud, tags: {team: risk}, permissions: [{group_name: ml-engineers, level: CAN_EDIT}]}
"""


@dataclass(frozen=True)
class Module:
    """One Python file of the project."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def functions(self) -> Iterator[tuple[str, int]]:
        """Yield each function's place and length in lines."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{self.name}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def tracked(root: Path) -> list[Path]:
    """Return the committed files; in an unpacked sdist, all that is there."""
    if not (root / ".git").exists():
        return [path for path in root.rglob("*") if path.is_file() and ".venv" not in path.parts]
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := root / name).is_file()]


@pytest.fixture(scope="session")
def modules() -> list[Module]:
    """Return every module of mlplan."""
    return [Module(path) for path in sorted((ROOT / "mlplan").rglob("*.py"))]


@pytest.fixture(scope="session")
def test_modules() -> list[Module]:
    """Return every module under tests."""
    return [Module(path) for path in sorted((ROOT / "tests").rglob("*.py"))]


@pytest.fixture(scope="session")
def python():
    """Return a call of this Python in a process of its own."""

    def call(*words: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *map(str, words)], cwd=cwd, check=False, capture_output=True, text=True, timeout=120
        )

    return call


@pytest.fixture(scope="session")
def run(python):
    """Return a call of mlplan in a process of its own."""
    return lambda *words, cwd=ROOT: python("-m", "mlplan", *words, cwd=cwd)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a small project that needs nothing to be there before it."""
    (tmp_path / "resources").mkdir()
    (tmp_path / "mlplan.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "resources" / "all.yaml").write_text(RESOURCES, encoding="utf-8")
    return tmp_path
