"""What house tests look at: the committed files and the parsed sources."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


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
