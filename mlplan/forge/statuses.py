"""Statuses: the check marks beside a commit, each known by its context."""

from typing import Literal

from mlplan.forge.client import GitHub, part

Mark = Literal["success", "failure", "pending", "error"]
LONGEST = 140
"""Characters that GitHub keeps of a description."""


def set_status(github: GitHub, commit: str, context: str, mark: Mark, description: str) -> None:
    """Set a commit's status; of several with one context the last counts, so that one may be sent again."""
    told = description if len(description) <= LONGEST else f"{description[: LONGEST - 1]}…"
    body = {"state": mark, "context": context, "description": told}
    if github.run.url:
        body["target_url"] = github.run.url
    github.write("POST", f"/repos/{github.repository}/statuses/{part(commit)}", body)
