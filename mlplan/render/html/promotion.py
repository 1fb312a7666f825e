"""Promotion: each alias that moves, with what speaks for and against it."""

from collections.abc import Iterator, Mapping
from typing import Any

from mlplan.core.change import Change
from mlplan.render.colour import PLAIN
from mlplan.render.dossier import (
    Dossier,
    Line,
    code_lines,
    data_lines,
    origin_lines,
    params_lines,
    unknown_lines,
)
from mlplan.render.html.metrics import metrics
from mlplan.render.html.signature import libraries, signature
from mlplan.render.html.tag import NOTHING, Markup, join, tag
from mlplan.render.promotion import (
    HEADINGS,
    VERBS,
    behind,
    is_promotion,
    listed,
    move_of,
    moving,
    touched_rows,
    who_moved,
)
from mlplan.render.review import marks
from mlplan.render.sheet import Sheet
from mlplan.render.value import show

LABELS = {"params": "parameters", "serves": "served by", "loads it": "loaded by", "held": "held before"}
"""Labels that have more room than on a terminal."""


def promotions(sheet: Sheet) -> Markup:
    """Return the aliases that move, in a section for each sort of move."""
    found = [one for one in sheet.plan.active() if is_promotion(one)]
    made = []
    for sort, title in HEADINGS.items():
        group = [one for one in found if move_of(one, sheet.review.evidence) == sort]
        if group:
            cards = [_promotion(one, sort, sheet) for one in group]
            made.append(tag("section", tag("h2", f"{title} ({len(group)})"), *cards, class_="promotions"))
    return join(*made)


def _promotion(change: Change, sort: str, sheet: Sheet) -> Markup:
    """Return one move: what moves, when, whom it touches, and what is known of both versions."""
    move = moving(change)
    assert move is not None
    found = sheet.review.evidence.get(change.id, {})
    versions = tag("span", f"v{show(move.before)} → v{show(move.after)}", class_="versions")
    head = tag("h3", tag("span", VERBS[sort], class_="badge warn"), " ", tag("code", change.id), " ", versions)
    where = tag("p", tag("a", tag("code", change.address), href=f"#{change.address}"), who_moved(move), class_="faint")
    evidence = _evidence(found, marks(sheet.review.policy, change.address)) if found else NOTHING
    return tag("article", head, where, *_notes(change, found, show(move.after)), evidence, class_="promotion")


def _notes(change: Change, found: Dossier, version: str) -> Iterator[Markup]:
    """Yield when the alias moves, and what stands in its way."""
    if change.reason:
        yield tag("p", change.reason)
    if change.held:
        yield tag("p", tag("b", "later"), f": {change.held}", class_="notice warn")
    elif change.after:
        yield tag("p", f"once {listed(behind(change, found))} v{version}")
    if change.blocked:
        yield tag("p", tag("b", "blocked"), f": {change.blocked}", class_="notice bad")


def _evidence(found: Dossier, said: Mapping[str, str]) -> Markup:
    """Return the evidence in the order in which reviewers ask."""
    known = [line for part in (params_lines, data_lines, code_lines, origin_lines) for line in part(found, PLAIN)]
    touched = [Line(*row) for row in touched_rows(found) if row[0] != "back"]
    return join(
        metrics(found, said),
        _lines(known),
        signature(found),
        libraries(found),
        _lines(list(unknown_lines(found, PLAIN)), "unknown"),
        _lines(touched),
        _back(found),
    )


def _lines(found: list[Line], sort: str = "") -> Markup:
    """Return labelled lines; those that follow on a label stand below it."""
    groups: list[tuple[str, list[str]]] = []
    for line in found:
        if groups and line.label in ("", groups[-1][0]):
            groups[-1][1].append(line.text.strip())
        else:
            groups.append((line.label, [line.text.strip()]))
    rows = [
        tag("div", tag("dt", LABELS.get(label, label)), tag("dd", *(tag("div", text) for text in texts)))
        for label, texts in groups
    ]
    return tag("dl", *rows, class_=f"facts {sort}".strip()) if rows else NOTHING


def _back(found: Mapping[str, Any]) -> Markup:
    """Return the command that takes it back, ready to be copied."""
    command = found.get("rollback")
    if not command:
        return NOTHING
    button = tag("button", "copy", type="button", class_="copy", hidden=True)
    return tag("p", tag("span", "way back", class_="label"), tag("code", command), button, class_="back")
