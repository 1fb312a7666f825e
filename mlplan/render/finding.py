"""Finding: diagnostics as a compiler prints them, with the place, the line and what to do."""

from collections.abc import Sequence

from mlplan.core.diagnostic import Diagnostic, Severity
from mlplan.core.source import Source
from mlplan.render.colour import PLAIN, Palette, Role
from mlplan.render.escape import block, lines, visible
from mlplan.render.words import count

WIDTH = 120
"""A longer source line is cut around the place that is meant."""
ROLES: dict[Severity, Role] = {"error": "bad", "warning": "warn", "note": "note"}


def findings_text(found: Sequence[Diagnostic], palette: Palette = PLAIN) -> str:
    """Return every finding, then their number and where to read more."""
    if not found:
        return ""
    return "\n".join([*(finding(one, palette) for one in found), total(found)])


def finding(one: Diagnostic, palette: Palette = PLAIN) -> str:
    """Return one finding; the blank line that parts it from the next is included."""
    head = palette.paint(ROLES[one.severity], f"{one.severity}[{one.code}]")
    made = [f"{head}: {palette.paint('strong', block(one.summary))}"]
    place = _place(one)
    if place:
        made.append(f" {palette.paint('faint', '-->')} {place}")
    if one.source is not None and one.source.line and one.source.text:
        made.extend(_quoted(one.source, palette))
    made.extend(f"  | {line}" for line in lines(one.detail) if one.detail)
    if one.hint:
        first, *rest = lines(one.hint)
        made.append(f"  {palette.paint('note', 'hint')}: {first}")
        made.extend(f"  |     {line}" for line in rest)
    return "\n".join([*made, ""])


def total(found: Sequence[Diagnostic]) -> str:
    """Return the number of findings per severity, and the command that explains the first."""
    counts = [(severity, sum(one.severity == severity for one in found)) for severity in ROLES]
    parts = [count(number, severity) for severity, number in counts if number]
    worst = min(found, key=lambda one: list(ROLES).index(one.severity))
    return f"{', '.join(parts)}; `mlplan explain {worst.code}` tells more."


def _place(one: Diagnostic) -> str:
    """Return where a finding is: in a file, at an address, or both."""
    if one.source is None:
        return visible(one.address)
    where = visible(str(one.source))
    return f"{where} ({visible(one.address)})" if one.address else where


def _quoted(source: Source, palette: Palette) -> list[str]:
    """Return the source line with a caret under the place."""
    start = max(0, source.column - 1 - WIDTH // 2) if len(source.text) > WIDTH else 0
    cut = source.text[start : start + WIDTH]
    shown = f"{'...' if start else ''}{visible(cut)}{'...' if start + WIDTH < len(source.text) else ''}"
    number = str(source.line)
    bar = palette.paint("faint", "|")
    if not source.column:
        return [f" {number} {bar} {shown}"]
    before = ("..." if start else "") + visible(cut[: source.column - 1 - start])
    caret = palette.paint("bad", "^")
    pad = " " * len(number)
    return [f" {number} {bar} {shown}", f" {pad} {bar} {' ' * _columns(before)}{caret}"]


def _columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width  # noqa: PLC0415 - few lines need it

    wide = sum(east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(combining(character) > 0 for character in text)
