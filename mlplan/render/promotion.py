"""Promotion: an alias that moves to another version, told in its own words."""

from collections.abc import Sequence

from mlplan.core.change import Change, FieldChange
from mlplan.render.colour import PLAIN, Palette
from mlplan.render.escape import visible
from mlplan.render.value import show


def promotions_text(changes: Sequence[Change], palette: Palette = PLAIN) -> str:
    """Return the aliases that move, under headings of their own."""
    put_back = [change for change in changes if is_put_back(change)]
    promoted = [change for change in changes if change not in put_back]
    made = []
    for title, group in (("Promotions", promoted), ("Aliases put back", put_back)):
        if group:
            made.append(palette.paint("warn", f"{title} ({len(group)})"))
            made.extend(line for change in group for line in [*_promotion(change, palette), ""])
    return "\n".join(made)


def is_promotion(change: Change) -> bool:
    """Tell whether a change moves an alias from one version to another."""
    return change.kind == "model_alias" and change.action == "update" and _move(change) is not None


def is_put_back(change: Change) -> bool:
    """Tell whether an alias returns to where it was applied, because someone else moved it."""
    move = _move(change)
    return move is not None and move.cause == "drift"


def _move(change: Change) -> FieldChange | None:
    """Return the field that moves."""
    return next((one for one in change.fields if one.path == ("version",) and one.before is not None), None)


def _promotion(change: Change, palette: Palette) -> list[str]:
    """Return the lines of one promotion: the move, the address, and the endpoints that go with it."""
    move = _move(change)
    assert move is not None
    verb = "put back" if move.cause == "drift" else "promote"
    versions = f"v{show(move.before)} -> v{show(move.after)}"
    pad = " " * (len(verb) + 4)
    made = [f"  {palette.paint('warn', verb)}  {palette.paint('strong', visible(change.id))}  {versions}{_tail(move)}"]
    why = f"  {palette.paint('faint', f'# {visible(change.reason)}')}" if change.reason else ""
    made.append(f"{pad}{visible(change.address)}{why}")
    if change.after:
        made.append(f"{pad}once {_listed(change.after)} v{show(move.after)}")
    if change.blocked:
        made.append(f"{pad}{palette.paint('bad', 'blocked')}: {visible(change.blocked)}")
    return made


def _listed(endpoints: Sequence[str]) -> str:
    """Return the endpoints that follow an alias, with the verb that fits."""
    names = ", ".join(map(visible, endpoints))
    return f"{names} {'serves' if len(endpoints) == 1 else 'serve'}"


def _tail(move: FieldChange) -> str:
    """Return who moved the alias, when it was not the configuration alone."""
    if move.cause == "drift":
        return "  (drift: moved outside of mlplan)"
    return f"  (config and drift: last applied v{show(move.recorded)})" if move.cause == "both" else ""
