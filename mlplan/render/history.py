"""History: the ledger as a table: when, what, what became of it, from which commit, and by whom."""

from collections.abc import Mapping, Sequence

from mlplan.core.ledger import ALIAS, OUTSIDE, Held, Record
from mlplan.render.colour import PLAIN, Palette, Role
from mlplan.render.escape import visible
from mlplan.render.words import count

TITLES = ("When (UTC)", "What", "Outcome", "Commit", "By")
_COMMIT = 9
_GAP = "  "


def history_text(records: Sequence[Record], model: str = "", limit: int = 0, palette: Palette = PLAIN) -> str:
    """Return one line for each record, oldest first; only the last `limit` when it is not 0.

    With `model`, its name is left out of what every line would repeat.
    """
    if not records:
        return "Nothing is recorded of it.\n" if model else "Nothing was applied here yet.\n"
    rows = [_row(one, model, note) for one, note in zip(records, _notes(records), strict=True)]
    left_out = max(0, len(rows) - limit) if limit else 0
    widths = [max(map(len, column)) for column in zip(TITLES, *rows[left_out:], strict=True)]
    lines = [palette.paint("strong", _line(TITLES, widths))]
    if left_out:
        lines.append(palette.paint("faint", f"({count(left_out, 'earlier record')}; --limit 0 shows all)"))
    for one, row in zip(records[left_out:], rows[left_out:], strict=True):
        role: Role = "good" if one.outcome == "done" and not one.error else "bad"
        lines.append(_line(row, widths, palette.paint(role, f"{row[2]:<{widths[2]}}")))
        if one.error:
            lines.append(f"    {visible(one.error)}")
    return "\n".join([*lines, ""])


def held_text(alias: str, time: str, held: Held | None, begins: str) -> str:
    """Return what held an alias at a time, in a sentence."""
    name, when = visible(alias), _when(time)
    if held is None:
        known = f" The ledger begins at {_when(begins)} UTC." if begins else " The ledger is empty."
        return f"At {when} UTC no version held {name}, as far as the ledger knows.{known}\n"
    since = f"since {_when(held.since)} UTC" if held.since else "since before the ledger tells"
    until = f" until {_when(held.until)} UTC" if held.until else ""
    by = f", moved there by {visible(held.by)}" if held.by != OUTSIDE else ""
    return f"At {when} UTC {name} was v{held.version}: {since}{until}{by}.\n"


def verified_text(records: int, end: Mapping[str, object], palette: Palette = PLAIN) -> str:
    """Return that a ledger is whole, and what to note of it."""
    if not records:
        return "The ledger is empty: nothing was applied here yet.\n"
    made = palette.paint("good", f"The ledger is whole: {count(records, 'record')}, each follows on the one before.")
    note = f"The last is record {end['seq']}, sha256:{end['sha256']}; noted elsewhere, it shows a ledger that is written anew."
    return f"{made}\n{note}\n"


def _notes(records: Sequence[Record]) -> list[str]:
    """Return what to say of each move of an alias beside its versions, as far as the records before tell."""
    held: dict[str, list[object]] = {}
    return [_note(one, held.setdefault(one.id, [])) for one in records]


def _note(one: Record, held: list[object]) -> str:
    """Return what to say of a move; `held` is the way to the present version, without what rollbacks left."""
    before, after = one.before.get("version"), one.after.get("version")
    if not one.moved or before == after:
        return ""
    others = bool(held) and before not in (None, held[-1])
    note = "rollback" if after in held else ""
    if others:
        note = "put back, others had moved it" if after == held[-1] else f"others had moved it from v{held[-1]}"
    for version in (before, after):
        if version in held:
            del held[held.index(version) + 1 :]
        elif version is not None:
            held.append(version)
    return note


def _row(one: Record, model: str, note: str) -> tuple[str, ...]:
    """Return the cells of one record."""
    commit, _, dirty = one.commit.partition("-")
    short = f"{commit[:_COMMIT]}{'+' if dirty else ''}"
    agreed = f"approved by {one.approved}" if one.approved else ""
    by = ", ".join(visible(part) for part in (one.who, one.run, agreed) if part)
    word = "dropped" if one.outcome == "done" and one.error else one.outcome
    return _when(one.time), _what(one, model, note), word, visible(short) or "-", by


def _what(one: Record, model: str, note: str) -> str:
    """Return what a record is about."""
    if one.kind != ALIAS:
        return f"{one.verb} {visible(one.address)}"
    name = visible(one.id.removeprefix(f"{model}@") if model else one.id)
    before, after = one.before.get("version"), one.after.get("version")
    if one.verb in ("adopt", "record", "forget"):
        return f"{name} {one.verb} v{after or before or '?'}"
    if after is None:
        return f"{name} deleted{f' (was v{before})' if before else ''}"
    if before is None:
        return f"{name} set to v{after}"
    return f"{name} v{before} -> v{after}{f' ({note})' if note else ''}"


def _when(time: str) -> str:
    """Return a time without what every one of them has."""
    return visible(time.replace("T", " ").removesuffix("Z"))


def _line(cells: Sequence[str], widths: Sequence[int], outcome: str = "") -> str:
    """Return a line of the table; its last cell ends it."""
    padded = [f"{cell:<{width}}" for cell, width in zip(cells[:-1], widths[:-1], strict=True)]
    if outcome:
        padded[2] = outcome
    return f"{_GAP.join([*padded, cells[-1]])}".rstrip()
