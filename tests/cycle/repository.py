"""Repository: a git repository with its main branch, branches of changes, trial merges and squash merges."""

import os
import subprocess
from pathlib import Path

MAIN = "main"


class Repository:
    """What is pushed is in `origin`; commits are made in a clone, as people make them."""

    def __init__(self, root: Path) -> None:
        self.origin, self.desk = root / "origin.git", root / "desk"
        self._home = root
        for place in (self.origin, self.desk):
            self._git(root, "init", "--quiet", "--initial-branch", MAIN, *(["--bare"] * (place == self.origin)), place)
        self._git(self.desk, "remote", "add", "origin", self.origin)

    def commit(self, branch: str, files: dict[str, str], who: str, start: str = MAIN) -> str:
        """Write files on a branch that begins at `start`, push it and return the commit."""
        if self._has("HEAD"):
            self._desk("checkout", "--quiet", *([branch] if self._has(branch) else ["-b", branch, start]))
        for name, text in files.items():
            path = self.desk / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self._desk("add", "--all")
        self._desk("commit", "--quiet", "--message", f"Change {branch}", who=who)
        return self._push(branch)

    def trial(self, number: int, branch: str) -> str:
        """Merge a branch into main for a try, as GitHub does for the runs of a pull request."""
        self._desk("checkout", "--quiet", "--detach", MAIN)
        self._desk("merge", "--quiet", "--no-ff", "--message", f"Merge {branch} for a try", branch, who="github")
        return self._push(f"refs/pull/{number}/merge", "HEAD")

    def squash(self, branch: str, who: str) -> str:
        """Merge a branch into main as one new commit."""
        self._desk("checkout", "--quiet", MAIN)
        self._desk("merge", "--quiet", "--squash", branch)
        self._desk("commit", "--quiet", "--message", f"Merged: {branch}", who=who)
        return self._push(MAIN)

    def checkout(self, ref: str, place: Path) -> None:
        """Lay out a commit or a branch, as it was pushed."""
        self._git(self._home, "clone", "--quiet", "--shared", "--no-checkout", self.origin, place)
        commit = self._git(self.origin, "rev-parse", f"{ref}^{{commit}}")
        self._git(place, "checkout", "--quiet", "--detach", commit)

    def head(self) -> str:
        """Return the last commit of main."""
        return self._git(self.origin, "rev-parse", MAIN)

    def read(self, name: str) -> str:
        """Return a file of main."""
        return self._git(self.origin, "show", f"{MAIN}:{name}") + "\n"

    def _push(self, branch: str, what: str = "") -> str:
        self._desk("push", "--quiet", "--force", "origin", f"{what or branch}:{branch}")
        return self._desk("rev-parse", what or branch)

    def _has(self, ref: str) -> bool:
        return bool(self._desk("rev-parse", "--verify", "--quiet", ref, check=False))

    def _desk(self, *words: object, who: str = "nobody", check: bool = True) -> str:
        return self._git(self.desk, *words, who=who, check=check)

    def _git(self, place: Path, *words: object, who: str = "nobody", check: bool = True) -> str:
        named = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER")
                 for what, value in (("NAME", who), ("EMAIL", f"{who}@example.com"))}  # fmt: skip
        alone = {"HOME": str(self._home), "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(
            ["git", *map(str, words)], cwd=place, env=alone | named, check=False, capture_output=True, text=True
        )
        assert not check or done.returncode == 0, (words, done.stderr)
        return done.stdout.strip()
