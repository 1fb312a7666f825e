"""Git: the commit that a plan was made from, asked for only when a document is wanted."""

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

PATIENCE = 10
_COMMAND = ("git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
"""The repository's own settings may name programs to run; a plan of a pull request must not run them."""


class Tree(NamedTuple):
    """Where the project's files stand in git."""

    commit: str
    clean: bool
    """Nothing below the project's directory differs from the commit, new files included."""


def tree_of(root: Path) -> Tree | None:
    """Return the commit of the project's directory; None when it is not in a repository with commits."""
    commit = _git(root, "rev-parse", "--verify", "HEAD")
    if not commit:
        return None
    changed = _git(root, "status", "--porcelain", "--", ".", ":(exclude).mlplan")
    return Tree(commit.strip(), changed == "")


def _git(root: Path, *words: str) -> str | None:
    """Return what git says; None when it fails or is not there."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, and a directory that is only ever the working one
            [*_COMMAND, *words],
            cwd=root,
            env=kept | {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
