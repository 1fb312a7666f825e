"""Membership: who is in groups, asked level by level, as groups hold groups."""

from collections.abc import Iterable

from mlplan.core.provider import KnowsGroups
from mlplan.evidence.world import may_be_group


def memberships(provider: object, names: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the direct members of each of these groups that is known, and of the groups in them.

    A provider that knows no groups answers nothing. Each level of nesting is one question.
    """
    found: dict[str, frozenset[str]] = {}
    if not isinstance(provider, KnowsGroups):
        return found
    asked: set[str] = set()
    waiting = {name for name in names if may_be_group(name)}
    while waiting:
        asked |= waiting
        answer = provider.members(sorted(waiting))
        found.update(answer)
        waiting = {name for members in answer.values() for name in members if may_be_group(name)} - asked
    return found
