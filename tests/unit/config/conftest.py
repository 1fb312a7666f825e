"""Shared by the configuration's tests: projects written from a mapping of files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mlplan.config.project import Loaded, load

MANIFEST = (
    "project: demo\ndefault_environment: dev\nenvironments:\n  dev: {provider: local}\n  prod: {provider: local}\n"
)
Write = Callable[[dict[str, str | bytes]], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a project; `mlplan.yaml` is added when it is not given."""

    def make(files: dict[str, str | bytes]) -> Path:
        for name, content in ({"mlplan.yaml": MANIFEST} | files).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return make


@pytest.fixture
def loaded(write: Write) -> Callable[..., Loaded]:
    """Return a function that writes a project and loads it."""

    def make(files: dict[str, str | bytes], environment: str | None = None, /, **variables: str) -> Loaded:
        return load(write(files), environment, variables, {})

    return make


@pytest.fixture
def declared(loaded: Callable[..., Loaded]):
    """Return a function that writes a project, loads it, and expects no mistakes."""

    def make(files: dict[str, str | bytes], environment: str | None = None, /, **variables: str):
        found = loaded(files, environment, **variables)
        assert found.diagnostics == []
        return found.declaration

    return make
