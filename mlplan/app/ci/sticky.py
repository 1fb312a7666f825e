"""Sticky: what our comment on a pull request tells apart from its text: the plan's digest, and the commit that was planned."""

import re
from typing import NamedTuple

from mlplan.app.saved import Document
from mlplan.forge.client import GitHub
from mlplan.forge.comments import own_comments
from mlplan.render.markdown import marker

_HEAD = re.compile(r"<!-- mlplan:head ([0-9a-f]{40,64}) -->\s*\Z")
_DIGEST = re.compile(r"(sha256:[0-9a-f]{64})\b")


class Told(NamedTuple):
    """What a comment of ours tells."""

    digest: str
    head: str
    """The last commit of the pull request when the plan was made; empty when the comment does not say."""


def mark(document: Document) -> str:
    """Return what the one comment of a plan's project and environment begins with."""
    return marker(document["project"], document["environment"])


def ending(head: str) -> str:
    """Return the last line of a comment, which names the commit."""
    return f"\n<!-- mlplan:head {head} -->\n" if head else ""


def told(github: GitHub, number: int, project: str, environment: str, author: str) -> Told | None:
    """Return what our comment of a project and environment tells; None when there is none."""
    begins = marker(project, environment)
    found = own_comments(github, number, begins, author)
    if not found:
        return None
    body = found[0].body
    digest, head = _DIGEST.match(body, len(begins)), _HEAD.search(body)
    return Told(digest[1] if digest else "", head[1] if head else "")
