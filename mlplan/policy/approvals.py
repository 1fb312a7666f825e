"""Approvals: who has to agree to a plan, by what it changes, where, and how much is at stake."""

from collections.abc import Iterable

from mlplan.core.policy import Approval
from mlplan.core.values import Values


def required(approvals: Iterable[Approval], document: Values) -> list[Values]:
    """Return the requirements that a plan meets with, in the order of the policy, each with its addresses.

    A test of a policy may give a part of a plan only; what it leaves out fits no limit.
    """
    environment, found = document["environment"], []
    changes = [change for change in document.get("changes") or () if "address" in change]
    for one in approvals:
        addresses = sorted(change["address"] for change in changes if one.concerns(environment, change))
        if addresses:
            found.append(one.required(addresses))
    return found
