"""Comment: a plan on its pull request, in the one comment of its project and environment, and as labels."""

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from mlplan.app.ci.sticky import ending, mark
from mlplan.app.saved import Document
from mlplan.app.sheet import saved_sheet
from mlplan.forge.client import GitHub
from mlplan.forge.comments import Posted, me, upsert
from mlplan.forge.labels import LONGEST, set_labels
from mlplan.forge.pulls import pull_of
from mlplan.render.markdown import COMMENT, written

DESTRUCTIVE = ("data_loss", "outage")
ROOM = 200
"""Bytes of a comment that are kept for its last line."""


class Commented(NamedTuple):
    """What became of a plan's comment and labels."""

    pull: int
    posted: Posted
    labels: tuple[str, ...]
    outdated: str = ""
    """The commit that was planned, when it is not the last one any more: then the comment is left to the later run."""

    def document(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "pull_request": self.pull,
            "comment": self.posted.did,
            "url": self.posted.url,
            "removed": self.posted.removed,
            "labels": list(self.labels),
            "outdated": self.outdated or None,
        }


def comment(
    github: GitHub,
    document: Document,
    number: int | None,
    author: str,
    record: Document | None = None,
    *,
    labels: bool = False,
    always: bool = False,
) -> Commented:
    """Put a plan on a pull request; one without changes gets no comment of its own unless `always`."""
    pull = pull_of(github, number)
    head = (github.run.head if pull.number == github.run.pull else "") or pull.head
    if head != pull.head:  # a run that was slow, or of long ago and started again
        return Commented(pull.number, Posted("nothing"), (), head)
    body = written(saved_sheet(_with_people(document, record)), COMMENT - ROOM) + ending(head)
    posted = upsert(github, pull.number, mark(document), body, me(github, author), create=always or not quiet(document))
    prefix = label_prefix(document)
    names = tuple(labels_of(document)) if labels else ()
    if labels:
        set_labels(github, pull.number, prefix, names)
    return Commented(pull.number, posted, names)


def _with_people(document: Document, record: Document | None) -> Document:
    """Return a plan to show, with who approved it, as far as that was this plan."""
    if record is None or record["plan"] != document["digest"]:
        return document
    given = [[each["user"] for each in one["given"]] for one in record["approvals"]]
    told = [{**one, "given": names} for one, names in zip(document["approvals"], given, strict=True)]
    return {**document, "approvals": told}


def quiet(document: Document) -> bool:
    """Tell whether a plan changes nothing and could be made: what warns of the project itself stands in annotations."""
    errors = any(one["severity"] == "error" for one in document["diagnostics"])
    return not document["changes"] and not document["rollouts"] and not errors


def label_prefix(document: Document) -> str:
    """Return what all labels of a project and environment begin with, and no other's; GitHub keeps 50 characters."""
    whole = f"mlplan:{document['project']}/{document['environment']}"
    room = LONGEST - len(":promotion")
    if len(whole) <= room:
        return whole
    return f"{whole[: room - 9]}~{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def labels_of(document: Document) -> Iterator[str]:
    """Yield the labels that a plan stands for; none when nothing is to change."""
    prefix, changes = label_prefix(document), document["changes"]
    if not quiet(document):
        yield prefix
    if document["evidence"]:
        yield f"{prefix}:promotion"
    if any(one["risk"] in DESTRUCTIVE for one in changes):
        yield f"{prefix}:destroys"
    if any(one["risk"] == "access" for one in changes) or document["access"].get("rows"):
        yield f"{prefix}:access"
    if any(one["blocks"] for one in document["policy"]):
        yield f"{prefix}:denied"
