import os
import signal

import pytest

from mlplan.app.apply import apply
from mlplan.app.session import Session
from mlplan.core.errors import Locked
from mlplan.engine.options import Options

ONE_BY_ONE = Options(parallelism=1)


def state_of(request_):
    with Session(request_) as session:
        return session.backend.read()


def holder_of(request_):
    with Session(request_) as session:
        return session.backend.holder()


def test_apply_plans_asks_runs_and_saves(request_, watcher):
    result = apply(request_, ONE_BY_ONE, watcher)
    assert result.status == "applied"
    assert watcher.events[:2] == ["planned", "begins 3"]
    assert watcher.events[-1] == "ends"
    assert sorted(state_of(request_).entries) == ["experiment.one", "experiment.three", "experiment.two"]
    assert holder_of(request_) is None


def test_nothing_to_do_writes_nothing(request_, watcher, applied, project):
    before = {path: path.read_bytes() for path in project.glob(".mlplan/state/**/state.json")}
    assert before
    result = apply(request_, ONE_BY_ONE, watcher)
    assert result.status == "nothing to do"
    assert result.state.serial == applied.state.serial
    assert {path: path.read_bytes() for path in before} == before


def test_declining_changes_nothing_and_gives_the_lock_back(request_, watcher):
    watcher.agrees = False
    result = apply(request_, ONE_BY_ONE, watcher)
    assert (result.status, result.exit_code) == ("declined", 1)
    assert state_of(request_).entries == {}
    assert holder_of(request_) is None


def test_the_lock_is_taken_before_state_is_read(request_, watcher):
    with Session(request_) as session:
        lease = session.backend.lock("other")
        try:
            with pytest.raises(Locked):
                apply(request_, ONE_BY_ONE, watcher)
        finally:
            lease.release()
    assert watcher.events == []


def test_a_failing_watcher_gives_the_lock_back(request_, watcher):
    def fail(_planned):
        raise RuntimeError

    watcher.planned = fail
    with pytest.raises(RuntimeError):
        apply(request_, ONE_BY_ONE, watcher)
    assert holder_of(request_) is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
def test_a_signal_finishes_what_is_in_flight_saves_and_leaves_the_rest(request_, watcher, number):
    before = signal.getsignal(number)
    watcher.after[1] = lambda: os.kill(os.getpid(), number)
    result = apply(request_, ONE_BY_ONE, watcher)
    assert (result.status, result.exit_code) == ("partly applied", 5)
    assert len(result.outcomes) == 1
    assert set(result.skipped.values()) == {"the run was stopped"}
    assert any(event.startswith(f"said {number.name}: finishing") for event in watcher.events)
    assert len(state_of(request_).entries) == 1
    assert holder_of(request_) is None
    assert signal.getsignal(number) is before


def test_what_a_signal_left_is_done_by_the_next_run(request_, watcher):
    watcher.after[2] = lambda: os.kill(os.getpid(), signal.SIGINT)
    apply(request_, ONE_BY_ONE, watcher)
    watcher.after.clear()
    result = apply(request_, ONE_BY_ONE, watcher)
    assert result.status == "applied"
    assert len(result.planned.plan.steps) == 1
    assert len(state_of(request_).entries) == 3


def test_a_second_signal_stops_at_once_and_the_next_run_converges(request_, watcher):
    child = os.fork()
    if not child:
        watcher.after[2] = lambda: [os.kill(os.getpid(), signal.SIGINT) for _ in range(2)]
        apply(request_, ONE_BY_ONE, watcher)
        os._exit(99)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 1
    result = apply(request_, ONE_BY_ONE, watcher)
    assert result.status == "applied"
    assert sorted(state_of(request_).entries) == ["experiment.one", "experiment.three", "experiment.two"]
    assert apply(request_, ONE_BY_ONE, watcher).status == "nothing to do"


def test_the_report_tells_of_every_step(request_, watcher):
    watcher.after[1] = lambda: os.kill(os.getpid(), signal.SIGINT)
    document = apply(request_, ONE_BY_ONE, watcher).document()
    assert document["status"] == "partly applied"
    assert [step["status"] for step in document["steps"]] == ["done", "skipped", "skipped"]
    assert document["steps"][1]["message"] == "the run was stopped"


def test_destroy_takes_down_everything_that_is_ours(request_, watcher, applied):
    result = apply(request_, Options(mode="destroy", parallelism=1), watcher, "destroy")
    assert result.status == "applied"
    assert state_of(request_).entries == {}
