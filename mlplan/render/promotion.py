"""Promotion: an alias that moves to another version, told in its own words."""

from collections.abc import Sequence

from mlplan.core.change import Change, FieldChange
from mlplan.render.colour import PLAIN, Palette
from mlplan.render.escape import visible
from mlplan.render.value import show


def promotions_text(changes: Sequence[Change], palette: Palette = PLAIN) -> str:
    """Return the promotions of a plan, under their own heading."""
    made = [palette.paint("warn", f"Promotions ({len(changes)})")]
    for change in changes:
        made.extend(_promotion(change, palette))
    return "\n".join([*made, ""])


def _promotion(change: Change, palette: Palette) -> list[str]:
    """Return the lines of one promotion: the move, the address, and the endpoints that go with it."""
    move = next(one for one in change.fields if one.path == ("version",))
    verb = "put back" if move.cause == "drift" else "promote"
    versions = f"v{show(move.before)} -> v{show(move.after)}"
    pad = " " * (len(verb) + 4)
    made = [f"  {palette.paint('warn', verb)}  {palette.paint('strong', visible(change.id))}  {versions}{_tail(move)}"]
    why = f"  {palette.paint('faint', f'# {visible(change.reason)}')}" if change.reason else ""
    made.append(f"{pad}{visible(change.address)}{why}")
    if change.after:
        made.append(f"{pad}after {', '.join(map(visible, change.after))}")
    if change.blocked:
        made.append(f"{pad}{palette.paint('bad', 'blocked')}: {visible(change.blocked)}")
    return made


def _tail(move: FieldChange) -> str:
    """Return who moved the alias, when it was not the configuration alone."""
    if move.cause == "drift":
        return "  (drift: moved outside of mlplan)"
    return f"  (config and drift: last applied v{show(move.recorded)})" if move.cause == "both" else ""
