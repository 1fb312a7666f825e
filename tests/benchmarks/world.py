"""World: projects of a given size, and the model versions that they point at."""

import sys
from pathlib import Path

import generate
from measure import once

from mlplan.core.declaration import Target
from mlplan.core.effect import Effects, SystemClock
from mlplan.providers.context import Context
from mlplan.providers.local import open_workspace
from mlplan.providers.local.register import Logged, register

MLPLAN = [str(Path(sys.executable).with_name("mlplan"))]
APPLY = [*MLPLAN, "apply", "--auto-approve"]
FULL, BARE = 14 / 5, 10 / 5
"""Resources per block of the mix, with aliases and without: nested blocks are resources too."""
EDITS = (("champion: 6", "champion: 1"), ("version: 7", "version: 2"), ("entity_version: 6", "entity_version: 1"))
ALIASES = "      aliases:\n        champion: 6\n        challenger: {version: 7, managed_by: bot}\n"
SERVED = "          entity_version: 6"
MODEL = Path(__file__).parents[2] / "examples/fraud/models/chargeback_risk/v1"


def bare(root: Path, resources: int, shape: str = "flat") -> None:
    """Write a project of so many resources that needs no model version: all of it can be made in one apply."""
    for name, text in generate.files(round(resources / BARE), shape).items():
        lines = [_external(line) for line in text.replace(ALIASES, "").splitlines() if line != SERVED]
        put(root / name, "\n".join(lines) + "\n")


def full(root: Path, resources: int, shape: str = "flat") -> None:
    """Write a project of so many resources, aliases among them, and apply it once."""
    bare(root, round(resources * BARE / FULL), shape)
    once(APPLY, root)
    register_versions(root)
    for name, text in generate.files(round(resources / FULL), shape).items():
        put(root / name, _with_versions(text))
    once(APPLY, root)


def change_some(root: Path, share: int = 100) -> int:
    """Change one resource in `share`; return how many files were edited."""
    paths = sorted((root / "resources").glob("part_*.yaml"))
    step = max(1, share // generate.PER_FILE)
    for path in paths[::step]:
        text = path.read_text(encoding="utf-8")
        put(path, text.replace('cost_center: "cc-', 'cost_center: "CC-', 1))
    return len(paths[::step])


def _with_versions(text: str) -> str:
    """Return a file with the versions that are registered here."""
    for before, after in EDITS:
        text = text.replace(before, after)
    return text


def register_versions(root: Path, file: str = "") -> None:
    """Register two versions of every model, in the workspace of that file or in the default one."""
    target = Target("local", {"path": file} if file else {})
    workspace = open_workspace(target, Context(root, "bench", "dev", Effects()))
    names = [row.id for row in workspace.store.of_kind("registered_model")]
    for name in names:
        for _ in range(2):
            register(workspace, name, MODEL, Logged(), SystemClock())
    workspace.store.close()


def _external(line: str) -> str:
    """Return a line with the served model turned into one that another company serves."""
    lead, found, _ = line.partition("entity_name: ")
    service = "external_model: {name: gpt, provider: openai, task: llm/v1/chat, openai_config: {openai_api_key: '{{secrets/a/b}}'}}"
    return lead + service if found else line


def put(path: Path, text: str) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
