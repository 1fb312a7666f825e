"""Rollout: the endpoints that move step by step, and what others moved meanwhile."""

from collections.abc import Sequence
from functools import partial

from mlplan.core import path
from mlplan.core.change import Change, FieldChange
from mlplan.core.rollout import Rollout
from mlplan.render.field import drifted
from mlplan.render.markdown.section import Item, Section
from mlplan.render.markdown.text import bold, code, plain
from mlplan.render.rollout import next_text, stations

RANK, FULL = 9, 9
DRIFT = 12
FIELDS = 3
"""So many drifted fields of a change are named, the others are counted."""


def rollouts(found: Sequence[Rollout]) -> list[Section]:
    """Return the rollouts that are under way, or begin."""
    items = [Item(partial(_rollout, one)) for one in found]
    return [Section(RANK, items, f"#### Rollouts ({len(items)})\n\n", one="rollout")] if items else []


def drift(changes: Sequence[Change]) -> list[Section]:
    """Return what others changed since the last apply and this plan changes again."""
    found = [one for one in changes if any(each.cause != "config" for each in one.fields)]
    items = [Item(partial(_drifted, one)) for one in found]
    title = f"#### Drift since the last apply ({len(items)})\n\n"
    return [Section(DRIFT, items, title, one="drifted resource")] if items else []


def _rollout(one: Rollout) -> str:
    """Return a rollout: its versions, all of its steps, and the next of them."""
    moves = ", ".join(
        f"{code(move.entity, 80)} {plain(f'v{move.from_version}', 20)} → {plain(f'v{move.to_version}', 20)}"
        for move in one.moves
    )
    way = " → ".join(bold(f"{share} %") if here else f"{share} %" for share, here in stations(one))
    return f"- {bold(code(one.address))} {code(one.id)} {moves}<br>{way} · {plain(next_text(one))}\n"


def _drifted(change: Change) -> str:
    """Return what others did to one object."""
    fields = [each for each in change.fields if each.cause != "config"]
    rest = [f"and {len(fields) - FIELDS} more fields"] if len(fields) > FIELDS else []
    return f"- ⚠️ {code(change.address)}: {', '.join([*(_field(one) for one in fields[:FIELDS]), *rest])}\n"


def _field(one: FieldChange) -> str:
    """Return what others did to one field."""
    both = " (and in the configuration, too)" if one.cause == "both" else ""
    return f"{code(path.text(one.path), 80)} {drifted(one)} outside of mlplan{both}"
