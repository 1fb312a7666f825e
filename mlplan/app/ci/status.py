"""Status: what a plan comes to, as a check mark beside the commit."""

from typing import NamedTuple

from mlplan.app.approval import objection
from mlplan.app.saved import Document
from mlplan.forge.client import GitHub
from mlplan.forge.pulls import pull_of
from mlplan.forge.statuses import Mark, set_status
from mlplan.render.approvals import missing
from mlplan.render.words import count


class Standing(NamedTuple):
    """A check mark, and why."""

    mark: Mark
    why: str


def standing(document: Document, record: Document | None = None) -> Standing:
    """Return what a plan comes to; `record` tells who approved it."""
    summary, policy = document["summary"], document["policy"]
    errors = sum(one["severity"] == "error" for one in document["diagnostics"])
    if errors:
        return Standing("error", f"no plan could be made: {count(errors, 'error')}")
    denied = sorted({one["code"] for one in policy if one["blocks"]})
    if denied:
        return Standing("failure", f"denied by {', '.join(denied)}; {changes(document)}")
    if summary["blocked"]:
        return Standing("failure", f"{count(summary['blocked'], 'change')} blocked; {changes(document)}")
    addresses = {one["address"] for one in document["changes"]}
    if objection((), addresses, document, record) is not None:
        return Standing("pending", f"waits for {count(_lacking(document, record), 'approval')}; {changes(document)}")
    return Standing("success", changes(document))


def _lacking(document: Document, record: Document | None) -> int:
    """Return how many approvals a plan still needs."""
    if record is None or record["plan"] != document["digest"]:
        return sum(one["count"] for one in document["approvals"])
    return sum(map(missing, record["approvals"]))


def changes(document: Document) -> str:
    """Return the changes of a plan in few words."""
    skipped = ("no-op", "unselected", "blocked", "held")
    parts = [f"{number} {name}" for name, number in document["summary"].items() if number and name not in skipped]
    moves = len(document["evidence"])
    if moves:
        parts.insert(0, count(moves, "promotion"))
    return ", ".join(parts) or "no changes"


def status(github: GitHub, document: Document, number: int | None, record: Document | None) -> Standing:
    """Set the status of the pull request's last commit, or of the commit of the run when there is no pull request."""
    found = standing(document, record)
    context = f"mlplan/{document['project']}/{document['environment']}"
    head = github.run.head if number is None else ""
    set_status(github, head or pull_of(github, number).head, context, found.mark, found.why)
    return found
