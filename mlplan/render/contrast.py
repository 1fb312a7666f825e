"""Contrast: two environments side by side, for a terminal."""

from collections.abc import Iterator, Sequence

from mlplan.core.contrast import Comparison
from mlplan.render.colour import PLAIN, Palette
from mlplan.render.contrast_row import Row, blocks
from mlplan.render.escape import visible
from mlplan.render.words import count

WIDEST = 72
"""Columns are aligned up to this width."""


def contrast_text(found: Comparison, palette: Palette = PLAIN, *, names: bool = False) -> str:
    """Return what differs between two environments; with `names` also what each calls the same thing."""
    made = [palette.paint("strong", f"{visible(found.project)} · {visible(found.left)} | {visible(found.right)}"), ""]
    for title, rows in blocks(found, names=names):
        made += [*_block(found, title, rows, palette), ""]
    return "\n".join([*made, palette.paint("strong", ending(found)), ""])


def _block(found: Comparison, title: str, rows: Sequence[Row], palette: Palette) -> Iterator[str]:
    """Yield the lines of a block: its title with the names of both environments above their columns, then its rows."""
    if not any(one.left or one.right for one in rows):
        yield palette.paint("strong", f"{title} ({len(rows)})")
        width = _width(one.label for one in rows)
        yield from (f"  {one.label:<{width}}  {palette.paint('faint', one.note)}".rstrip() for one in rows)
        return
    lead = "      " if rows[0].group else "  "
    left = _width([visible(found.left), *(one.left for one in rows)])
    label = max(_width(one.label for one in rows), len(title) + 2 - len(lead))
    bar = palette.paint("faint", "|")
    head = f"{title:<{label + len(lead)}}"
    yield f"{palette.paint('strong', head)}  {visible(found.left):<{left}} {bar} {visible(found.right)}"
    group = ""
    for one in rows:
        if one.group != group:
            group = one.group
            yield f"  {palette.paint('strong', one.group)}  {palette.paint('faint', one.ids)}"
        note = f"  {palette.paint('note', one.note)}" if one.note and one.group else ""
        yield f"{lead}{one.label:<{label}}  {one.left:<{left}} {bar} {one.right}{note}"
        if one.note and not one.group:
            yield f"{lead}  {palette.paint('faint', one.note)}"


def _width(texts: "Sequence[str] | Iterator[str]") -> int:
    """Return how wide a column is; longer texts push what follows to the right."""
    return max((len(one) for one in texts if len(one) <= WIDEST), default=WIDEST)


def ending(found: Comparison) -> str:
    """Return the last line: how much differs, and how much does not."""
    if found.empty:
        means = "means" if found.same == 1 else "mean"
        return f"No differences: {count(found.same, 'resource')} {means} the same in both environments."
    both = sum(one.where == "both" for one in found.resources)
    parts = [f"{count(both, 'resource')} {'differs' if both == 1 else 'differ'}"] if both else []
    for where, name in (("left", found.left), ("right", found.right)):
        alone = sum(one.where == where for one in found.resources)
        parts += [f"{alone} only in {visible(name)}"] if alone else []
    parts += [f"{found.same} the same"]
    parts += [f"{count(len(found.policy), 'rule')} at another level"] if found.policy else []
    return f"{', '.join(parts)}."
