"""Routes: what GitHub answers to the requests that mlplan makes."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from mlplan.testing.forge.hub import Hub, Json, user


class Call(NamedTuple):
    """One request, and who makes it."""

    hub: Hub
    who: str
    query: dict[str, str]
    body: Any
    names: tuple[str, ...]
    """The variable parts of the path."""
    teams: bool
    """Whether the token may read teams."""


class Refusal(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Route(NamedTuple):
    """A method and a path, and what answers to it."""

    method: str
    path: re.Pattern[str]
    answer: Callable[[Call], Any]
    status: int = 200


def found(method: str, path: str, repository: str) -> tuple[Route, tuple[str, ...]] | None:
    """Return the route of a request and the variable parts of its path."""
    inner = path.removeprefix(f"/repos/{repository}") if path.startswith(f"/repos/{repository}/") else path
    for route in ROUTES:
        match = route.path.fullmatch(inner)
        if match and route.method == method:
            return route, match.groups()
    return None


def _there(table: dict[Any, Any], key: Any) -> Any:
    """Return what a table holds, or refuse."""
    if key not in table:
        raise Refusal(404, "Not Found")
    return table[key]


def _pulls_of(call: Call) -> list[Json]:
    """Return the pull requests that a commit belongs to."""
    sha = call.names[0]
    _there(call.hub.commits, sha)
    return [
        one
        for number, one in call.hub.pulls.items()
        if one["merge_commit_sha"] == sha or any(each["sha"] == sha for each in call.hub.written[number])
    ]


def _note(call: Call) -> Json:
    """Write a comment."""
    number = int(call.names[0])
    if number not in call.hub.pulls and number not in call.hub.issues:
        raise Refusal(404, "Not Found")
    return call.hub.note(number, call.who, _text(call))


def _text(call: Call) -> str:
    """Return the text of a comment; GitHub takes no longer one."""
    body = str(call.body["body"])
    if len(body) > 65_536:  # noqa: PLR2004
        raise Refusal(422, "Body is too long (maximum is 65536 characters)")
    return body


def _comment(call: Call) -> Json:
    """Return a comment by its number."""
    every = {one["id"]: one for found in call.hub.notes.values() for one in found}
    made: Json = _there(every, int(call.names[0]))
    return made


def _edit(call: Call) -> Json:
    """Change a comment."""
    one = _comment(call)
    one["body"] = _text(call)
    return one


def _remove(call: Call) -> None:
    """Take a comment down."""
    one = _comment(call)
    for notes in call.hub.notes.values():
        notes[:] = [each for each in notes if each is not one]


def _label(call: Call) -> list[Json]:
    """Put labels on."""
    number = int(call.names[0])
    there = call.hub.labels.setdefault(number, [])
    there += [name for name in call.body["labels"] if name not in there]
    if number in call.hub.issues:
        call.hub.issues[number]["label_names"] = list(there)
    return [{"name": name} for name in there]


def _unlabel(call: Call) -> None:
    """Take a label off."""
    there = call.hub.labels.get(int(call.names[0]), [])
    if call.names[1] not in there:
        raise Refusal(404, "Label does not exist")
    there.remove(call.names[1])


def _status(call: Call) -> Json:
    """Set a status."""
    made = {**call.body, "creator": user(call.who)}
    call.hub.statuses.setdefault(call.names[0], []).append(made)
    return made


def _issues(call: Call) -> list[Json]:
    """Return issues; pull requests are issues, too."""
    wanted, state = call.query.get("labels", ""), call.query.get("state", "open")
    return [
        one
        for one in call.hub.issues.values()
        if one["state"] == state and (not wanted or wanted in one["label_names"])
    ]


def _open(call: Call) -> Json:
    """Open an issue."""
    number = call.hub.number()
    made = {
        "number": number,
        "title": call.body["title"],
        "body": _text(call),
        "state": "open",
        "user": user(call.who),
        "label_names": [] if call.hub.drops_labels else list(call.body.get("labels") or ()),
        "html_url": f"https://github.com/{call.hub.repository}/issues/{number}",
    }
    call.hub.issues[number] = made
    return {**made, "labels": [{"name": name} for name in made["label_names"]]}


def _change(call: Call) -> Json:
    """Change an issue."""
    made: Json = _there(call.hub.issues, int(call.names[0]))
    made.update(call.body)
    return made


def _artifacts(call: Call) -> Json:
    """Return artifacts by name, newest first."""
    made = [one for one in reversed(call.hub.artifacts) if one["name"] == call.query.get("name", one["name"])]
    return {"total_count": len(made), "artifacts": made}


def _activity(call: Call) -> list[Json]:
    """Return who pushed to a branch."""
    if call.hub.activity is None:
        raise Refusal(404, "Not Found")
    return [one for one in call.hub.activity if one["ref"] == call.query.get("ref", one["ref"])]


def _membership(call: Call) -> Json:
    """Return somebody's place in a team."""
    organization, slug, login = call.names
    members = _team(call, organization, slug)
    if login.lower() not in {one.lower() for one in members}:
        raise Refusal(404, "Not Found")
    return {"state": "active", "role": "member"}


def _team(call: Call, organization: str, slug: str) -> set[str]:
    """Return a team; a token that may not read teams is told that there is none."""
    if not call.teams:
        raise Refusal(403, "Resource not accessible by integration")
    made: set[str] = _there(call.hub.teams, f"{organization}/{slug}")
    return made


def _named(call: Call) -> list[Json]:
    """Return the labels of an issue or a pull request."""
    return [{"name": name} for name in call.hub.labels.get(int(call.names[0]), [])]


ROUTES = tuple(
    Route(method, re.compile(path), answer, status)
    for method, path, answer, status in (
        ("GET", r"/user", lambda call: user(call.who), 200),
        ("GET", r"/pulls/(\d+)", lambda call: _there(call.hub.pulls, int(call.names[0])), 200),
        ("GET", r"/pulls/(\d+)/reviews", lambda call: call.hub.reviews.get(int(call.names[0]), []), 200),
        ("GET", r"/pulls/(\d+)/commits", lambda call: _there(call.hub.written, int(call.names[0])), 200),
        ("GET", r"/commits/(\w+)/pulls", _pulls_of, 200),
        ("GET", r"/activity", _activity, 200),
        ("GET", r"/git/commits/(\w+)", lambda call: _there(call.hub.commits, call.names[0]), 200),
        ("GET", r"/issues/(\d+)/comments", lambda call: call.hub.comments(int(call.names[0])), 200),
        ("POST", r"/issues/(\d+)/comments", _note, 201),
        ("PATCH", r"/issues/comments/(\d+)", _edit, 200),
        ("DELETE", r"/issues/comments/(\d+)", _remove, 204),
        ("GET", r"/issues/(\d+)/labels", _named, 200),
        ("POST", r"/issues/(\d+)/labels", _label, 200),
        ("DELETE", r"/issues/(\d+)/labels/([^/]+)", _unlabel, 200),
        ("POST", r"/statuses/(\w+)", _status, 201),
        ("GET", r"/issues", _issues, 200),
        ("POST", r"/issues", _open, 201),
        ("PATCH", r"/issues/(\d+)", _change, 200),
        ("GET", r"/actions/artifacts", _artifacts, 200),
        ("GET", r"/actions/runs/(\d+)", lambda call: _there(call.hub.runs, int(call.names[0])), 200),
        ("GET", r"/orgs/([^/]+)/teams/([^/]+)/memberships/([^/]+)", _membership, 200),
        ("GET", r"/orgs/([^/]+)/teams/([^/]+)", lambda call: {"members": len(_team(call, *call.names))}, 200),
    )
)
