"""Status: what a plan comes to, as a check mark beside the commit."""

from typing import NamedTuple

from mlplan.app.saved import Document
from mlplan.forge.client import GitHub
from mlplan.forge.pulls import pull_of
from mlplan.forge.statuses import Mark, set_status
from mlplan.render.words import count


class Standing(NamedTuple):
    """A check mark, and why."""

    mark: Mark
    why: str


def standing(document: Document, lacking: int | None = None) -> Standing:
    """Return what a plan comes to; `lacking` is how many approvals it still needs, where somebody has counted."""
    summary, policy = document["summary"], document["policy"]
    errors = sum(one["severity"] == "error" for one in document["diagnostics"])
    if errors:
        return Standing("error", f"no plan could be made: {count(errors, 'error')}")
    denied = sorted({one["code"] for one in policy if one["blocks"]})
    if denied:
        return Standing("failure", f"denied by {', '.join(denied)}; {changes(document)}")
    if summary["blocked"]:
        return Standing("failure", f"{count(summary['blocked'], 'change')} blocked; {changes(document)}")
    needed = sum(one["count"] for one in document["approvals"]) if lacking is None else lacking
    if needed:
        return Standing("pending", f"waits for {count(needed, 'approval')}; {changes(document)}")
    return Standing("success", changes(document))


def changes(document: Document) -> str:
    """Return the changes of a plan in few words."""
    skipped = ("no-op", "unselected", "blocked", "held")
    parts = [f"{number} {name}" for name, number in document["summary"].items() if number and name not in skipped]
    moves = len(document["evidence"])
    if moves:
        parts.insert(0, count(moves, "promotion"))
    return ", ".join(parts) or "no changes"


def status(github: GitHub, document: Document, number: int | None, lacking: int | None) -> Standing:
    """Set the status of the pull request's last commit, or of the commit of the run when there is no pull request."""
    found = standing(document, lacking)
    context = f"mlplan/{document['project']}/{document['environment']}"
    head = github.run.head if number is None else ""
    set_status(github, head or pull_of(github, number).head, context, found.mark, found.why)
    return found
