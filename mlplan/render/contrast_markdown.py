"""Contrast in Markdown: two environments side by side, for a comment or a page."""

from collections.abc import Iterator, Sequence

from mlplan.core.contrast import Comparison
from mlplan.render.contrast import ending
from mlplan.render.contrast_row import Row, blocks
from mlplan.render.markdown.text import bold, code, plain


def contrast_markdown(found: Comparison, *, names: bool = False) -> str:
    """Return what differs between two environments, a table per block; every value is inert."""
    made = [f"### {code(found.project)}: {code(found.left)} and {code(found.right)}", ""]
    for title, rows in blocks(found, names=names):
        made += [bold(plain(title)), "", *_table(found, rows), ""]
    return "\n".join([*made, plain(ending(found)), ""])


def _table(found: Comparison, rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of a block's table; a resource with several differences is named once."""
    if not any(one.left or one.right for one in rows):
        yield from (f"- {code(one.label)} {code(one.note)}" for one in rows)
        return
    grouped = any(one.group for one in rows)
    yield f"| {'resource | ' if grouped else ''} | {code(found.left)} | {code(found.right)} |"
    yield f"| {'--- | ' if grouped else ''}--- | --- | --- |"
    last = ""
    for one in rows:
        lead = f"{code(one.group) if one.group != last else ''} | " if grouped else ""
        last = one.group
        why = f" {code(one.note)}" if one.note and grouped else ""
        yield f"| {lead}{code(one.label)} | {code(one.left)} | {code(one.right)}{why} |"
