"""Promotion: an alias that moves to another version, told in its own words, with what speaks for and against it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mlplan.core.change import Change, FieldChange
from mlplan.render.colour import PLAIN, Palette
from mlplan.render.dossier import Dossier, dossier_lines
from mlplan.render.escape import visible
from mlplan.render.review import NOTHING, Review, marks
from mlplan.render.value import show

HEADINGS = {
    "promotion": "Promotions",
    "rollback": "Rollbacks",
    "put back": "Aliases put back",
    "first": "First versions",
}
VERBS = {"promotion": "promote", "rollback": "roll back", "put back": "put back", "first": "set"}


def promotions_text(changes: Sequence[Change], palette: Palette = PLAIN, review: Review = NOTHING) -> str:
    """Return the aliases that move, under headings of their own, each with its evidence."""
    made = []
    for move, title in HEADINGS.items():
        group = [change for change in changes if move_of(change, review.evidence) == move]
        if group:
            made.append(palette.paint("warn", f"{title} ({len(group)})"))
            made.extend(line for change in group for line in [*_promotion(change, move, palette, review), ""])
    return "\n".join(made)


def is_promotion(change: Change) -> bool:
    """Tell whether a change moves an alias from one version to another."""
    return change.kind == "model_alias" and change.action == "update" and moving(change) is not None


def is_put_back(change: Change) -> bool:
    """Tell whether an alias returns to where it was applied, because someone else moved it."""
    move = moving(change)
    return move is not None and move.cause == "drift"


def move_of(change: Change, evidence: Mapping[str, Dossier]) -> str:
    """Return which sort of move it is; whether it goes back to an earlier version only the evidence knows."""
    known: str = evidence.get(change.id, {}).get("move", "promotion")
    return "put back" if is_put_back(change) else known


def moving(change: Change) -> FieldChange | None:
    """Return the field that moves."""
    return next((one for one in change.fields if one.path == ("version",) and one.before is not None), None)


def _promotion(change: Change, sort: str, palette: Palette, review: Review) -> Iterator[str]:
    """Yield the lines of one move: what moves, when, whom it touches, and what is known of both versions."""
    move = moving(change)
    assert move is not None
    verb, found = VERBS[sort], review.evidence.get(change.id, {})
    versions = f"v{show(move.before)} -> v{show(move.after)}"
    pad = " " * (len(verb) + 4)
    yield f"  {palette.paint('warn', verb)}  {palette.paint('strong', visible(change.id))}  {versions}{who_moved(move)}"
    why = f"  {palette.paint('faint', f'# {visible(change.reason)}')}" if change.reason else ""
    yield f"{pad}{visible(change.address)}{why}"
    if change.held:
        yield f"{pad}{palette.paint('warn', 'later')}: {visible(change.held)}"
    elif change.after:
        yield f"{pad}once {listed(behind(change, found))} v{show(move.after)}"
    if change.blocked:
        yield f"{pad}{palette.paint('bad', 'blocked')}: {visible(change.blocked)}"
    told = dossier_lines(found, palette, marks(review.policy, change.address)) if found else []
    lines = [*told, *_touched(found)]
    yield from ["", *(f"{pad}{line}".rstrip() for line in lines)] if lines else []


def touched_rows(found: Dossier) -> list[tuple[str, str]]:
    """Return who uses the alias, who held it before, and the way back, each with its label."""
    rows = [("serves", line) for one in found.get("endpoints") or () for line in _endpoint(one)]
    rows += [("loads it", _job(one)) for one in found.get("jobs") or ()]
    rows += [("held", _held(one)) for one in (found.get("history") or ())[-3:]]
    return rows + ([("back", visible(found["rollback"]))] if found.get("rollback") else [])


def _touched(found: Dossier) -> Iterator[str]:
    """Yield the lines of who uses the alias, each label once."""
    rows = touched_rows(found)
    if rows:
        yield ""
    width = max((len(label) for label, _ in rows), default=0)
    for place, (label, text) in enumerate(rows):
        same = place and rows[place - 1][0] == label
        yield f"{'' if same else label:<{width}}  {text}"


def _endpoint(one: Mapping[str, Any]) -> Iterator[str]:
    """Yield an endpoint that serves the model, what it will serve with this plan, and what depends on it."""
    served = f"{visible(str(one['id']))} ({visible(one['address'])}), entity {visible(str(one['entity']))}"
    moves = one.get("from") and str(one["from"]) != str(one["to"])
    versions = f"v{one['from']} -> v{one['to']}" if moves else f"v{one['to']}"
    notes = [] if one.get("follows", True) else ["named by its number"]
    notes += ["sleeps without traffic"] if one.get("scale_to_zero") else []
    notes += [f"answers logged to {visible(one['inference_table'])}"] if one.get("inference_table") else []
    yield f"{served}: {versions}, {traffic(one)}"
    if notes:
        yield f"  {', '.join(notes)}"


def traffic(one: Mapping[str, Any]) -> str:
    """Return the share of an endpoint's traffic that an entity has, step by step where it is rolled out."""
    before, after, rollout = one.get("traffic_before"), one.get("traffic_after"), one.get("rollout")
    if rollout and rollout["standing"] != "ends":
        return f"so far {rollout['percent']} % of its traffic"
    told = f"{before} -> {after} %" if before not in (None, after) else f"{after} %"
    return f"{told} of its traffic"


def _job(one: Mapping[str, Any]) -> str:
    """Return a declared job that loads the model by the alias."""
    rest = [visible(str(one[name])) for name in ("schedule", "note") if one.get(name)]
    return ", ".join([visible(str(one.get("job") or one.get("name"))), *rest])


def _held(one: Mapping[str, Any]) -> str:
    """Return a version that held the alias before."""
    until = f" until {visible(one['until'])}" if one.get("until") else ""
    by = f", by {visible(one['by'])}" if one.get("by") else ""
    return f"v{one['version']} since {visible(one['since'])}{until}{by}"


def behind(change: Change, found: Dossier) -> Sequence[str]:
    """Return the endpoints that follow an alias and move with it."""
    moving = [one for one in found.get("endpoints") or () if one.get("follows", True) and one.get("from") != one["to"]]
    return list(dict.fromkeys(one["address"] for one in moving)) or change.after


def listed(endpoints: Sequence[str]) -> str:
    """Return the endpoints that follow an alias, with the verb that fits."""
    names = ", ".join(map(visible, endpoints))
    return f"{names} {'serves' if len(endpoints) == 1 else 'serve'}"


def who_moved(move: FieldChange) -> str:
    """Return who moved the alias, when it was not the configuration alone."""
    if move.cause == "drift":
        return "  (drift: moved outside of mlplan)"
    return f"  (config and drift: last applied v{show(move.recorded)})" if move.cause == "both" else ""
