"""Policy: what a project asks of its plans, and what came of asking; no rule itself is here.

A rule is judged over one plain JSON value, the plan document, with three parts more:

- `changes`, `summary`, `environment`, `protected`, `evidence`, `access`, `git`, `mode`: as plans are saved.
- `resources`: every declared resource by address, unchanged ones too: `{"kind", "id", "action", "values",
  "before", "needs"}`. `values` are the declared fields with references resolved where they are known;
  `entity_version` stays as declared, so that `@champion` can be told from a number. `before` is the live
  object, or null.
- `environments`: each environment of the project: `{"protected": bool, "catalogs": [names]}`.
- in a dossier of `evidence`, `origin` is the same version in another environment: `{"environment", "model",
  "version", "held": [{"alias", "since", "until"}], "matched_by"}`, or null; `held` lists the aliases that the
  version had in this environment, in the same form.

Whatever is missing is unknown to the rules that need it. Results hold no text that depends on the moment
of judging, so that a plan and its apply say the same.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Literal, NamedTuple, Protocol

from mlplan.core.kind import Model, Problem
from mlplan.core.values import Values

OWN_CODE = re.compile(r"(?!ML[EP][0-9])[A-Z][A-Z0-9]{1,15}[0-9]{2,4}")
"""The codes of rules from elsewhere; MLP and MLE are mlplan's own."""
Level = Literal["off", "warn", "deny"]
Outcome = Literal["passed", "failed", "unknown", "excepted"]
OUTCOMES: tuple[Outcome, ...] = ("failed", "unknown", "excepted", "passed")
"""Worst first."""
Subject = Literal["resource", "change", "promotion", "plan"]
"""What a rule looks at, one at a time."""
Reading = Literal["deny", "allow"]
"""Whether what cannot be known counts as failed."""


class Scope(NamedTuple):
    """Where something applies; patterns as in file names, and none means everywhere."""

    environments: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()

    def covers(self, environment: str, address: str) -> bool:
        """Tell whether it applies to a resource of an environment."""
        return matches(self.environments, environment) and matches(self.resources, address)


def matches(patterns: Iterable[str], name: str) -> bool:
    """Tell whether a name fits any of the patterns; no pattern at all fits every name."""
    wanted = tuple(patterns)
    return not wanted or any(fnmatchcase(name, one) for one in wanted)


class Setting(NamedTuple):
    """How one rule is set within a scope; None leaves the level to the rule."""

    level: Level | None = None
    scope: Scope = Scope()
    unknown: Reading = "deny"
    options: Values = {}


class Gate(NamedTuple):
    """What the promotion of an alias must fulfil: a rule with its options."""

    code: str
    level: Level = "deny"
    alias: str = "*"
    model: str = "*"
    environments: tuple[str, ...] = ()
    unknown: Reading = "deny"
    options: Values = {}

    def guards(self, environment: str, model: str, alias: str) -> bool:
        """Tell whether it applies to the move of an alias."""
        named = fnmatchcase(alias, self.alias) and fnmatchcase(model, self.model)
        return named and matches(self.environments, environment)


class Custom(NamedTuple):
    """A rule of the project's own: an expression that must hold."""

    code: str
    title: str
    subject: Subject
    check: str
    when: str = ""
    message: str = ""
    hint: str = ""
    level: Level = "deny"
    scope: Scope = Scope()
    unknown: Reading = "deny"


@dataclass(frozen=True, slots=True)
class Approval:
    """An entry of `approvals`: who has to agree to which changes before they are applied."""

    name: str
    users: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    """Each organization/team; whoever is in one of them, or among the users, may agree."""
    count: int = 1
    environments: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    allow_author: bool = False
    distinct: bool = False
    """Nobody who is counted for it is counted for another one."""

    def concerns(self, environment: str, change: Mapping[str, object]) -> bool:
        """Tell whether it is asked for a change of a plan document."""
        asked = ((self.kinds, "kind"), (self.actions, "action"), (self.risks, "risk"), (self.resources, "address"))
        return matches(self.environments, environment) and all(
            matches(want, str(change.get(name, ""))) for want, name in asked
        )

    def about(self) -> Values:
        """Return which changes it is asked for, apart from the environment; every part that is empty means all."""
        return {name: list(getattr(self, name)) for name in ("kinds", "resources", "actions", "risks")}

    def required(self, addresses: Sequence[str]) -> Values:
        """Return the form that plan documents carry."""
        return {
            "name": self.name,
            "from": {"users": list(self.users), "teams": list(self.teams)},
            "count": self.count,
            "addresses": list(addresses),
            "author": "allowed" if self.allow_author else "excluded",
            "distinct": self.distinct,
        }


class Exemption(NamedTuple):
    """An entry of `exceptions`: a failure that is accepted for a reason and until a day."""

    rule: str
    resource: str
    reason: str
    expires: str
    """The last day on which it holds, in UTC: 2026-12-31."""
    approved_by: str = ""
    environments: tuple[str, ...] = ()

    def excuses(self, code: str, environment: str, address: str) -> bool:
        """Tell whether it is about this failure, expired or not."""
        about = self.rule == code and fnmatchcase(address, self.resource)
        return about and matches(self.environments, environment)

    def expired(self, now: float) -> bool:
        """Tell whether its last day is over."""
        return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d") > self.expires

    def as_json(self) -> dict[str, object]:
        """Return the form that results carry."""
        return {"reason": self.reason, "expires": self.expires, "approved_by": self.approved_by}


@dataclass(frozen=True, slots=True)
class Policy:
    """All that a policy file says; an empty one leaves every rule at its default."""

    settings: Mapping[str, tuple[Setting, ...]] = field(default_factory=dict)
    """By code; of several, the first whose scope fits."""
    gates: tuple[Gate, ...] = ()
    custom: tuple[Custom, ...] = ()
    exceptions: tuple[Exemption, ...] = ()
    approvals: tuple[Approval, ...] = ()
    plugins: tuple[str, ...] = ()
    """Distributions whose rules may be loaded."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one rule, for one thing or for all that it looked at."""

    code: str
    title: str
    level: Level
    outcome: Outcome
    address: str = ""
    summary: str = ""
    detail: str = ""
    hint: str = ""
    blocks: bool = False
    """Whether apply refuses because of it."""
    exception: Exemption | None = None
    """What excuses the failure, or did so until it expired."""
    about: str = ""
    """The figure that it is about, where it is about one."""

    def as_json(self) -> dict[str, object]:
        """Return the form that plan documents carry."""
        return {
            "code": self.code,
            "title": self.title,
            "level": self.level,
            "outcome": self.outcome,
            "address": self.address,
            "summary": self.summary,
            "detail": self.detail,
            "hint": self.hint,
            "blocks": self.blocks,
            "exception": self.exception.as_json() if self.exception else None,
            "about": self.about,
        }


class Card(NamedTuple):
    """What is known of a rule without judging anything."""

    code: str
    title: str
    subject: Subject
    level: Level = "warn"
    """Where it applies and nothing else is said."""
    everywhere: bool = False
    """Whether it applies beyond protected environments when no environment is named."""
    options: type[Model] | None = None
    gate: bool = False
    """It needs a number, a name or the like, and is turned on under `gates`."""


class Rulebook(Protocol):
    """All rules that a project can set, and the language of its own."""

    def cards(self, plugins: Sequence[str]) -> tuple[Mapping[str, Card], list[Problem]]:
        """Return every rule by code, those of the named distributions too; a problem's path is the place in the list."""

    def refusal(self, expression: str, subject: Subject) -> str:
        """Return why an expression cannot be used for a subject, or nothing."""

    def missing(self) -> str:
        """Return what to install before expressions can be used, or nothing."""
