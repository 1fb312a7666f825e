"""Issues: the one open issue about a matter, known by its label, by a mark in its text and by who wrote it."""

from typing import Literal, NamedTuple

from mlplan.forge.client import GitHub
from mlplan.forge.comments import TRIES
from mlplan.forge.errors import Unclear
from mlplan.forge.labels import label_issue

Did = Literal["opened", "updated", "closed", "nothing"]


class Issue(NamedTuple):
    """An open issue."""

    number: int
    title: str
    body: str
    url: str


class Kept(NamedTuple):
    """What became of the issue."""

    did: Did
    number: int = 0
    url: str = ""


def own_issues(github: GitHub, marker: str, label: str, author: str) -> list[Issue]:
    """Return our open issues with a mark, oldest first."""
    query = {"state": "open", "labels": label, "sort": "created", "direction": "asc"}
    found = [
        Issue(int(one["number"]), str(one.get("title")), str(one.get("body") or ""), str(one.get("html_url") or ""))
        for one in github.pages(f"/repos/{github.repository}/issues", query)
        if "pull_request" not in one and str((one.get("user") or {}).get("login") or "").lower() == author.lower()
    ]
    return sorted(one for one in found if one.body.startswith(marker))


def keep_issue(github: GitHub, marker: str, label: str, author: str, title: str, body: str) -> Kept:
    """Make exactly one open issue of ours be about a matter, with this text."""
    found = own_issues(github, marker, label, author)
    opened = not found
    tries = 0
    while not found:
        tries += 1
        sent = _open(github, label, title, body)
        found = own_issues(github, marker, label, author) or sent
        if not found and tries == TRIES:
            raise Unclear("the issue was sent, and is not there", hint="run it again: it looks first what is there")
    first, *others = found
    if (first.title, first.body) != (title, body):
        _edit(github, first.number, {"title": title, "body": body})
    for one in others:
        _edit(github, one.number, {"state": "closed", "state_reason": "not_planned"})
    return Kept("opened" if opened else "updated", first.number, first.url)


def close_issue(github: GitHub, marker: str, label: str, author: str, why: str) -> Kept:
    """Close our issue about a matter, and say why; it is closed first, so that a stopped run says nothing twice."""
    found = own_issues(github, marker, label, author)
    for one in found:
        _edit(github, one.number, {"state": "closed", "state_reason": "completed"})
        try:
            path = f"/repos/{github.repository}/issues/{one.number}/comments"
            github.write("POST", path, {"body": why}, again=False)
        except Unclear:
            continue
    return Kept("closed", found[0].number, found[0].url) if found else Kept("nothing")


def _open(github: GitHub, label: str, title: str, body: str) -> list[Issue]:
    """Open an issue and return it; none when nobody knows whether it is there."""
    told = {"title": title, "body": body, "labels": [label]}
    try:
        made = github.write("POST", f"/repos/{github.repository}/issues", told, again=False)
    except Unclear:
        return []
    number = int(made["number"])
    if not any(one.get("name") == label for one in made.get("labels") or ()):
        label_issue(
            github, number, label
        )  # GitHub drops what a token may not set, without a word; then this is refused
    return [Issue(number, title, body, str(made.get("html_url") or ""))]


def _edit(github: GitHub, number: int, change: dict[str, str]) -> None:
    """Change an issue."""
    github.write("PATCH", f"/repos/{github.repository}/issues/{number}", change)
