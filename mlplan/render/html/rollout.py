"""Rollout: how far an endpoint is on its way to a new version, as a line of steps."""

from mlplan.core.rollout import Rollout
from mlplan.render.html.tag import NOTHING, Markup, tag
from mlplan.render.rollout import next_text, stations
from mlplan.render.sheet import Sheet


def rollouts(sheet: Sheet) -> Markup:
    """Return the rollouts of a plan."""
    found = list(sheet.plan.rollouts.values())
    if not found:
        return NOTHING
    return tag("section", tag("h2", f"Rollouts ({len(found)})"), *map(_rollout, found))


def _rollout(one: Rollout) -> Markup:
    """Return one rollout."""
    head = tag("h3", tag("code", one.address), " ", tag("span", one.id, class_="faint"))
    moves = [tag("li", tag("code", move.entity), f" v{move.from_version} → v{move.to_version}") for move in one.moves]
    word = "now" if one.before == one.percent else "after this plan"
    way = [_station(share, word if here else "") for share, here in stations(one)]
    told = tag("p", next_text(one))
    return tag("article", head, tag("ul", *moves, class_="plain"), tag("ol", *way, class_="way"), told)


def _station(share: int, word: str) -> Markup:
    """Return one share of the traffic; the one after this plan is marked in words too."""
    note = tag("small", word) if word else None
    return tag("li", f"{share} %", note, class_="here" if word else None, aria_current="step" if word else None)
