"""Ledger contract: the part of the backend contract that is about the ledger."""

import pytest

from mlplan.core.backend import About
from mlplan.core.errors import Locked
from mlplan.core.state import Intent, Outcome
from mlplan.testing.runs import Opens, alias, applied, entry, intent, saved, stop


class LedgerContract:
    """Every step that was ever begun is told once, with what became of it, in a chain that shows every change."""

    def test_no_ledger_is_an_empty_one(self, opens: Opens) -> None:
        """Absence is a value, and a save without a journal tells nothing."""
        assert (opens().ledger().records(), opens().ledger().lost) == ([], 0)
        saved(opens(), a=entry())
        assert opens().ledger().records() == []

    def test_a_record_tells_who_did_what_and_what_came_of_it(self, opens: Opens) -> None:
        """Everything that was known of the run when it began is there, and the outcome."""
        move = "model_alias.m.champion"
        agreed = "ben (acme/fraud#7)"
        told = About("4f2a9c1", "sha256:ab", {move: {"version": 6}}, {move: {"version": 7, "run_id": "r7"}}, agreed)
        state = applied(opens(), (alias(3, 7), Outcome(3, "done")), about=told)
        (one,) = opens().ledger().records()
        assert (one.seq, one.step, one.verb, one.address, one.outcome, one.error) == (1, 3, "update", move, "done", "")
        assert (one.id, one.before, one.after) == ("prod.ml.m@champion", {"version": 6}, {"version": 7, "run_id": "r7"})
        assert (one.commit, one.plan, one.lineage, one.serial) == ("4f2a9c1", "sha256:ab", state.lineage, 0)
        assert one.approved == agreed
        assert one.who
        assert one.run
        assert state.ledger == (one.seq, one.sha256)

    def test_steps_that_failed_or_never_ended_are_told_too(self, opens: Opens) -> None:
        """One record for each step: its last outcome, and `unknown` when none came."""
        steps: list[tuple[Intent, Outcome | None]] = [
            (intent(1, "experiment.a"), Outcome(1, "failed", error="not allowed")),
            (intent(2, "experiment.b"), Outcome(2, "unknown")),
            (intent(3, "experiment.c"), None),
        ]
        applied(opens(), *steps)
        found = opens().ledger().records()
        assert [(one.step, one.outcome, one.error) for one in found] == [
            (1, "failed", "not allowed"), (2, "unknown", ""), (3, "unknown", ""),
        ]  # fmt: skip

    def test_runs_follow_on_each_other(self, opens: Opens) -> None:
        """The numbers go on, and each record holds the checksum of the one before."""
        for version in (1, 2, 3):
            applied(opens(), (alias(1, version), Outcome(1, "done")), (intent(2), Outcome(2, "done")))
        found = opens().ledger().records()
        assert [one.seq for one in found] == [1, 2, 3, 4, 5, 6]
        assert [one.prev for one in found[1:]] == [one.sha256 for one in found[:-1]]

    @pytest.mark.parametrize("looks", [0, 2])
    def test_the_journal_of_a_stopped_run_is_in_it_once(self, opens: Opens, looks: int) -> None:
        """Before a later run takes it in, after it did, and whichever way it does."""
        applied(opens(), (alias(1, 1), Outcome(1, "done")))
        backend = opens()
        lease = backend.lock("apply")
        journal = lease.journal(backend.read())
        journal.intend(alias(1, 2))
        journal.record(alias(1, 2), Outcome(1, "done"))
        journal.intend(intent(2))
        stop(backend, lease)
        expected = opens().ledger().records()
        assert [(one.seq, one.step, one.outcome) for one in expected] == [
            (1, 1, "done"), (2, 1, "done"), (3, 2, "unknown"),
        ]  # fmt: skip
        for _ in range(looks):  # a run that plans, and goes away with nothing done
            lease = opens().lock("apply")
            lease.release()
        lease = opens().lock("apply")
        lease.save(opens().read())
        lease.release()
        assert opens().ledger().records() == expected
        applied(opens(), (intent(2), Outcome(2, "done")))
        assert opens().ledger().records()[:3] == expected

    def test_two_stopped_runs_are_both_in_it(self, opens: Opens) -> None:
        """Each journal begins only when the ledger holds the one before."""
        for step in (1, 2):
            backend = opens()
            lease = backend.lock("apply")
            lease.journal(backend.read()).intend(intent(step, f"experiment.{step}"))
            stop(backend, lease)
        saved(opens())
        assert [one.address for one in opens().ledger().records()] == ["experiment.1", "experiment.2"]

    def test_a_run_that_lost_its_lock_adds_nothing(self, opens: Opens) -> None:
        """What it had journaled is taken in by the one who holds the lock now."""
        backend = opens()
        lease = backend.lock("apply")
        state = backend.read()
        lease.journal(state).intend(intent(1))
        opens().unlock(lease.holder.id)
        with pytest.raises(Locked):
            lease.save(state)
        lease.release()
        saved(opens())
        assert [one.step for one in opens().ledger().records()] == [1]
