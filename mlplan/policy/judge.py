"""Judge: every rule over one plan; the same input gives the same results, whatever its order.

Rules on resources look at every declared resource. What fails on one that the plan leaves as it is gets
reported and stops nothing, because the plan did not cause it. So does what fails on a rollback: the version
was in place before, and going back to it is often what is needed now.

A rule that nobody has set reports what it cannot tell, and stops nothing; one that the policy denies does.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mlplan.core.policy import Card, Custom, Exemption, Gate, Level, Policy, Result, Scope, Setting
from mlplan.core.values import Values
from mlplan.policy import rules
from mlplan.policy.custom import made
from mlplan.policy.rule import Rule, Seen, Verdict

UNCHANGED = "The plan leaves it as it is, so this stops nothing."
BACK = "The alias goes back to a version that held it before, so this stops nothing."
WORST: tuple[Level, ...] = ("deny", "warn", "off")
"""Strictest first."""


_EVERYWHERE = Scope()


class Term(NamedTuple):
    """How a rule is to judge: its level, its options, and what counts when something is unknown."""

    setting: Setting
    level: Level
    options: Any


def judge(policy: Policy, document: Values, now: float, extra: Iterable[Rule] = ()) -> list[Result]:
    """Return what every rule says of a plan; `extra` are the rules of installed packages.

    `core.policy` tells what the document holds, and `now` is seconds since the epoch.
    """
    known = {**rules(), **{one.card.code: one for one in extra}}
    court = Court(policy, document, now)
    found = [result for one in known.values() if not one.card.gate for result in court.ruled(one)]
    found += [result for gate in policy.gates for result in court.gated(gate, known[gate.code])]
    found += [result for custom in policy.custom for result in court.custom(custom)]
    return sorted(found, key=lambda one: (one.code, one.address, one.summary, one.detail, one.level, one.blocks))


@dataclass(slots=True)
class Right:
    """All things that a rule finds right, told in one line."""

    first: tuple[Term, Seen, Verdict] | None = None
    number: int = 0
    level: Level = "off"

    def add(self, term: Term, seen: Seen, verdict: Verdict) -> None:
        """Count one more."""
        self.first = self.first or (term, seen, verdict)
        self.number += 1
        self.level = min(self.level, term.level, key=WORST.index)

    def told(self, first: Result) -> Result:
        """Return the result of the only one, or one that stands for all."""
        if self.number == 1:
            return first
        summary = f"{first.title} ({self.number} looked at)"
        return Result(first.code, first.title, self.level, "passed", summary=summary)


@dataclass(slots=True)
class Court:
    """One plan before the rules of one policy."""

    policy: Policy
    document: Values
    now: float
    environment: str = field(init=False)
    protected: bool = field(init=False)
    resources: list[Values] = field(init=False)
    changes: list[Values] = field(init=False)

    def __post_init__(self) -> None:
        """Read where the plan is for, and what there is to look at, by address."""
        self.environment = str(self.document.get("environment", ""))
        self.protected = self.document.get("protected") is True
        self.resources = sorted(_resources(self.document), key=_address)
        self.changes = sorted(self.document.get("changes") or (), key=_address)

    def ruled(self, one: Rule) -> Iterator[Result]:
        """Yield the results of a rule that is set under `rules`, or left at its default."""
        terms = [self._term(one.card, setting) for setting in self.policy.settings.get(one.card.code, ())]
        terms.append(self._term(one.card, Setting(unknown="allow")))
        yield from self._results(one, terms)

    def custom(self, custom: Custom) -> Iterator[Result]:
        """Yield the results of a rule of the project's own."""
        setting = Setting(custom.level, custom.scope, custom.unknown)
        yield from self._results(made(custom), [Term(setting, custom.level, None)])

    def gated(self, gate: Gate, one: Rule) -> Iterator[Result]:
        """Yield the results of a gate, one for each promotion that it guards."""
        term = Term(Setting(gate.level, unknown=gate.unknown), gate.level, _options(one.card, gate.options))
        for subject in self._subjects(one):
            if gate.guards(self.environment, str(subject.get("model", "")), str(subject.get("alias", ""))):
                seen = Seen(subject, self.document, self.now, term.options)
                yield from (self._result(one.card, term, seen, verdict) for verdict in one.judge(seen))

    def _term(self, card: Card, setting: Setting) -> Term:
        """Return how a rule judges under a setting."""
        return Term(setting, level_of(card, setting, protected=self.protected), _options(card, setting.options))

    def _results(self, one: Rule, terms: list[Term]) -> Iterator[Result]:
        """Yield what is wrong, thing by thing, and in one line how many things are right."""
        if all(term.level == "off" for term in terms):
            return
        right = Right()
        for subject in self._subjects(one):
            term = self._fitting(terms, subject)
            if term is None or term.level == "off":
                continue
            seen = Seen(subject, self.document, self.now, term.options)
            for verdict in one.judge(seen):
                if verdict.outcome != "passed" or one.card.subject == "promotion":
                    yield self._result(one.card, term, seen, verdict)
                else:
                    right.add(term, seen, verdict)
        if right.first is not None:
            yield right.told(self._result(one.card, *right.first))

    def _fitting(self, terms: list[Term], subject: Values) -> Term | None:
        """Return the first term whose scope holds a subject."""
        address = str(subject.get("address", ""))
        for term in terms:
            if term.setting.scope == _EVERYWHERE or term.setting.scope.covers(self.environment, address):
                return term
        return None

    def _subjects(self, one: Rule) -> Iterator[Values]:
        """Yield what a rule looks at, in the order of names."""
        document, subject = self.document, one.card.subject
        if subject == "plan":
            yield document
        elif subject == "promotion":
            evidence: Mapping[str, Values] = document.get("evidence") or {}
            yield from (evidence[name] for name in sorted(evidence))
        else:
            made = self.resources if subject == "resource" else self.changes
            yield from (found for found in made if not one.kinds or found.get("kind") in one.kinds)

    def _result(self, card: Card, term: Term, seen: Seen, verdict: Verdict) -> Result:
        """Return a verdict as it stands in the plan, with what excuses it."""
        exempt = self._exemption(card.code, seen.address) if verdict.outcome in ("failed", "unknown") else None
        excused = exempt is not None and not exempt.expired(self.now)
        outcome = "excepted" if excused else verdict.outcome
        bad = outcome == "failed" or (outcome == "unknown" and term.setting.unknown == "deny")
        harmless = _harmless(card, seen)
        told = [verdict.detail, harmless if bad and term.level == "deny" else ""]
        if exempt and not excused:
            told.append(f"The exception for it expired on {exempt.expires}: {exempt.reason}")
        return Result(
            code=card.code,
            title=card.title,
            level=term.level,
            outcome=outcome,
            address=seen.address,
            summary=verdict.summary or card.title,
            detail="\n".join(part for part in told if part),
            hint=verdict.hint,
            blocks=bad and term.level == "deny" and not harmless,
            exception=exempt,
            about=str(getattr(term.options, "metric", "")),
        )

    def _exemption(self, code: str, address: str) -> Exemption | None:
        """Return what is said of a failure under `exceptions`: what still holds before what expired, the latest first."""
        found = [one for one in self.policy.exceptions if one.excuses(code, self.environment, address)]
        return max(found, key=lambda one: (one.expires, one.reason, one.approved_by), default=None)


def level_of(card: Card, setting: Setting, *, protected: bool) -> Level:
    """Return a rule's level under a setting; where no environment is named, its own place decides."""
    if not setting.scope.environments and not card.everywhere and not protected:
        return "off"
    return setting.level or card.level


def _harmless(card: Card, seen: Seen) -> str:
    """Return why a failure stops nothing, whatever its level; nothing when it may."""
    if card.subject == "resource" and seen.subject.get("action") == "no-op":
        return UNCHANGED
    return BACK if card.subject == "promotion" and seen.rollback else ""


def _options(card: Card, given: Values) -> Any:
    """Return a rule's options as its model."""
    return card.options.model_validate(given) if card.options else None


def _resources(document: Values) -> Iterator[Values]:
    """Yield every declared resource that stays, with its address."""
    for address, found in (document.get("resources") or {}).items():
        if found.get("action") not in ("delete", "forget"):
            yield {**found, "address": address}


def _address(found: Values) -> str:
    """Return what a resource or change is sorted by."""
    return str(found.get("address", ""))
