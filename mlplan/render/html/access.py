"""Access: who gains and who loses what in the end, as a table."""

from collections.abc import Mapping
from typing import Any

from mlplan.render.html.tag import NOTHING, Markup, tag
from mlplan.render.review import access_rows, row_parts
from mlplan.render.sheet import Sheet
from mlplan.render.words import count


def access(sheet: Sheet) -> Markup:
    """Return who gains and loses beyond what the changed rows say themselves."""
    new = {(one.kind, one.id) for one in sheet.plan.active() if one.action == "create"}
    found, unknown = access_rows(sheet.review.access, new), sheet.review.access.get("unknown") or []
    if not found:
        return NOTHING
    heads = tag("tr", *(tag("th", name, scope="col") for name in ("Who", "What", "On")))
    table = tag("table", tag("thead", heads), tag("tbody", *map(_row, found)), class_="wide rights")
    notes = [tag("p", tag("b", "unknown"), f": {one}", class_="notice warn") for one in unknown]
    return tag("section", tag("h2", f"Who gains or loses ({len(found)})"), _scroll(table), *notes, id="access")


def _row(row: Mapping[str, Any]) -> Markup:
    """Return what one principal gains and loses."""
    told = [
        tag("div", part, class_="loss" if part.startswith(("loses", "can no longer")) else "gain")
        for part in row_parts(row)
    ]
    members = f"{count(len(row['members']), 'member')}: {', '.join(row['members'])}" if row["members"] else ""
    notes = [
        tag("div", text, class_="faint") for text in (members, *(f"assumed: {one}" for one in row["assumes"])) if text
    ]
    through = tag("div", f"through {', '.join(row['through'])}", class_="faint") if row["through"] else None
    who = tag("th", tag("code", row["principal"]), scope="row")
    return tag("tr", who, tag("td", *told, *notes), tag("td", tag("code", row["object"]), through))


def _scroll(table: Markup) -> Markup:
    """Return a table that scrolls by itself where it is wider than the screen."""
    return tag("div", table, class_="scroll", tabindex=0, role="region", aria_label="Who gains or loses")
