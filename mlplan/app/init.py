"""Init: a small working project to start from, written where nothing stands in its way."""

import re
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from mlplan.app.files import write_document
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.effect import Effects
from mlplan.core.errors import Mistake

STARTER = ("mlplan.yaml", "resources/platform.yaml", "environments/prod.yaml")
IGNORE = ".gitignore"


@dataclass(frozen=True, slots=True)
class Begun:
    """A new project."""

    root: Path
    project: str
    files: tuple[str, ...]


def init(root: Path, effects: Effects) -> Begun:
    """Write the project; Mistake when one of its files is there already, and then nothing is written."""
    taken = [name for name in STARTER if (root / name).exists()]
    if taken:
        hint = "nothing was written; choose another directory with -C DIR"
        raise Mistake(*(Diagnostic("MLE701", f"{name} is there already", hint=hint) for name in taken))
    source = files("mlplan.app") / "starter"
    project = _project(root)
    for name in STARTER:
        text = _read(source, name).replace("my-project", project)
        _write(effects, root / name, text)
    made = list(STARTER)
    if not (root / IGNORE).exists():
        _write(effects, root / IGNORE, _read(source, "gitignore"))
        made.append(IGNORE)
    return Begun(root, project, tuple(made))


def _read(source: Traversable, name: str) -> str:
    """Return a file of the starter."""
    return source.joinpath(*name.split("/")).read_text(encoding="utf-8")


def _write(effects: Effects, path: Path, text: str) -> None:
    """Write a file and the directories above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_document(effects, path, text, mode=0o644)


def _project(root: Path) -> str:
    """Return the directory's name as a project's name."""
    name = re.sub(r"[^a-z0-9]+", "-", root.resolve().name.lower()).strip("-")
    name = re.sub(r"^[^a-z]+", "", name)
    return name or "my-project"
