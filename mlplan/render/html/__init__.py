"""HTML: a plan as one page that stands alone: it asks for nothing, runs no script but its own, and opens from a file."""

from mlplan.render.colour import Palette
from mlplan.render.html.access import access
from mlplan.render.html.changes import changes
from mlplan.render.html.findings import approvals, findings, policy
from mlplan.render.html.graph import graph
from mlplan.render.html.head import chips, counts, footer, header, verdict
from mlplan.render.html.page import page
from mlplan.render.html.promotion import promotions
from mlplan.render.html.rollout import rollouts
from mlplan.render.html.steps import steps
from mlplan.render.sheet import Sheet

PARTS = (
    header,
    verdict,
    chips,
    findings,
    promotions,
    rollouts,
    approvals,
    policy,
    access,
    changes,
    graph,
    steps,
    footer,
)
"""What a page has, from top to bottom; a part that has nothing to say is left out."""


def render(sheet: Sheet, palette: Palette) -> str:  # noqa: ARG001 - the page has colours of its own
    """Return a plan as a page."""
    title = f"{sheet.heading.project} · {sheet.heading.environment} · mlplan"
    return page(title, [part(sheet) for part in PARTS], counts(sheet))
