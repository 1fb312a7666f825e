"""Markdown: a plan as a comment in a pull request."""

from mlplan.render.colour import Palette
from mlplan.render.human import plan_text
from mlplan.render.markdown.marker import marked, marker
from mlplan.render.sheet import Sheet

__all__ = ["COMMENT", "SUMMARY", "marker", "render", "written"]

COMMENT = 65_000
"""Bytes of a comment; GitHub takes 65,536 characters."""
SUMMARY = 1_000_000
"""Bytes of a step's summary; GitHub takes 1 MiB for a step."""


def render(sheet: Sheet, palette: Palette) -> str:  # noqa: ARG001 - Markdown has no colours
    """Return a plan as Markdown that fits in a comment."""
    return written(sheet, COMMENT)


def written(sheet: Sheet, budget: int) -> str:  # noqa: ARG001 - follows
    """Return a plan as Markdown of at most so many bytes."""
    head = marked(sheet.heading.project, sheet.heading.environment, sheet.document.get("digest", ""))
    return f"{head}\n```\n{plan_text(sheet.plan, sheet.heading, review=sheet.review)}\n```\n"
