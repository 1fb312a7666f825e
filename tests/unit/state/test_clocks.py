"""Clocks: what machines think that the time is decides nothing: neither which state is later, nor who may write."""

import pytest

from mlplan.core.effect import Effects
from mlplan.core.errors import Locked
from mlplan.core.state import Outcome
from mlplan.state.local import LocalBackend
from mlplan.testing.runs import applied, intent

DAY, HOUR = 86_400.0, 3_600.0
SKEWS = {
    "a day behind, a day ahead": [-DAY, DAY],
    "summer time begins and ends": [0.0, HOUR, 0.0],
    "back to 1970": [0.0, -1_767_258_000.0],
    "anything": [(-1) ** n * 7.3**n for n in range(12)],
}


class Wrong:
    """A machine's clock that is off by so much; what only moves forward, moves as it should."""

    def __init__(self, by):
        self.by, self.passed = by, 0.0

    def now(self):
        return 1_767_258_000.0 + self.by

    def monotonic(self):
        return self.passed

    def sleep(self, seconds):
        self.passed += seconds


def machine(root, by):
    return LocalBackend(root / "state", "fraud", "prod", Effects(clock=Wrong(by)))


@pytest.mark.parametrize("skews", SKEWS.values(), ids=SKEWS.keys())
def test_machines_whose_clocks_disagree_go_on_from_each_other(tmp_path, skews):
    for number, by in enumerate(skews, start=1):
        one = machine(tmp_path, by)
        state = applied(one, (intent(number, f"experiment.e{number}"), Outcome(number, "done", f"/Shared/{number}")))
        assert (state.serial, len(state.entries)) == (number, number)
    last = machine(tmp_path, -10 * DAY)
    assert last.read() == state
    ledger = last.ledger()
    assert ledger.damage == []
    assert [one.address for one in ledger.records()] == [f"experiment.e{n}" for n in range(1, len(skews) + 1)]


@pytest.mark.parametrize("by", [-10 * DAY, 0.0, 10 * DAY], ids=["behind", "right", "ahead"])
def test_a_lock_is_not_older_for_whoever_looks_at_it_from_the_future(tmp_path, by):
    held = machine(tmp_path, 0.0).lock("apply")
    with pytest.raises(Locked):
        machine(tmp_path, by).lock("apply")
    held.check()
    held.release()
