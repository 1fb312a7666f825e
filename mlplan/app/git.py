"""Git: the commit that a plan was made from, asked for only when a document is wanted."""

import os
import subprocess
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

PATIENCE = 10
_COMMAND = ("git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
"""The repository's own settings may name programs to run; a plan of a pull request must not run them."""


class Tree(NamedTuple):
    """Where the project's files stand in git."""

    commit: str
    clean: bool
    """The commit has every file that the project is made of, and none below its directory was edited since."""


def tree_of(root: Path, files: Collection[str]) -> Tree | None:
    """Return the commit of the project's directory; None when it is not in a repository with commits.

    `files` are those that the project is made of: one that the commit does not know makes the tree unclean, even
    where git ignores it. Other new files, such as the saved plan itself, say nothing about the project.
    """
    commit = _git(root, "rev-parse", "--verify", "HEAD")
    if not commit:
        return None
    edited = _git(root, "status", "--porcelain", "--untracked-files=no", "--", ".", ":(exclude).mlplan")
    known = _git(root, "ls-files", "-z", "--", ".")
    return Tree(commit.strip(), edited == "" and known is not None and {*files} <= {*known.split("\0")})


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
