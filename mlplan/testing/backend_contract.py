"""Backend contract: the suite that every state backend runs.

Derive a pytest class and say how to open the backend: each call must give a new one on the same
place, as another process would.

    class TestMine(BackendContract):
        @pytest.fixture
        def opens(self, tmp_path):
            return lambda: MyBackend(tmp_path)
"""

from threading import Thread

import pytest

from mlplan.core.errors import Locked, StateError
from mlplan.core.state import Entry, Intent, Outcome
from mlplan.testing.ledger_contract import LedgerContract
from mlplan.testing.runs import Opens, entry, intent, saved, stop

THREADS, EACH = 8, 25


class ReadContract:
    """What is read is what was written."""

    def test_no_state_is_an_empty_one_without_lineage(self, opens: Opens) -> None:
        """Absence is a value."""
        state = opens().read()
        assert (state.lineage, state.serial, state.epoch, state.entries, state.pending) == ("", 0, 0, {}, [])

    def test_a_saved_state_is_read_back(self, opens: Opens) -> None:
        """Nothing is lost or changed on the way."""
        odd = entry(" \u00e9\u2028\ud800\\", nested=[{"a": [1, 2.5, -0.0, True, None, 10**30, ""]}, {}])
        wrote = saved(opens(), a=entry(), b=Entry("schema", "c.s", {}, {}, ("catalog.c",), protect=True), c=odd)
        assert opens().read() == wrote

    def test_each_save_is_the_next_serial_of_one_lineage(self, opens: Opens) -> None:
        """Lineage is made once, serial counts, and the epoch is the lock's."""
        first, second = saved(opens(), a=entry()), saved(opens())
        assert (first.serial, second.serial) == (1, 2)
        assert first.lineage == second.lineage != ""
        assert second.epoch > first.epoch > 0

    def test_pending_steps_are_kept(self, opens: Opens) -> None:
        """A save does not lose what is still to be read back."""
        lease = opens().lock("apply")
        state = opens().read()
        state.pending = [intent(7, moved_from="experiment.old")]
        lease.save(state)
        lease.release()
        assert opens().read().pending == [intent(7, moved_from="experiment.old")]

    def test_a_state_that_changed_since_it_was_read_is_not_overwritten(self, opens: Opens) -> None:
        """No update is lost, even when a program forgets to read under the lock."""
        stale = opens().read()
        wrote = saved(opens(), a=entry())
        lease = opens().lock("apply")
        with pytest.raises(StateError, match="changed since it was read"):
            lease.save(stale)
        with pytest.raises(StateError, match="changed since it was read"):
            lease.journal(stale)
        lease.release()
        assert opens().read() == wrote

    def test_one_lease_saves_more_than_once(self, opens: Opens) -> None:
        """Each save goes on from what the one before returned."""
        lease = opens().lock("apply")
        state = lease.save(lease.save(opens().read()))
        lease.release()
        assert (state.serial, opens().read()) == (2, state)


class LockContract:
    """One writer at a time, known by name."""

    def test_another_is_refused_and_told_who_and_how(self, opens: Opens) -> None:
        """The message names holder, command, run and the way out."""
        lease = opens().lock("mlplan apply -e prod")
        holder = lease.holder
        with pytest.raises(Locked) as refused:
            opens().lock("mlplan apply")
        told = f"{refused.value} {refused.value.hint}"
        assert all(part in told for part in (holder.who, holder.command, holder.run, f"unlock --id {holder.id}"))
        assert (refused.value.exit_code, opens().holder()) == (4, holder)
        lease.release()

    def test_a_released_lock_is_free(self, opens: Opens) -> None:
        """The next one takes it with a higher epoch and another id."""
        first = opens().lock("apply")
        first.release()
        assert opens().holder() is None
        second = opens().lock("apply")
        second.check()
        second.release()
        assert second.holder.epoch > first.holder.epoch
        assert second.holder.id != first.holder.id

    @pytest.mark.parametrize("wrong", ["", "nope", "prefix"])
    def test_unlock_needs_the_exact_id(self, opens: Opens, wrong: str) -> None:
        """Neither a guess nor the beginning of the id will do."""
        lease = opens().lock("apply")
        with pytest.raises(StateError, match="no lock with the id"):
            opens().unlock(lease.holder.id[:8] if wrong == "prefix" else wrong)
        lease.check()
        lease.release()

    def test_unlock_of_nothing_is_refused(self, opens: Opens) -> None:
        """Before any lock, and after it was given back."""
        with pytest.raises(StateError, match="not locked"):
            opens().unlock("0" * 32)
        lease = opens().lock("apply")
        lease.release()
        with pytest.raises(StateError, match="not locked"):
            opens().unlock(lease.holder.id)

    def test_a_broken_lease_writes_nothing_more(self, opens: Opens) -> None:
        """Fencing: state and journal are closed to the one who lost the lock, and the next one's lock stays."""
        backend = opens()
        old = backend.lock("apply")
        state = backend.read()
        journal = old.journal(state)
        assert opens().unlock(old.holder.id) == old.holder
        new = opens().lock("apply")
        for write in (
            old.check,
            lambda: old.save(state),
            lambda: old.journal(state),
            lambda: journal.intend(intent(1)),
        ):
            with pytest.raises(Locked, match="no longer locked by this run"):
                write()
        old.release()
        new.check()
        assert new.holder.epoch > old.holder.epoch
        assert opens().holder() == new.holder
        new.release()
        assert opens().read() == state

    def test_reading_needs_no_lock(self, opens: Opens) -> None:
        """A plan goes on while another applies."""
        wrote = saved(opens(), a=entry())
        lease = opens().lock("apply")
        assert opens().read() == wrote
        lease.release()


class JournalContract:
    """What was begun is never forgotten, and what was done is never lost."""

    def test_an_intent_is_there_before_its_outcome(self, opens: Opens) -> None:
        """Whoever reads then sees the step pending, and a serial and lineage that say so."""
        backend = opens()
        lease = backend.lock("apply")
        lease.journal(backend.read()).intend(intent(1))
        state = opens().read()
        assert (state.entries, state.pending, state.serial) == ({}, [intent(1)], 1)
        assert state.lineage
        stop(backend, lease)
        assert opens().read() == state

    def test_outcomes_are_taken_in_as_the_applier_does(self, opens: Opens) -> None:
        """Finished steps change entries; failed ones do not; unknown ones stay pending."""
        steps: list[tuple[Intent, Outcome]] = [
            (intent(1, "experiment.a"), Outcome(1, "done", "/Shared/x", {"experiment_id": "9"})),
            (intent(2, "experiment.b"), Outcome(2, "failed", error="not allowed")),
            (intent(3, "experiment.c"), Outcome(3, "unknown")),
            (intent(4, "experiment.gone", "delete"), Outcome(4, "done")),
            (intent(5, "experiment.left", "forget"), Outcome(5, "done")),
            (intent(6, "experiment.new", "record", moved_from="experiment.old"), Outcome(6, "done")),
            (intent(7, "experiment.a", "wait"), Outcome(7, "done")),
        ]
        saved(opens(), gone=entry(), left=entry(), old=entry(), other=entry())
        expected = opens().read()
        backend = opens()
        lease = backend.lock("apply")
        journal = lease.journal(backend.read())
        for begun, outcome in steps:
            journal.intend(begun)
            journal.record(begun, outcome)
            expected.fold(begun, outcome)
        journal.close()
        stop(backend, lease)
        state = opens().read()
        assert state.entries == expected.entries
        assert set(state.entries) == {"experiment.a", "experiment.new", "experiment.other"}
        assert state.pending == [steps[2][0]]

    def test_an_unknown_outcome_can_be_found_out(self, opens: Opens) -> None:
        """A later outcome of the same step settles it."""
        backend = opens()
        lease = backend.lock("apply")
        journal = lease.journal(backend.read())
        journal.intend(intent(1))
        journal.record(intent(1), Outcome(1, "unknown"))
        journal.record(intent(1), Outcome(1, "done", "/Shared/a"))
        stop(backend, lease)
        state = opens().read()
        assert (list(state.entries), state.pending) == (["experiment.a"], [])

    def test_a_save_takes_the_place_of_the_journal(self, opens: Opens) -> None:
        """Its lineage is the one that the journal began."""
        backend = opens()
        lease = backend.lock("apply")
        state = backend.read()
        journal = lease.journal(state)
        journal.intend(intent(1))
        lineage = opens().read().lineage
        journal.record(intent(1), Outcome(1, "done"))
        state.fold(intent(1), Outcome(1, "done"))
        wrote = lease.save(state)
        lease.release()
        assert (wrote.lineage, wrote.serial, wrote.pending) == (lineage, 1, [])
        assert opens().read() == wrote

    @pytest.mark.parametrize("crashes", [1, 2, 3])
    def test_runs_that_stop_one_after_the_other_lose_nothing(self, opens: Opens, crashes: int) -> None:
        """Each takes in the journal before its own begins."""
        saved(opens(), old=entry())
        for number in range(crashes):
            backend = opens()
            lease = backend.lock("apply")
            journal = lease.journal(backend.read())
            for step, name in enumerate((f"experiment.done{number}", f"experiment.begun{number}")):
                journal.intend(intent(step, name))
            journal.record(intent(0, f"experiment.done{number}"), Outcome(0, "done"))
            stop(backend, lease)
        state = opens().read()
        assert set(state.entries) == {"experiment.old", *(f"experiment.done{number}" for number in range(crashes))}
        assert {one.address for one in state.pending} == {f"experiment.begun{number}" for number in range(crashes)}
        backend = opens()
        lease = backend.lock("apply")
        wrote = lease.save(backend.read())
        lease.release()
        assert wrote.serial > state.serial
        assert opens().read() == wrote

    def test_a_step_that_is_tried_again_takes_the_place_of_the_pending_one(self, opens: Opens) -> None:
        """What a later run found out about an address is the last word."""
        for outcome in (None, Outcome(2, "done")):
            backend = opens()
            lease = backend.lock("apply")
            state = backend.read()
            journal = lease.journal(state)
            journal.intend(intent(2))
            if outcome:
                journal.record(intent(2), outcome)
            stop(backend, lease)
        state = opens().read()
        assert (list(state.entries), state.pending) == (["experiment.a"], [])

    def test_a_plan_of_before_a_stopped_run_is_stale(self, opens: Opens) -> None:
        """The serial moves with what the journal adds, and not without it."""
        first = saved(opens(), a=entry())
        backend = opens()
        lease = backend.lock("apply")
        journal = lease.journal(backend.read())
        assert opens().read().serial == first.serial
        journal.intend(intent(1))
        assert opens().read().serial > first.serial
        stop(backend, lease)

    def test_threads_may_write_at_once(self, opens: Opens) -> None:
        """Every intent is there when its thread goes on, and each outcome finds its own."""
        backend = opens()
        lease = backend.lock("apply")
        journal = lease.journal(backend.read())

        def work(thread: int) -> None:
            for number in range(EACH):
                begun = intent(thread * EACH + number, f"experiment.t{thread}_{number}")
                journal.intend(begun)
                if number % 2:
                    journal.record(begun, Outcome(begun.step, "done"))

        threads = [Thread(target=work, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        journal.close()
        stop(backend, lease)
        state = opens().read()
        done = {f"experiment.t{thread}_{number}" for thread in range(THREADS) for number in range(1, EACH, 2)}
        assert set(state.entries) == done
        assert len(state.pending) == THREADS * EACH - len(done)


class BackendContract(ReadContract, LockContract, JournalContract, LedgerContract):
    """Everything that a backend promises."""
