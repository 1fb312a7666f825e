"""Change: a changed resource in a comment: one line, and below it its fields as a table."""

from collections.abc import Iterator, Sequence
from functools import partial

from mlplan.core.change import Change
from mlplan.core.rule import RISKS, Risk
from mlplan.render import field
from mlplan.render.human import HEADINGS, named
from mlplan.render.markdown.section import Item, Section
from mlplan.render.markdown.text import bold, code, html, plain
from mlplan.render.row import Row
from mlplan.render.summary import sign

RANKS: dict[Risk, tuple[int, int]] = {
    "data_loss": (2, 6),
    "outage": (2, 6),
    "access": (10, 13),
    "traffic": (11, 14),
    "safe": (16, 17),
}
"""When the line of a change is taken into a comment, and when its fields are."""
DESTROYS = ("delete", "replace")
FIELDS = 40
"""So many fields of a change are shown, the others are counted."""
LINES = 30
"""So many lines of a field."""
TITLE = 120
OPEN = 6
"""So many destructive changes have their fields in the open; of more, they are folded."""
BLOCKED = "⛔ **blocked**"
"""Why it is blocked stands at the top of the comment."""
FOLDED: tuple[Risk, ...] = ("safe",)


def destructive(changes: Sequence[Change]) -> list[Change]:
    """Return the changes after which something is gone, for good or for a while."""
    return [one for one in changes if one.action in DESTROYS or one.risk in ("data_loss", "outage")]


def destroyed(changes: Sequence[Change]) -> list[Section]:
    """Return what is destroyed; its fields are folded only where they would hide how much it is."""
    rank, full = RANKS["data_loss"]
    items = [_open_item(one) if len(changes) <= OPEN else _folded_item(one) for one in changes]
    title = f"#### 🔥 Destroys or interrupts ({len(items)})\n\n"
    return [Section(rank, items, title, full=full, one="destructive change")] if items else []


def by_risk(changes: Sequence[Change]) -> Iterator[Section]:
    """Yield the other changes, the worst risk first; their fields are folded, and what is safe is folded as a whole."""
    for risk in RISKS:
        found = [one for one in changes if one.risk == risk]
        if found:
            rank, full = RANKS[risk]
            head, tail = _frame(risk, len(found))
            one = f"{HEADINGS[risk].lower()} change"
            yield Section(rank, [_folded_item(change) for change in found], head, tail, full, one)


def table(change: Change) -> str:
    """Return the fields of a change as a table; empty when there are none."""
    found = list(field.rows(change))
    if not found:
        return ""
    rest = f"\n_and {len(found) - FIELDS} more_\n" if len(found) > FIELDS else ""
    return "".join(["| | field | |\n|:-:|---|---|\n", *(_row(row) for row in found[:FIELDS]), rest])


def _open_item(change: Change) -> Item:
    """Return a change whose fields stand below its line."""
    return Item(partial(_short, change), lambda: f"- {_line(change)}\n{_indented(table(change))}")


def _folded_item(change: Change) -> Item:
    """Return a change whose fields are folded."""
    return Item(lambda: f"- {_line(change)}\n", lambda: _folded(change))


def _short(change: Change) -> str:
    """Return the least that there is to say of a change."""
    return f"- `{sign(change)}` {bold(code(change.address, TITLE))}\n"


def _folded(change: Change) -> str:
    """Return a change that opens to show its fields."""
    fields = table(change)
    if not fields:
        return f"- {_line(change)}\n"
    why = f"\n{plain(_why(change))}\n" if _why(change) else ""
    blocked = " · ⛔ <b>blocked</b>" if change.blocked else ""
    title = f"<code>{html_sign(change)}</code> {html(change.address, TITLE)} {html(named(change), TITLE)}{blocked}"
    return f"<details><summary>{title}</summary>\n{why}\n{fields}\n</details>\n\n"


def html_sign(change: Change) -> str:
    """Return the sign of a change where Markdown is not read."""
    return sign(change).replace("<", "&lt;").replace(">", "&gt;")


def _line(change: Change) -> str:
    """Return the line of a change: sign, address, the platform's name, and why."""
    why = f" · {plain(_why(change))}" if _why(change) else ""
    blocked = f" · {BLOCKED}" if change.blocked else ""
    return f"`{sign(change)}` {bold(code(change.address, TITLE))} {code(named(change), TITLE)}{why}{blocked}"


def _why(change: Change) -> str:
    """Return the reason of a change, where it has one."""
    return change.reason or (f"moved from {change.moved_from}" if change.moved_from else "")


def _row(row: Row) -> str:
    """Return the row of a field."""
    parts = [" → ".join(map(code, row.sides)) if row.sides else code(row.text)] if row.sides or row.text else []
    parts += [] if row.sides else [code(line) for line in row.more[:LINES]]
    parts += [f"and {len(row.more) - LINES} more lines"] if len(row.more) > LINES else []
    parts += [plain(row.tail)] if row.tail else []
    return f"| `{row.sign}` | {code(row.label)} | {'<br>'.join(parts)} |\n"


def _indented(text: str) -> str:
    """Return a block as a part of a list's item."""
    return "".join(f"  {line}\n" if line else "\n" for line in f"\n{text}".split("\n")[:-1]) if text else ""


def _frame(risk: Risk, number: int) -> tuple[str, str]:
    """Return what stands around the changes of one risk."""
    title = f"{HEADINGS[risk]} ({number})"
    if risk in FOLDED:
        return f"<details><summary><b>{title}</b></summary>\n\n", "\n</details>\n"
    return f"#### {title}\n\n", ""
