"""Signature: what becomes of callers, column by column, and what else is installed."""

from collections.abc import Mapping
from typing import Any

from mlplan.render.colour import PLAIN
from mlplan.render.dossier import QUIET, ROLES, WAYS, Dossier, libraries_lines
from mlplan.render.html.tag import NOTHING, Markup, join, tag


def signature(found: Dossier) -> Markup:
    """Return the verdict for each way of calling, and a table of the columns that changed."""
    known = found.get("signature")
    if not known:
        return NOTHING
    verdict = known.get("verdict") or {}
    told = [
        join(tag("span", f"{words} ", _verdict(verdict[way])), " ") for way, words in WAYS.items() if way in verdict
    ]
    reason = tag("span", known["reason"], class_="faint") if known.get("reason") else None
    head = tag("p", tag("span", "signature", class_="label"), *told, reason, class_="verdicts")
    return join(head, _columns(known.get("columns") or []))


def libraries(found: Dossier) -> Markup:
    """Return the requirements that differ, and in a line how many do not."""
    rows = found.get("requirements") or []
    told = list(libraries_lines(found, PLAIN))
    if not told:
        return NOTHING
    same = (found.get("requirements_summary") or {}).get("unchanged", 0)
    first = f"{len(rows)} changed, {same} the same" if rows else told[0].text
    python = [f"; {line.label} {line.text}" for line in told if line.label == "python"]
    head = tag("p", tag("span", "libraries", class_="label"), first, *python)
    return join(head, _table("Libraries", ("library", "from", "to", "step"), map(_library, rows)) if rows else None)


def _columns(columns: list[Mapping[str, Any]]) -> Markup:
    """Return the columns that changed, and for whom that is what."""
    heads = ("column", "from", "to", *(words.removesuffix(" callers") for words in WAYS.values()), "why")
    return _table("Signature", heads, map(_column, columns)) if columns else NOTHING


def _column(one: Mapping[str, Any]) -> Markup:
    """Return one column that changed."""
    side = "" if one["side"] == "input" else f"{one['side']} "
    name = tag("th", side, tag("code", str(one["name"])), scope="row")
    old, new = tag("td", one["before"] or "(absent)"), tag("td", one["after"] or "(gone)")
    broken = tag("span", "breaks who reads it", class_="badge warn") if one.get("breaks") else None
    cells = [tag("td", _verdict(str(one[way])) if one.get(way) and not broken else None) for way in WAYS]
    return tag("tr", name, old, new, *cells, tag("td", broken, " " if broken else None, one.get("why") or ""))


def _verdict(word: str) -> Markup:
    """Return what becomes of a caller."""
    return tag("span", word, class_=f"badge {ROLES.get(word, 'warn')}")


def _library(row: Mapping[str, Any]) -> Markup:
    """Return one requirement that differs."""
    step = tag("span", row["change"], class_=f"badge {'note' if row['change'] in QUIET else 'warn'}")
    cells = [tag("td", str(row[side]) if row[side] is not None else "-", class_="mono") for side in ("before", "after")]
    return tag("tr", tag("th", tag("code", row["name"]), scope="row"), *cells, tag("td", step, " ", row.get("reason")))


def _table(label: str, heads: tuple[str, ...], rows: "map[Markup]") -> Markup:
    """Return a table that scrolls by itself where it is wider than the screen."""
    head = tag("thead", tag("tr", *(tag("th", name, scope="col") for name in heads)))
    return tag(
        "div", tag("table", head, tag("tbody", *rows)), class_="scroll", tabindex=0, role="region", aria_label=label
    )
