"""Overtaken: whether a reviewed plan would do once more what later applies made undone.

The run of a merge can be started again at any time, and checks out its own commit. Once a revert was merged and
applied, everything is as it was when the plan was reviewed, and it would fit again.
"""

from collections.abc import Iterable

from mlplan.app.saved import Document, Stale
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.ledger import Record
from mlplan.core.plan import STATE_VERBS, Plan

HINT = "merge what is wanted now, and have its plan reviewed: this one was carried out once"


def check_not_overtaken(records: Iterable[Record], reviewed: Document, fresh: Plan) -> None:
    """Refuse a plan that would change what it changed before, and what was changed by another apply since."""
    again = sorted(overtaken(records, reviewed["digest"]) & {one.address for one in fresh.active()})
    if again:
        summary = "this plan was applied already, and other applies came after it"
        raise Stale([Diagnostic("MLE447", summary, detail="\n".join(again), hint=HINT)])


def overtaken(records: Iterable[Record], digest: str) -> set[str]:
    """Return the addresses that were changed under a plan, and by another one since."""
    done, since = set[str](), set[str]()
    for one in records:
        if one.outcome != "done" or one.error or one.verb in STATE_VERBS:
            continue
        if one.plan != digest:
            since |= {one.address} & done
        elif one.verb == "revert":
            done.discard(one.address)
        else:
            done.add(one.address)
    return since
