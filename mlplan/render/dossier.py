"""Dossier: the evidence for one move of an alias, as rows that a reviewer reads from top to bottom.

The order is that in which reviewers ask: what got better or worse, on which data, from which code, whom a
changed signature breaks, what else is installed, and what nobody could tell.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mlplan.render.colour import Palette, Role
from mlplan.render.escape import visible
from mlplan.render.value import show
from mlplan.render.words import count

Dossier = Mapping[str, Any]
WAYS = {"dataframe": "DataFrame callers", "json": "JSON callers"}
ROLES: dict[str, Role] = {"safe": "good", "coerced": "bad", "rejected": "bad", "unknown": "warn"}
MARKS: dict[str, Role] = {"ok": "good", "denied": "bad", "warning": "warn", "excused": "note"}
QUIET = ("same", "patch")
MOST = 12
"""So many rows of one sort are shown; the others are counted."""
SHORT = 8
"""Characters of a run's id."""


class Line(NamedTuple):
    """A labelled line of a dossier."""

    label: str
    text: str


class Figure(NamedTuple):
    """A metric of both versions."""

    name: str
    before: str
    after: str
    delta: str
    mark: str = ""


def dossier_lines(found: Dossier, palette: Palette, marks: Mapping[str, str]) -> list[str]:
    """Return the lines of a dossier, aligned; without any indentation. `marks` is what rules say of a figure."""
    figures = list(figures_of(found, marks))
    lines = [line for part in _PARTS for line in part(found, palette)]
    width = max((len(one[0]) for one in (*figures, *lines)), default=0)
    made = list(_table(found, figures, width, palette)) if figures else []
    return made + [f"{line.label:<{width}}  {line.text}".rstrip() for line in lines]


def _table(found: Dossier, figures: list[Figure], width: int, palette: Palette) -> Iterator[str]:
    """Yield the metrics, one row each, below the versions that they are of."""
    heads = Figure("", version(found["from"]), version(found["to"]), "")
    wide = [max(len(row[place]) for row in (heads, *figures)) for place in (1, 2, 3)]
    for row in (heads, *figures):
        before = "" if found["from"] is None else f"{row.before:>{wide[0]}}  "
        cells = f"{before}{row.after:>{wide[1]}}  {row.delta:<{wide[2]}}"
        mark = palette.paint(MARKS.get(row.mark), row.mark)
        text = f"{row.name:<{width}}  {cells}  {mark}".rstrip()
        yield palette.paint("faint", text) if row is heads else text


def figures_of(found: Dossier, marks: Mapping[str, str]) -> Iterator[Figure]:
    """Yield the metrics as they are shown."""
    for row in found.get("metrics") or ():
        delta = row["delta"]
        told = "" if delta is None else "=" if not delta else f"{delta:+.6g}"
        mark = marks.get(row["name"], "")
        yield Figure(visible(row["name"]), _number(row["before"]), _number(row["after"]), told, mark)


def params_lines(found: Dossier, _palette: Palette) -> Iterator[Line]:
    """Yield the parameters that differ."""
    rows = found.get("params") or []
    told = [f"{visible(row['name'])} {_pair(row['before'], row['after'])}" for row in rows[:MOST]]
    if rows:
        yield Line("params", ", ".join([*told, *_more(rows)]))


def data_lines(found: Dossier, palette: Palette) -> Iterator[Line]:
    """Yield whether both were judged on the same data."""
    data = found.get("data")
    if data and data.get("reason"):
        yield Line("data", _judged(visible(data["reason"]), data["same"], palette))


def code_lines(found: Dossier, palette: Palette) -> Iterator[Line]:
    """Yield where the code of both stood."""
    code = found.get("code")
    if code and code.get("reason"):
        dirty = any((code[side] or {}).get("clean") is False for side in ("before", "after"))
        text = visible(code["reason"])
        yield Line("code", palette.paint("bad", text) if dirty else text)


def origin_lines(found: Dossier, _palette: Palette) -> Iterator[Line]:
    """Yield the run of the new version, who registered it and when, and what it was in another environment."""
    version = str(found["to"])
    known = (found.get("versions") or {}).get(version) or {}
    if known.get("run_id"):
        yield Line("run", visible(known.get("run_url") or known["run_id"]))
    registered = (found.get("registered") or {}).get(version) or {}
    who = [f"by {visible(registered['by'])}"] if registered.get("by") else []
    when = [f"at {visible(registered['at'])}"] if registered.get("at") else []
    if who or when:
        yield Line("registered", " ".join([*who, *when]))
    origin = found.get("origin")
    if origin:
        held = ", ".join(f"@{visible(one['alias'])} since {visible(one['since'])}" for one in origin["held"])
        as_what = f", {held}" if held else ""
        yield Line(
            "seen in", f"{visible(origin['environment'])} as {visible(origin['model'])} v{origin['version']}{as_what}"
        )


def signature_lines(found: Dossier, palette: Palette) -> Iterator[Line]:
    """Yield what becomes of callers, and each column that changed."""
    signature = found.get("signature")
    if not signature:
        return
    verdict = signature.get("verdict") or {}
    parts = [
        f"{words} {palette.paint(ROLES[verdict[way]], verdict[way])}" for way, words in WAYS.items() if way in verdict
    ]
    reason = f" ({visible(signature['reason'])})" if signature.get("reason") else ""
    yield Line("signature", ", ".join(parts) + reason)
    for column in signature.get("columns") or ():
        yield Line("", column_text(column, palette))


def column_text(column: Mapping[str, Any], palette: Palette) -> str:
    """Return one column that changed, and for whom that is what."""
    side = "" if column["side"] == "input" else f"{column['side']} "
    moved = f"{visible(column['before'] or '(absent)')} -> {visible(column['after'] or '(gone)')}"
    verdicts = {way: str(column[way]) for way in WAYS if column.get(way)}
    told = ", ".join(f"{WAYS[way].split()[0]} {palette.paint(ROLES[one], one)}" for way, one in verdicts.items())
    if column.get("breaks"):
        told = palette.paint("warn", "breaks who reads it")
    why = f": {visible(column['why'])}" if column.get("why") else ""
    return f"  {side}{visible(str(column['name']))}  {moved}{'  ' if told else ''}{told}{why}"


def libraries_lines(found: Dossier, palette: Palette) -> Iterator[Line]:
    """Yield the requirements that differ, and the version of Python."""
    rows, rest = found.get("requirements") or [], found.get("requirements_summary") or {}
    told = [_library(row, palette) for row in rows[:MOST]]
    same = rest.get("unchanged", 0)
    tail = [f"{same} the same"] if same else []
    if rows or same or rest.get("reason"):
        yield Line("libraries", ", ".join([*told, *_more(rows), *tail]) or visible(rest.get("reason", "")))
    python = found.get("python") or {}
    if python.get("after") and python.get("change") != "same":
        change = f" ({visible(python['change'])})" if python.get("before") else ""
        yield Line("python", f"{_pair(python.get('before'), python['after'])}{change}")


def _library(row: Mapping[str, Any], palette: Palette) -> str:
    """Return one requirement that differs."""
    step = row["change"] if row["change"] in QUIET else palette.paint("warn", visible(row["change"]))
    if row["before"] is None or row["after"] is None:
        return f"{visible(row['name'])} {visible(str(row['after'] or row['before']))} ({step})"
    return f"{visible(row['name'])} {_pair(row['before'], row['after'])} ({step})"


def unknown_lines(found: Dossier, palette: Palette) -> Iterator[Line]:
    """Yield what could not be read, with the reason."""
    for place, (name, reason) in enumerate((found.get("unknown") or {}).items()):
        yield Line("" if place else "unknown", palette.paint("warn", f"{visible(name)}: {visible(reason)}"))


_PARTS = (params_lines, data_lines, code_lines, origin_lines, signature_lines, libraries_lines, unknown_lines)


def _judged(text: str, good: bool | None, palette: Palette) -> str:  # noqa: FBT001 - three values, one meaning each
    """Return a text in the colour of what it means."""
    return text if good else palette.paint("warn", text)


def _pair(before: object, after: object) -> str:
    """Return a value before and after, the same ones once."""
    if before == after:
        return show(after)
    if before is None or before == "":
        return f"{show(after)} (new)"
    return f"{show(before)} -> {show(after)}" if after is not None else f"{show(before)} (gone)"


def _more(rows: list[Any]) -> list[str]:
    """Return how many rows are not shown."""
    return [f"and {count(len(rows) - MOST, 'more', 'more')}"] if len(rows) > MOST else []


def _number(value: float | None) -> str:
    """Return a metric in the digits that matter."""
    return "-" if value is None else f"{value:.6g}"


def version(number: int | None) -> str:
    """Return a version as people write it."""
    return "" if number is None else f"v{number}"
