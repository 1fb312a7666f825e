"""Approvals: who agreed to a plan, as the reviews of its pull request tell, with everybody who wrote it left out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mlplan.app.approval import assigned
from mlplan.app.ci.sticky import told
from mlplan.app.document import digest_of, moment
from mlplan.app.saved import Document
from mlplan.core.errors import Refused
from mlplan.forge.client import GitHub
from mlplan.forge.comments import me
from mlplan.forge.pulls import Pull, Review, Writers, is_member, parents, pull_of, reviews, writers

NO_TEAMS = "this token cannot tell; it takes one that may read the organization's members"


@dataclass(slots=True)
class Panel:
    """Everybody whose agreement could count for one pull request."""

    github: GitHub
    pull: Pull
    writers: Writers
    reviews: list[Review]
    made: str
    """When the plan was made; what was said before was said of another."""
    _teams: dict[tuple[str, str], bool | None] = field(default_factory=dict)

    def excluded(self) -> list[str]:
        """Return whoever wrote a part of it."""
        return sorted({self.pull.author.lower(), *self.writers.users} - {""})

    def agreed(self) -> list[Review]:
        """Return the people whose last word is that they agree, said of the last commit when there was this plan of it."""
        said = (one for one in self.reviews if one.state == "APPROVED" and one.person)
        return [one for one in said if one.commit == self.pull.head and one.at >= self.made]

    def able(self, one: Document) -> tuple[list[str], list[str]]:
        """Return who may be counted for a requirement, and why others are not."""
        names, notes = [], list(self._earlier(one))
        barred = set() if one["author"] == "allowed" else set(self.excluded())
        doubt = [] if one["author"] == "allowed" else list(self._doubts())
        for review in self.agreed():
            belongs = self._belongs(one, review.user)
            if belongs is None:
                notes.append(f"whether {review.user} is in {', '.join(one['from']['teams'])}: {NO_TEAMS}")
            elif belongs and review.user.lower() in barred:
                notes.append(f"{review.user} approved, and wrote or pushed a part of it")
            elif belongs and not doubt:
                names.append(review.user)
        return names, [*notes, *doubt]

    def _earlier(self, one: Document) -> Iterator[str]:
        """Yield who agreed to what is not the last commit any more, or to another plan of it."""
        for review in self.reviews:
            if review.state != "APPROVED" or not self._belongs(one, review.user):
                continue
            if review.commit != self.pull.head:
                yield f"{review.user} approved commit {review.commit[:12]}, and not the last one"
            elif review.at < self.made:
                yield f"{review.user} approved at {review.at}, before this plan was made ({self.made})"

    def _doubts(self) -> Iterator[str]:
        """Yield why nobody can tell who wrote it."""
        if not self.writers.whole:
            yield "who wrote it: GitHub does not tell all of its commits; split the pull request"
        for commit in self.writers.unknown[:3]:
            yield f"who wrote commit {commit[:12]}: its address belongs to no account"

    def _belongs(self, one: Document, user: str) -> bool | None:
        """Tell whether somebody is among those who may agree; None when it cannot be told."""
        if user.lower() in {name.lower() for name in one["from"]["users"]}:
            return True
        found = [self._member(team, user) for team in one["from"]["teams"]]
        return True if True in found else None if None in found else False

    def _member(self, team: str, user: str) -> bool | None:
        """Tell whether somebody is in a team, asking once."""
        key = (team, user.lower())
        if key not in self._teams:
            self._teams[key] = is_member(self.github, team, user)
        return self._teams[key]


def approvals(github: GitHub, document: Document, number: int | None, author: str, now: float) -> dict[str, Any]:
    """Return the record of who agreed to a plan; Refused when the plan is not of the last commit of the pull request."""
    pull = pull_of(github, number)
    _check_head(github, document, pull, author)
    panel = Panel(github, pull, writers(github, pull), reviews(github, pull.number), document["created"])
    wanted = document["approvals"]
    able = [panel.able(one) for one in wanted]
    counted = assigned(wanted, [names for names, _ in able]) if wanted else []
    by = {one.user: one for one in panel.agreed()}
    record = {
        "format_version": "1.0",
        "repository": github.repository,
        "pull_request": pull.number,
        "head": pull.head,
        "author": pull.author,
        "excluded": panel.excluded(),
        "project": document["project"],
        "environment": document["environment"],
        "plan": document["digest"],
        "made": moment(now),
        "approvals": [
            {
                **one,
                "given": [{"user": name, "review": by[name].id, "at": by[name].at} for name in names],
                "notes": notes,
            }
            for one, names, (_, notes) in zip(wanted, counted, able, strict=True)
        ],
    }
    return {**record, "digest": digest_of(record)}


def _check_head(github: GitHub, document: Document, pull: Pull, author: str) -> None:
    """Refuse a plan that was made of something else than the last commit.

    A run on a pull request plans a trial merge, one of whose parents is that commit. GitHub drops trial merges in time;
    then our comment, which names both plan and commit, has to do.
    """
    commit = (document["git"] or {}).get("commit", "")
    if commit and (commit == pull.head or pull.head in parents(github, commit)):
        return
    found = told(github, pull.number, document["project"], document["environment"], me(github, author))
    if found is None or (found.digest, found.head) != (document["digest"], pull.head):
        summary = f"the plan is of commit {commit[:12] or '?'}, and the last one of pull request {pull.number} is {pull.head[:12]}"
        raise Refused(summary, code="MLE783", hint="make the plan anew: what was approved is not what it plans")
