"""Changes: every change of a plan as a card, worst risk first, to be searched and filtered."""

from collections.abc import Iterable, Iterator

from mlplan.core.change import Change, FieldChange
from mlplan.core.path import text as path_text
from mlplan.core.rule import RISKS
from mlplan.core.values import Unknown
from mlplan.render import field
from mlplan.render.html.tag import NOTHING, Attribute, Markup, join, spans, tag
from mlplan.render.human import HEADINGS, named, remembered
from mlplan.render.promotion import is_promotion
from mlplan.render.row import Row
from mlplan.render.sheet import Sheet
from mlplan.render.summary import MEANINGS, WORDS, sign
from mlplan.render.value import LIMIT

OPEN = 40
"""Plans with more changes than this show them folded."""
WHOLE = 20_000
"""Characters of a long text that are shown when it is unfolded."""
TONES = {"+": "gain", "-": "loss"}


def changes(sheet: Sheet) -> Markup:
    """Return the changes by risk, below what searches and filters them."""
    found = list(sheet.plan.active())
    if not found:
        return NOTHING
    groups = [_group(risk, [one for one in found if one.risk == risk], opened=len(found) <= OPEN) for risk in RISKS]
    none = tag("p", "No change is like that.", id="none", hidden=True)
    title = tag("h2", f"Changes ({len(found)})")
    return tag(
        "section",
        title,
        _toolbar(found),
        *groups,
        none,
        _remembered(sheet),
        id="changes",
        class_="many" if len(found) > OPEN else None,
    )


def _toolbar(found: list[Change]) -> Markup:
    """Return the search field and the filters; without a script there is nothing to show them for."""
    search = tag("input", type="search", id="search", placeholder="Search  ( / )", aria_label="Search changes")
    kinds, causes = sorted({one.kind for one in found}), sorted({cause for one in found for cause in _causes(one)})
    selects = [
        _select("action", [action for action in WORDS if any(one.action == action for one in found)]),
        _select("risk", [risk for risk in RISKS if any(one.risk == risk for one in found)]),
        _select("kind", kinds),
        _select("cause", causes),
    ]
    blocked = tag("label", tag("input", type="checkbox", id="blocked"), " only blocked")
    buttons = [
        tag("button", word, type="button", id=word.replace(" ", "-")) for word in ("open all", "fold all", "reset all")
    ]
    status = tag("output", id="shown", aria_live="polite")
    filters = tag("div", *selects, blocked, *buttons, status, class_="filters")
    return tag("form", search, filters, class_="toolbar", role="search", hidden=True)


def _select(name: str, values: Iterable[str]) -> Markup:
    """Return a filter for one property of changes."""
    options = [tag("option", f"any {name}", value=""), *(tag("option", one, value=one) for one in values)]
    return tag("select", *options, id=name, aria_label=f"Filter by {name}")


def _group(risk: str, found: list[Change], *, opened: bool) -> Markup:
    """Return the changes of one risk class."""
    if not found:
        return NOTHING
    title = tag("h3", HEADINGS[risk], " ", tag("span", f"({len(found)})", class_="number"), class_=f"risk {risk}")  # type: ignore[index]
    return tag("div", title, *(_change(one, opened=opened) for one in found), class_="group")


def _change(change: Change, *, opened: bool) -> Markup:
    """Return one change: its line, and unfolded its fields and what stands in its way."""
    mark = sign(change)
    head = [
        tag("span", mark, class_=f"sign {change.action}", title=MEANINGS.get(mark, change.action)),
        tag("code", change.address, class_="address"),
        tag("span", named(change), class_="id"),
        *_badges(change),
    ]
    facets = {"data_action": change.action, "data_risk": change.risk, "data_kind": change.kind}
    causes = " ".join(_causes(change))
    body = tag("div", *_notes(change), _fields(change), *_wholes(change), class_="body")
    shown: dict[str, Attribute] = {"class_": "change", "id": change.address, "data_cause": causes, "open": opened}
    return tag(
        "details", tag("summary", *head), body, **shown, **facets, data_blocked="yes" if change.blocked else None
    )


def _causes(change: Change) -> list[str]:
    """Return who made the differences of a change."""
    return sorted({one.cause for one in change.fields})


def _badges(change: Change) -> Iterator[Markup]:
    """Yield the words that a folded change must not hide."""
    drift = [one for one in _causes(change) if one != "config"]
    if change.blocked:
        yield tag("span", "blocked", class_="badge bad")
    if change.held:
        yield tag("span", "later", class_="badge warn")
    if drift and change.action == "update":
        yield tag("span", "drift", class_="badge warn")


def _notes(change: Change) -> Iterator[Markup]:
    """Yield why it happens, and what stands in its way."""
    why = change.reason or (f"moved from {change.moved_from}" if change.moved_from else "")
    if why:
        yield tag("p", why, class_="faint")
    if change.held:
        yield tag("p", tag("b", "later"), f": {change.held}", class_="notice warn")
    if change.blocked:
        yield tag("p", tag("b", "blocked"), f": {change.blocked}", class_="notice bad")
    if is_promotion(change):
        yield tag("p", "What speaks for and against it stands above.", class_="faint")


def _fields(change: Change) -> Markup:
    """Return the fields that differ, in the words of the terminal."""
    rows = [_row(one) for one in field.rows(change)]
    return tag("div", tag("table", tag("tbody", *rows)), class_="scroll fields") if rows else NOTHING


def _row(row: Row) -> Markup:
    """Return one field."""
    cells = [
        tag("td", row.sign, class_=f"mark {TONES.get(row.sign, '')}".strip()),
        tag("th", row.label, scope="row"),
        tag("td", _value(row), tag("span", f" {row.tail}", class_="tail") if row.tail else None),
    ]
    return tag("tr", *cells)


def _value(row: Row) -> Markup:
    """Return a field's value: both sides, a diff, or what there is."""
    if row.sides:
        old, new = row.sides
        return join(tag("del", old), tag("span", " → ", class_="arrow"), tag("ins", new))
    lines = [tag("div", line, class_=f"line {TONES.get(line[:1], '')}".strip()) for line in row.more]
    return join(tag("span", row.text) if row.text else None, *lines)


def _wholes(change: Change) -> Iterator[Markup]:
    """Yield the long texts of a change, each to be unfolded."""
    for one in change.fields:
        sides = [(word, value) for word, value in (("before", one.before), ("after", one.after)) if _is_long(value)]
        if sides and not (change.action == "delete" and len(change.fields) > OPEN):
            yield _whole(one, sides)


def _is_long(value: object) -> bool:
    """Tell whether a value is a text that its row cannot show."""
    return isinstance(value, str) and not isinstance(value, Unknown) and (len(value) > LIMIT or "\n" in value)


def _whole(one: FieldChange, sides: list[tuple[str, object]]) -> Markup:
    """Return a field's long texts."""
    made = []
    for word, value in sides:
        told = str(value)
        more = f" (the first {WHOLE} of {len(told)} characters)" if len(told) > WHOLE else ""
        made.append(join(tag("h4", word, more), tag("pre", spans(told[:WHOLE], "div"))))
    return tag("details", tag("summary", tag("code", path_text(one.path)), " in full"), *made, class_="whole")


def _remembered(sheet: Sheet) -> Markup:
    """Return the addresses whose entry in state changes though their object does not."""
    found = remembered(sheet.plan)
    if not found:
        return NOTHING
    title = tag("summary", f"State only ({len(found)}): a mark or reference is remembered anew")
    return tag("details", title, tag("ul", *(tag("li", tag("code", one)) for one in found)), class_="whole")
