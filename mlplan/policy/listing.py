"""Listing: every rule with the level that it has in an environment, and who says so."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from mlplan.core.policy import Card, Level, Policy, Setting, Subject, matches
from mlplan.policy.judge import WORST, level_of

Origin = Literal["default", "rules", "gates", "custom"]


class Placed(NamedTuple):
    """One rule in one environment."""

    code: str
    title: str
    subject: Subject
    level: Level
    """The strictest that it has for anything there."""
    origin: Origin

    def as_json(self) -> dict[str, object]:
        """Return the form that documents carry."""
        return self._asdict()


def placed(policy: Policy, cards: Iterable[Card], environment: str, *, protected: bool) -> list[Placed]:
    """Return every rule, by code, with its place in an environment; gates that nobody set are off."""
    found = [_placed(policy, card, environment, protected=protected) for card in cards]
    found += [
        Placed(
            one.code,
            one.title,
            one.subject,
            one.level if matches(one.scope.environments, environment) else "off",
            "custom",
        )
        for one in policy.custom
    ]
    return sorted(found, key=lambda one: one.code)


def _placed(policy: Policy, card: Card, environment: str, *, protected: bool) -> Placed:
    """Return the place of a rule that is built in or installed."""
    if card.gate:
        gates = [one.level for one in policy.gates if one.code == card.code]
        here = [one.level for one in policy.gates if one.code == card.code and matches(one.environments, environment)]
        return Placed(card.code, card.title, card.subject, _worst(here), "gates" if gates else "default")
    settings = policy.settings.get(card.code, ())
    levels = list(_levels(card, settings, environment, protected=protected))
    return Placed(card.code, card.title, card.subject, _worst(levels), "rules" if settings else "default")


def _levels(card: Card, settings: tuple[Setting, ...], environment: str, *, protected: bool) -> Iterator[Level]:
    """Yield each level that a rule can have in an environment; what follows a setting for everything is never asked."""
    for setting in (*settings, Setting()):
        if matches(setting.scope.environments, environment):
            yield level_of(card, setting, protected=protected)
            if not setting.scope.resources:
                return


def _worst(levels: Iterable[Level]) -> Level:
    """Return the strictest of some levels; off when there is none."""
    return min(levels, key=WORST.index, default="off")
