"""Metrics: the figures of both versions side by side, with bars to compare and what rules say of them."""

from collections.abc import Mapping
from typing import Any

from mlplan.render.dossier import Dossier, Figure, figures_of, version
from mlplan.render.html.tag import NOTHING, Markup, tag

WORDS = {"ok": "✓ ok", "denied": "✕ denied", "warning": "! warning", "excused": "○ excused"}
"""What a rule says of a figure, with a sign that tells without colour."""
TONES = {"ok": "good", "denied": "bad", "warning": "warn", "excused": "note"}
WIDTH = 200
"""The longest bar."""


def metrics(found: Dossier, said: Mapping[str, str]) -> Markup:
    """Return the table of a promotion's figures."""
    pairs = list(zip(figures_of(found, said), found.get("metrics") or (), strict=True))
    if not pairs:
        return NOTHING
    old = version(found["from"])
    names = ("metric", *([old] if old else []), version(found["to"]), "change", "", "rule")
    heads = tag("tr", *(tag("th", name, scope="col") for name in names))
    rows = [_row(figure, row, old, version(found["to"])) for figure, row in pairs]
    table = tag("table", tag("thead", heads), tag("tbody", *rows), class_="metrics")
    return tag("div", table, class_="scroll", tabindex=0, role="region", aria_label="Metrics")


def _row(figure: Figure, row: Mapping[str, Any], old: str, new: str) -> Markup:
    """Return one figure."""
    before = tag("td", figure.before, class_="number", data_name=old) if old else None
    mark = tag("span", WORDS[figure.mark], class_=f"badge {TONES[figure.mark]}") if figure.mark in WORDS else None
    cells = (
        tag("td", figure.after, class_="number", data_name=new),
        tag("td", _arrow(row["delta"]), figure.delta, class_="number"),
        tag("td", _bars(row["before"], row["after"])),
        tag("td", mark),
    )
    tone = TONES.get(figure.mark) if figure.mark in ("denied", "warning") else None
    return tag("tr", tag("th", figure.name, scope="row"), before, *cells, class_=tone)


def _arrow(delta: float | None) -> Markup | None:
    """Return where a figure goes; whether that is good only a rule can say."""
    return tag("span", "▲ " if delta > 0 else "▼ ", aria_hidden="true") if delta else None


def _bars(before: float | None, after: float | None) -> Markup | None:
    """Return two bars on one scale; the text beside them says the same."""
    known = [abs(one) for one in (before, after) if one is not None]
    most = max(known, default=0)
    if not most or most == float("inf"):
        return None
    bars = [_bar(one, most, place) for place, one in enumerate((before, after)) if one is not None]
    return tag("svg", *bars, class_="bars", viewBox=f"0 0 {WIDTH} 14", width=WIDTH, height=14, aria_hidden="true")


def _bar(value: float, most: float, place: int) -> Markup:
    """Return one bar: above the version that is there, below the one to come."""
    wide = round(max(abs(value) / most * WIDTH, 1), 1)
    return tag("rect", class_="new" if place else "old", x=0, y=8 if place else 1, width=wide, height=5, rx=1)
