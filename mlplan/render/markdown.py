"""Markdown: a plan as a comment in a pull request."""

from mlplan.render.colour import Palette
from mlplan.render.human import plan_text
from mlplan.render.sheet import Sheet


def render(sheet: Sheet, palette: Palette) -> str:  # noqa: ARG001 - Markdown has no colours
    """Return a plan as Markdown."""
    return f"```\n{plan_text(sheet.plan, sheet.heading, review=sheet.review)}\n```\n"
