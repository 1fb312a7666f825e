"""Comments: the one comment of a plan on its pull request, known by its first line and by who wrote it."""

from typing import Literal, NamedTuple

from mlplan.forge.client import GitHub
from mlplan.forge.errors import Forbidden, Missing, Unclear, Unsigned

WORKFLOW = "github-actions[bot]"
"""Who a workflow's own token writes as; it may not ask for its name."""
TRIES = 3
"""How often a comment is sent whose answer is lost, looking each time whether it is there."""


class Comment(NamedTuple):
    """A comment on a pull request."""

    id: int
    body: str
    url: str


class Posted(NamedTuple):
    """What became of a comment."""

    did: Literal["created", "updated", "nothing"]
    url: str = ""
    removed: int = 0
    """Comments of ours that stood there twice."""


def me(github: GitHub, given: str = "") -> str:
    """Return the name that the token writes under; who writes as another app has it `given`."""
    if given:
        return given
    try:
        found = github.get("/user")
    except Unsigned:
        raise
    except (Forbidden, Missing):
        return WORKFLOW
    return str(found["login"])


def own_comments(github: GitHub, number: int, marker: str, author: str) -> list[Comment]:
    """Return our comments with a marker, oldest first; anybody can write a marker, so the author counts too."""
    path = f"/repos/{github.repository}/issues/{number}/comments"
    found = [
        Comment(int(one["id"]), str(one.get("body") or ""), str(one.get("html_url") or ""))
        for one in github.pages(path)
        if str((one.get("user") or {}).get("login") or "").lower() == author.lower()
    ]
    return sorted(one for one in found if one.body.startswith(marker))


def upsert(github: GitHub, number: int, marker: str, body: str, author: str, *, create: bool = True) -> Posted:
    """Make the pull request hold exactly one comment of ours with this marker, and this text in it.

    Two runs at once may both find none and both write one: whoever looks again afterwards keeps the oldest,
    with its own text, and removes the rest. A comment whose answer was lost is found the same way.
    """
    found = own_comments(github, number, marker, author)
    if not found and not create:
        return Posted("nothing")
    created = not found
    tries = 0
    while not found:
        tries += 1
        sent = _create(github, number, body)
        found = own_comments(github, number, marker, author) or sent
        if not found and tries == TRIES:
            raise Unclear("the comment was sent, and is not there", hint="run it again: it looks first what is there")
    first, *others = found
    if first.body != body:
        github.write("PATCH", f"/repos/{github.repository}/issues/comments/{first.id}", {"body": body})
    for one in others:
        github.remove(f"/repos/{github.repository}/issues/comments/{one.id}")
    return Posted("created" if created else "updated", first.url, len(others))


def _create(github: GitHub, number: int, body: str) -> list[Comment]:
    """Write a comment and return it; none when nobody knows whether it is there, which whoever asked then looks up."""
    path = f"/repos/{github.repository}/issues/{number}/comments"
    try:
        made = github.write("POST", path, {"body": body}, again=False)
    except Unclear:
        return []
    return [Comment(int(made["id"]), body, str(made.get("html_url") or ""))]
