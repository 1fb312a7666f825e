"""Policy place: where a project's policy is, when it is not the one that its own files name.

A pull request must not be judged by the rules that it changes: CI judges it by those of the branch that it goes to.
"""

from pathlib import Path
from typing import NamedTuple

from mlplan.config.finding import Findings
from mlplan.config.manifest import MANIFEST
from mlplan.config.single import single
from mlplan.core.diagnostic import Diagnostic, has_errors
from mlplan.core.errors import Mistake


class Place(NamedTuple):
    """A policy file below a directory; no file is no policy."""

    root: Path
    file: str


def elsewhere(given: Path) -> Place:
    """Return the place that a file means, or a directory with a project: the file that its `mlplan.yaml` names."""
    if not given.is_dir():
        if given.is_file():
            return Place(given.parent, given.name)
        hint = "give a policy file, or a directory with the project whose policy counts: it may have none"
        raise Mistake(Diagnostic("MLE337", f"there is no policy at {given}", hint=hint))
    found = Findings()
    manifest = single(given, MANIFEST, found)
    wrong = found.diagnostics(given)
    if manifest is None or has_errors(wrong):
        raise Mistake(*wrong)
    named = manifest.get("policy")
    return Place(given, named if isinstance(named, str) else "")
