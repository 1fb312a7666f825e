"""Rule: the interface of every rule, built in or installed; a rule is a function with a card.

A rule sees one subject and yields its verdicts: nothing when it has nothing to do with the subject.
It reads plain values and decides; it never asks a platform, and the moment comes to it as a value.
Authors of other rules offer theirs under the entry point group `mlplan.rules`:

    @rule("ACME001", "endpoints name their team", "resource", kinds=("serving_endpoint",))
    def names_a_team(seen: Seen) -> Iterator[Verdict]:
        team = any(one["key"] == "team" for one in seen.values.get("tags", ()))
        yield passed() if team else failed("the endpoint has no tag `team`", hint="add one")
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from mlplan.core.kind import Model
from mlplan.core.policy import Card, Level, Outcome, Subject
from mlplan.core.values import Values


class Verdict(NamedTuple):
    """What a rule says of one subject."""

    outcome: Outcome
    summary: str = ""
    detail: str = ""
    hint: str = ""


def passed(summary: str = "") -> Verdict:
    """Say that the subject is as it should be."""
    return Verdict("passed", summary)


def failed(summary: str, *, detail: str = "", hint: str = "") -> Verdict:
    """Say what is wrong, and what to do."""
    return Verdict("failed", summary, detail, hint)


def unknown(summary: str, *, detail: str = "", hint: str = "") -> Verdict:
    """Say what could not be told, and why."""
    return Verdict("unknown", summary, detail, hint)


@dataclass(frozen=True, slots=True)
class Seen:
    """One subject and all that stands around it."""

    subject: Values
    """A resource, a change, a promotion's dossier, or the plan."""
    plan: Values
    """The whole input; `core.policy` tells its parts."""
    now: float
    options: Any = None
    """The rule's own options, as their model."""

    @property
    def address(self) -> str:
        """Return what results name; a plan as a whole has no address."""
        return str(self.subject.get("address", ""))

    @property
    def values(self) -> Values:
        """Return the declared fields of a resource."""
        return self.subject.get("values") or {}

    @property
    def before(self) -> Values:
        """Return the live fields of a resource; none when there is no object yet."""
        return self.subject.get("before") or {}

    @property
    def environment(self) -> str:
        """Return the environment's name."""
        return str(self.plan.get("environment", ""))

    @property
    def after(self) -> Values:
        """Return what is known of the version that a promotion leads to."""
        return self._version("to")

    @property
    def replaced(self) -> Values:
        """Return what is known of the version that a promotion leads away from."""
        return self._version("from")

    @property
    def rollback(self) -> bool:
        """Tell whether an alias goes back to a version that held it before."""
        return self.subject.get("move") in ("rollback", "put back")

    def _version(self, side: str) -> Values:
        """Return what is known of a version of a promotion."""
        versions: Values = self.subject.get("versions") or {}
        return versions.get(str(self.subject.get(side))) or {}

    def gap(self, *pieces: str) -> str:
        """Return why a piece of the new version's evidence is not known; nothing when it is."""
        number = self.subject.get("to")
        if not self.after:
            told = (self.subject.get("unknown") or {}).get(f"v{number}")
            return str(told or f"nothing is known of v{number}")
        unread: Values = self.after.get("unknown") or {}
        return next((str(unread[piece]) for piece in pieces if piece in unread), "")


Judge = Callable[[Seen], Iterable[Verdict]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its card and the function that judges."""

    card: Card
    judge: Judge
    kinds: tuple[str, ...] = ()
    """The kinds of resources and changes that it looks at; none means all."""


def rule(  # noqa: PLR0913 - a card has as many sides
    code: str,
    title: str,
    subject: Subject,
    *,
    level: Level = "warn",
    kinds: tuple[str, ...] = (),
    everywhere: bool = False,
    options: type[Model] | None = None,
    gate: bool = False,
) -> Callable[[Judge], Rule]:
    """Make a rule of the function that judges."""
    return lambda judge: Rule(Card(code, title, subject, level, everywhere, options, gate), judge, kinds)
