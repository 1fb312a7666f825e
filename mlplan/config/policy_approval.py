"""Policy approval: what the types of an approval's fields cannot tell: who could give it at all, and kinds."""

import re
from collections.abc import Collection, Iterator

from mlplan.config.validate import Fault
from mlplan.config.words import listed, suggest
from mlplan.core.values import Values
from mlplan.kinds import KINDS

_TEAM = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}/[a-z0-9][a-z0-9._-]{0,99}")
_LOGIN = re.compile(r"[A-Za-z0-9](?:[-_]?[A-Za-z0-9]){0,99}")


def faults_of_approval(block: Values, before: Collection[str]) -> Iterator[Fault]:
    """Yield what is wrong with an approval: nobody who could give it, a name that another one has, no such kind."""
    yield from _givers(_texts(block.get("users")), _texts(block.get("teams")), block.get("count"))
    if block.get("name") in before:
        yield Fault(("name",), "MLE335", f"the name {block['name']} is taken", "give each approval a name of its own")
    for place, kind in enumerate(_texts(block.get("kinds"))):
        if kind not in KINDS:
            hint = suggest(kind, KINDS) or f"there are {listed(KINDS)}"
            yield Fault(("kinds", place), "MLE336", f"there is no kind `{kind[:60]}`", hint)


def _givers(users: list[str], teams: list[str], count: object) -> Iterator[Fault]:
    """Yield what is wrong with the people who may agree."""
    if not users and not teams:
        hint = "name `users`, `teams` (each as organization/team), or both"
        yield Fault(("name",), "MLE332", "nobody is named who could approve", hint)
    for place, team in enumerate(teams):
        if not _TEAM.fullmatch(team):
            hint = "write organization/team, as in its address on GitHub"
            yield Fault(("teams", place), "MLE333", f"`{team[:60]}` cannot be a team", hint)
    for place, user in enumerate(users):
        if not _LOGIN.fullmatch(user):
            hint = "write the account's name, without @; teams stand under `teams`"
            yield Fault(("users", place), "MLE333", f"`{user[:60]}` cannot be an account", hint)
    people = len({one.lower() for one in users})
    if users and not teams and isinstance(count, int) and count > people:
        told = f"{count} approvals are asked for, and {people} can give one"
        yield Fault(("count",), "MLE334", told, "name more people, or ask for fewer")


def _texts(found: object) -> list[str]:
    """Return the texts of a list."""
    return [str(one) for one in found] if isinstance(found, list) else []
