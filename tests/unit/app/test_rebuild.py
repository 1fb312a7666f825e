"""A lost state, rebuilt through the lock, the journal and the ledger."""

import shutil

import pytest

from mlplan.app.import_ import import_object
from mlplan.app.rebuild import preview, rebuild_state
from mlplan.app.session import Session
from mlplan.app.state import remembered
from mlplan.core.errors import Locked, MlplanError
from mlplan.core.state import Intent

ALL = ["experiment.one", "experiment.three", "experiment.two"]


@pytest.fixture
def lost(project, applied):
    """Return what is left of the state's directory: nothing."""
    state = project / ".mlplan" / "state"
    shutil.rmtree(state)
    return state


def yes(_made):
    return True


def test_it_is_shown_agreed_to_and_written(request_, lost):
    seen = []
    made = rebuild_state(request_, [], lambda found: seen.append([one.address for one in found.found.taken]) or True)
    assert seen == [ALL]
    assert (made.written, made.state.serial) == (True, 1)
    assert sorted(remembered(request_).entries) == ALL
    assert made.document()["taken"][0] == {
        "address": "experiment.one", "kind": "experiment", "id": "/Shared/one", "how": "marked",
    }  # fmt: skip


def test_the_plan_after_it_is_empty_and_the_next_apply_goes_on(request_, lost, planned):
    rebuild_state(request_, [], yes)
    found = planned()
    assert found.plan.empty
    assert not found.plan.steps


def test_declined_or_only_looked_at_nothing_is_written(request_, lost):
    assert not rebuild_state(request_, [], lambda _: False).written
    assert not preview(request_, [], yes).written
    assert not (lost / "small" / "dev" / "state.json").exists()


def test_a_preview_takes_no_lock(request_, lost):
    preview(request_, [], yes)
    assert not lost.exists()


def test_the_ledger_tells_of_each(request_, lost):
    rebuild_state(request_, [], yes)
    with Session(request_) as session:
        ledger = session.backend.ledger()
    assert [(one.verb, one.address, one.outcome) for one in ledger.records()] == [("adopt", one, "done") for one in ALL]
    assert ledger.damage == []


def test_a_state_that_is_there_is_not_rebuilt(request_, applied):
    for attempt in (lambda: preview(request_, [], yes), lambda: rebuild_state(request_, [], yes)):
        with pytest.raises(MlplanError) as caught:
            attempt()
        assert (caught.value.code, caught.value.exit_code) == ("MLE640", 1)
    assert "serial 1, 3 resources" in str(caught.value)


def test_a_lock_that_is_held_is_waited_for_by_nobody(request_, lost):
    with Session(request_) as session:
        lease = session.backend.lock("apply")
        with pytest.raises(Locked):
            rebuild_state(request_, [], yes)
        lease.release()


def test_a_rebuild_that_was_stopped_half_way_is_gone_on_with(request_, lost):
    whole = preview(request_, [], yes).found.taken
    with Session(request_) as session:
        lease = session.backend.lock("state rebuild")
        state = session.backend.read()
        journal = lease.journal(state)
        for number, one in enumerate(whole[:2], start=1):
            journal.intend(Intent(number, "adopt", one.address, one.entry))
        session.backend.unlock(lease.holder.id)
        lease.release()
    made = rebuild_state(request_, [], yes)
    assert sorted(made.state.entries) == ALL
    assert made.state.pending == []
    assert rebuild_refused(request_)


def rebuild_refused(request_):
    with pytest.raises(MlplanError) as caught:
        rebuild_state(request_, [], yes)
    return caught.value.code == "MLE640"


def test_a_state_file_alone_that_is_lost_says_the_way_out(request_, project, applied):
    (project / ".mlplan/state/small/dev/state.json").unlink()
    with pytest.raises(MlplanError) as caught:
        rebuild_state(request_, [], yes)
    assert "mlplan state rebuild" in caught.value.hint
    shutil.rmtree(project / ".mlplan/state")
    assert rebuild_state(request_, [], yes).written


def test_an_import_of_what_another_owns_is_refused(request_, project, applied):
    (project / "mlplan.yaml").write_text(
        "project: other\nenvironments: {dev: {provider: local}}\ndefault_environment: dev\n", encoding="utf-8"
    )
    with pytest.raises(MlplanError) as caught:
        import_object(request_, "experiment.one", "/Shared/one")
    assert caught.value.code == "MLE524"
    assert "small/dev, as experiment.one" in str(caught.value)
