"""Book: all rules that a project can set: those built in, and those of the distributions that it names.

A distribution offers rules under the entry point group `mlplan.rules`: each entry point leads to one rule
or to several. One that the policy does not name is never imported, however it came to be installed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from mlplan.core.kind import Problem
from mlplan.core.policy import OWN_CODE, Card, Subject
from mlplan.policy import expression, rules
from mlplan.policy.rule import Rule

GROUP: Final = "mlplan.rules"


class Book:
    """The rules of one run; distributions are loaded when they are first named."""

    def __init__(self) -> None:
        """Begin with the rules that are built in."""
        self._loaded: dict[str, tuple[dict[str, Rule], str]] = {}

    def cards(self, plugins: Sequence[str]) -> tuple[Mapping[str, Card], list[Problem]]:
        """Return every rule by code, and what is wrong with distributions, by their place in the list."""
        known = dict(rules())
        problems: list[Problem] = []
        for place, name in enumerate(plugins):
            found, problem = self._distribution(name)
            twice = sorted(found.keys() & known.keys())
            if problem or twice:
                problems.append(Problem((place,), problem or f"{name} brings {twice[0]}, which is there already"))
            else:
                known |= found
        return {code: one.card for code, one in known.items()}, problems

    def installed(self, plugins: Sequence[str]) -> list[Rule]:
        """Return the rules of the named distributions, for judging."""
        return [one for name in plugins for one in self._distribution(name)[0].values()]

    def refusal(self, text: str, subject: Subject) -> str:
        """Return why an expression cannot be used for a subject, or nothing."""
        return expression.refusal(text, subject)

    def missing(self) -> str:
        """Return what to install before expressions can be used, or nothing."""
        return expression.missing()

    def _distribution(self, name: str) -> tuple[dict[str, Rule], str]:
        """Return the rules of a distribution by code, and what is wrong with them."""
        if name not in self._loaded:
            self._loaded[name] = _load(name)
        return self._loaded[name]


def _load(name: str) -> tuple[dict[str, Rule], str]:
    """Import what a distribution offers."""
    offered = [one for one in entry_points(group=GROUP) if one.dist and _plain(one.dist.name) == _plain(name)]
    if not offered:
        return {}, f"no installed distribution {name} offers rules"
    found: dict[str, Rule] = {}
    for point in sorted(offered, key=lambda one: one.name):
        try:
            for one in _rules(point):
                if one.card.code in found or not OWN_CODE.fullmatch(one.card.code):
                    return {}, f"{name} has a rule with the code {one.card.code}, which is taken or not of its own"
                found[one.card.code] = one
        except Exception as error:  # noqa: BLE001 - other people's code may fail in any way
            return {}, f"the rules of {name} cannot be loaded: {type(error).__name__}: {error}"
    return found, ""


def _rules(point: EntryPoint) -> Iterator[Rule]:
    """Yield the rules behind an entry point; TypeError when it leads to something else."""
    target: object = point.load()
    for one in [target] if isinstance(target, Rule) or not isinstance(target, Iterable) else target:
        if not isinstance(one, Rule):
            raise TypeError(f"{point.value} is not a rule")
        yield one


def _plain(name: str) -> str:
    """Return a distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
