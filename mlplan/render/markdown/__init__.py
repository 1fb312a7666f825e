"""Markdown: a plan as a comment in a pull request.

The order is that of a reviewer's questions: may it be applied, which models move and what speaks for them, who is touched,
what is destroyed, what else changes, and exactly which plan is this.
"""

from mlplan.render.colour import Palette
from mlplan.render.human import remembered
from mlplan.render.markdown.access import access
from mlplan.render.markdown.approvals import approvals
from mlplan.render.markdown.change import by_risk, destroyed, destructive
from mlplan.render.markdown.footer import footer
from mlplan.render.markdown.headline import headline, verdict
from mlplan.render.markdown.marker import marked, marker
from mlplan.render.markdown.moves import moves
from mlplan.render.markdown.policy import findings, standing
from mlplan.render.markdown.promotion import promotions
from mlplan.render.markdown.rollout import drift, rollouts
from mlplan.render.markdown.section import MUST, Item, Section, fitted
from mlplan.render.markdown.steps import steps_of
from mlplan.render.promotion import is_promotion
from mlplan.render.sheet import Sheet

__all__ = ["COMMENT", "SUMMARY", "marker", "render", "written"]

COMMENT = 65_000
"""Bytes of a comment; GitHub takes 65,536 characters."""
SUMMARY = 1_000_000
"""Bytes of a step's summary; GitHub takes 1 MiB for a step."""


def render(sheet: Sheet, palette: Palette) -> str:  # noqa: ARG001 - Markdown has no colours
    """Return a plan as Markdown that fits in a comment."""
    return written(sheet, COMMENT)


def written(sheet: Sheet, budget: int) -> str:
    """Return a plan as Markdown of at most so many bytes, of which there have to be some thousands."""
    head = f"{marked(sheet.heading.project, sheet.heading.environment, sheet.document.get('digest', ''))}\n"
    return fitted([_must(f"{head}{headline(sheet)}"), _must(verdict(sheet)), *_parts(sheet)], footer(sheet), budget)


def _parts(sheet: Sheet) -> list[Section]:
    """Return what a comment can give up detail of, in the order of reading."""
    plan, review = sheet.plan, sheet.review
    active = list(plan.active())
    promoted = [one for one in active if is_promotion(one)]
    ended = destructive([one for one in active if not is_promotion(one)])
    gone = {one.address for one in ended}
    rest = [one for one in active if not is_promotion(one) and one.address not in gone]
    return [
        *standing(plan.diagnostics, plan.blocked, review.policy),
        *approvals(sheet.document.get("approvals") or ()),
        *promotions(promoted, review),
        *rollouts(list(plan.rollouts.values())),
        *destroyed(ended),
        *access(review.access, active),
        *drift(active),
        *by_risk(rest),
        *findings(plan.diagnostics, review.policy),
        *moves(plan, review.evidence),
        *steps_of(plan.steps if sheet.steps else (), remembered(plan)),
    ]


def _must(text: str) -> Section:
    """Return a part that is never left out."""
    return Section(MUST, [Item(lambda: text)] if text else [])
