"""Pulls: the pull request that a run is about, and who wrote, committed and reviewed it."""

import re
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.forge.client import GitHub, part
from mlplan.forge.errors import Forbidden, Missing
from mlplan.forge.run import HEADS

GITHUB_ITSELF = "web-flow"
"""Who commits what is merged or edited on GitHub's pages; it writes nothing, so that as an author it hides one."""
DECIDES = frozenset({"APPROVED", "CHANGES_REQUESTED", "DISMISSED"})
"""States of a review that take the place of the same person's earlier ones; a comment does not."""
_CO_AUTHOR = re.compile(
    r"^[ \t]*co-authored-by[ \t]*:.*<(?:\d+\+)?([\w-]+)@users\.noreply\.[\w.-]+>", re.IGNORECASE | re.MULTILINE
)


class Pull(NamedTuple):
    """A pull request."""

    number: int
    head: str
    """Its last commit."""
    branch: str
    """The branch of this repository that it is; nothing for one of a fork."""
    author: str
    commits: int
    merged: str
    """The commit that it became, or nothing."""


class Review(NamedTuple):
    """What one person thinks of a pull request by now."""

    user: str
    state: str
    commit: str
    """The last commit that the person saw."""
    id: int
    at: str
    person: bool
    """Whether it is a person and not a program."""


class Writers(NamedTuple):
    """Who made the commits of a pull request."""

    users: frozenset[str]
    unknown: tuple[str, ...]
    """Commits whose author or committer has no account that GitHub knows."""
    whole: bool
    """Whether these are all of its commits: GitHub tells no more than 250."""


def pull_of(github: GitHub, number: int | None = None) -> Pull:
    """Return the pull request of this number, of the event, or that which became the commit of the run; else Mistake."""
    number = number or github.run.pull
    if number is None:
        number = _merged_as(github, github.run.sha)
    found = github.get(f"/repos/{github.repository}/pulls/{number}")
    return Pull(
        number=int(found["number"]),
        head=str(found["head"]["sha"]),
        branch=str(found["head"].get("ref") or "") if _is_here(github, found["head"]) else "",
        author=_login(found.get("user")),
        commits=int(found.get("commits") or 0),
        merged=str(found.get("merge_commit_sha") or "") if found.get("merged_at") else "",
    )


def parents(github: GitHub, commit: str) -> tuple[str, ...]:
    """Return the parents of a commit, also of a trial merge; none when GitHub has dropped it."""
    try:
        found = github.get(f"/repos/{github.repository}/git/commits/{part(commit)}")
    except Missing:
        return ()
    return tuple(str(one["sha"]) for one in found.get("parents") or ())


def reviews(github: GitHub, number: int) -> list[Review]:
    """Return the last deciding review of each person."""
    last: dict[str, Review] = {}
    for one in github.pages(f"/repos/{github.repository}/pulls/{number}/reviews"):
        user = one.get("user") or {}
        made = Review(
            user=_login(user),
            state=str(one.get("state")).upper(),
            commit=str(one.get("commit_id") or ""),
            id=int(one.get("id") or 0),
            at=str(one.get("submitted_at") or ""),
            person=user.get("type") == "User",
        )
        if made.user and made.state in DECIDES:
            known = last.get(made.user.lower())
            if known is None or (made.at, made.id) > (known.at, known.id):
                last[made.user.lower()] = made
    return list(last.values())


def writers(github: GitHub, pull: Pull) -> Writers:
    """Return everybody who wrote, committed or pushed a part of a pull request, in lower case."""
    users, unknown, seen = set[str](), [], set[str]()
    for one in github.pages(f"/repos/{github.repository}/pulls/{pull.number}/commits"):
        seen.add(str(one.get("sha")))
        author, committer = _login(one.get("author")), _login(one.get("committer"))
        users |= {name.lower() for name in (author, committer) if name and name != GITHUB_ITSELF}
        users |= {name.lower() for name in _CO_AUTHOR.findall(str((one.get("commit") or {}).get("message") or ""))}
        if not author or not committer or author == GITHUB_ITSELF:
            unknown.append(str(one.get("sha")))
    users |= {name.lower() for name in _pushers(github, pull, seen)}
    return Writers(frozenset(users), tuple(unknown), len(seen) >= pull.commits)


def _pushers(github: GitHub, pull: Pull, commits: Collection[str]) -> set[str]:
    """Return who pushed commits to the branch of a pull request; a commit says of its author what it likes.

    Older servers do not tell, and then nobody is added: https://docs.github.com/rest/repos/repos#list-repository-activities.
    """
    if not pull.branch:
        return set()
    path, query = f"/repos/{github.repository}/activity", {"ref": f"{HEADS}{pull.branch}"}
    try:
        found = [one for one in github.pages(path, query) if str(one.get("after")) in commits]
    except (Forbidden, Missing):
        return set()
    return {_login(one.get("actor")) for one in found} - {"", GITHUB_ITSELF}


def is_member(github: GitHub, team: str, user: str) -> bool | None:
    """Tell whether somebody is in a team, `organization/slug`; None when the token may not read teams."""
    organization, _, slug = team.partition("/")
    root = f"/orgs/{part(organization)}/teams/{part(slug)}"
    try:
        found = github.find(f"{root}/memberships/{part(user)}")
        if found is not None:
            return bool(found.get("state") == "active")
        # 404 says either that the person is not in it, or that nobody tells us: who sees the team itself is told.
        return None if github.find(root) is None else False
    except Forbidden:
        return None


def _merged_as(github: GitHub, sha: str) -> int:
    """Return the number of the one pull request that was merged as a commit."""
    hint = "run it for a pull request or after a merge, or give the number: --pr N"
    if not sha:
        raise Mistake(
            Diagnostic("MLE778", "there is no pull request: neither an event nor a commit is known", hint=hint)
        )
    found = [one for one in _candidates(github, sha) if one.get("merged_at") and _went_to(github, one)]
    exact = [one for one in found if one.get("merge_commit_sha") == sha]
    chosen = exact or found
    if len(chosen) != 1:
        told = (
            f"{len(chosen)} merged pull requests hold commit {sha[:12]}"
            if chosen
            else f"commit {sha[:12]} came by no pull request"
        )
        raise Mistake(Diagnostic("MLE778", told, hint=hint))
    return int(chosen[0]["number"])


def _candidates(github: GitHub, sha: str) -> Iterator[Any]:
    """Yield the pull requests that hold a commit."""
    yield from github.pages(f"/repos/{github.repository}/commits/{part(sha)}/pulls")


def _went_to(github: GitHub, pull: Any) -> bool:
    """Tell whether a pull request went to the branch that was pushed to: the same commit can be merged elsewhere, too."""
    base = pull.get("base") or {}
    return _is_here(github, base) and github.run.branch in ("", base.get("ref"))


def _is_here(github: GitHub, side: Any) -> bool:
    """Tell whether a side of a pull request is a branch of this repository."""
    return str((side.get("repo") or {}).get("full_name") or "").lower() == github.repository.lower()


def _login(user: Any) -> str:
    """Return the name of an account; nothing for one that is not known."""
    return str(user.get("login") or "") if isinstance(user, dict) else ""
