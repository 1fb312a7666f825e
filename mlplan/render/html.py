"""HTML: a plan as a page that stands alone."""

from html import escape

from mlplan.render.colour import Palette
from mlplan.render.human import plan_text
from mlplan.render.sheet import Sheet


def render(sheet: Sheet, palette: Palette) -> str:  # noqa: ARG001 - the page has its own
    """Return a plan as a page."""
    return f"<pre>{escape(plan_text(sheet.plan, sheet.heading, review=sheet.review))}</pre>\n"
