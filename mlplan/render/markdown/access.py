"""Access: who gains and who loses what by a plan, principal by principal."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from mlplan.core.change import Change
from mlplan.render.markdown.section import Item, Section
from mlplan.render.markdown.text import bold, code, plain
from mlplan.render.review import access_rows
from mlplan.render.words import count

RANK, FULL = 8, 8
MOST = 12
"""So many privileges, members or ways are named; the others are counted."""
PARTS = (("gains", "gains", "can now"), ("loses", "**loses**", "can **no longer**"))


def access(found: Mapping[str, Any], changes: Sequence[Change]) -> list[Section]:
    """Return who gains or loses something beyond what the rows that change say themselves."""
    new = {(one.kind, one.id) for one in changes if one.action == "create"}
    rows = access_rows(found, new)
    if not rows:
        return []
    rows.sort(key=lambda row: not row["loses"])
    items = [Item(partial(_row, row), partial(_whole, row)) for row in rows]
    items += [Item(partial(_unknown, one)) for one in found.get("unknown") or ()]
    title = f"#### Who gains or loses ({len(rows)})\n\n"
    return [Section(RANK, items, title, full=FULL, one="gain or loss", many="gains or losses")]


def _row(row: Mapping[str, Any]) -> str:
    """Return what one principal gains and loses, and on what."""
    parts = []
    for side, verb, can in PARTS:
        held = [one for one in row[side] if one.isupper()]
        able = [one for one in row[side] if not one.isupper()]
        parts += [f"{verb} {_listed(held)}"] if held else []
        parts += [f"{can} {_listed(able)}"] if able else []
    through = f" ({_listed(row['through'])})" if row["through"] else ""
    sign = "🔻" if row["loses"] else "🔺"
    return f"- {sign} {bold(code(row['principal'], 100))} {'; '.join(parts)} on {code(row['object'])}{through}\n"


def _whole(row: Mapping[str, Any]) -> str:
    """Return what one principal gains and loses, and who is behind it."""
    return f"{_row(row)}{_behind(row)}"


def _unknown(reason: str) -> str:
    """Return what nobody could tell."""
    return f"- ⚠️ unknown: {plain(reason)}\n"


def _behind(row: Mapping[str, Any]) -> str:
    """Return who is behind a principal, and what had to be assumed."""
    members = row["members"]
    told = [f"{count(len(members), 'member')}: {_listed(members)}"] if members else []
    told += [f"assumed: {plain(one)}" for one in row["assumes"][:MOST]]
    return "".join(f"  - {one}\n" for one in told)


def _listed(names: Sequence[str]) -> str:
    """Return names as code, the first of them when there are many."""
    rest = [f"and {len(names) - MOST} more"] if len(names) > MOST else []
    return ", ".join([*(code(one, 80) for one in names[:MOST]), *rest])
