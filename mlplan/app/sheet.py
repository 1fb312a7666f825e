"""Sheet: what there is to show of a plan, of this moment or read back from a file."""

from collections.abc import Mapping
from typing import Any

from mlplan.app.document import plan_of
from mlplan.app.planning import Planned
from mlplan.app.saved import heading
from mlplan.render.review import Review
from mlplan.render.sheet import Sheet


def planned_sheet(planned: Planned, document: Mapping[str, Any] | None = None, *, steps: bool = False) -> Sheet:
    """Return what there is to show of a plan of this moment; `document` is what is saved of it."""
    return Sheet(planned.plan, planned.heading(), planned.review(), document or {}, steps)


def saved_sheet(document: Mapping[str, Any], *, steps: bool = False) -> Sheet:
    """Return what there is to show of a plan as it was saved."""
    review = Review(document["evidence"], document["access"], document["policy"], document["approvals"])
    return Sheet(plan_of(document), heading(document), review, document, steps)
