"""Crash: stop a run at every moment of every effect, run again, and see that the end is the same.

A scenario is a world and a command. The command runs once undisturbed, under a probe that counts
the moments before, within and after each effect. Then, for each moment, it runs in a fork that is
ended there as `kill -9` would; it runs again to the end; and it runs a third time. The second
run must end as the undisturbed one did, and the third must write nothing.
"""

import gc
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from mlplan.core.effect import Effects

KILLED = 137
"""The exit status of a process that was ended by SIGKILL."""


class Scenario(Protocol):
    """A world, and a command that must survive being stopped."""

    name: str
    silent: bool
    """A run that finds all done writes nothing. A scenario with a step that fails each time says False."""

    def prepare(self, root: Path) -> None:
        """Make the world as it is before the command."""

    def run(self, root: Path, effects: Effects) -> None:
        """Do what the command does, through `effects` and one thing at a time."""

    def observe(self, root: Path) -> Any:
        """Return, as JSON, all that must not depend on where a run was stopped: objects, others' too, and state."""


class Moment(NamedTuple):
    """A place where a run can be stopped."""

    when: str
    label: str

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.when} {self.label}"


class Problem(NamedTuple):
    """A stop after which things did not end well."""

    scenario: str
    stops: tuple[str, ...]
    what: str

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.scenario}, stopped {', then '.join(self.stops)}: {self.what}"


@dataclass(slots=True)
class Report:
    """What an enumeration found."""

    moments: int = 0
    """Of the undisturbed run."""
    points: int = 0
    """Stops, or chains of stops, that were tried."""
    problems: list[Problem] = field(default_factory=list)

    def add(self, other: "Report") -> None:
        """Take in what another enumeration found."""
        self.moments += other.moments
        self.points += other.points
        self.problems += other.problems


class Probe:
    """Counts moments, and ends the process at the one with the given number."""

    def __init__(self, stop_at: int = -1) -> None:
        """Count from zero; by default nothing is stopped."""
        self.seen: list[Moment] = []
        self._stop_at = stop_at

    def __call__(self, when: str, label: str) -> None:
        """Pass a moment."""
        if len(self.seen) == self._stop_at:
            os._exit(KILLED)
        self.seen.append(Moment(when, label))


class Child(NamedTuple):
    """A fork at work."""

    process: int
    answer: int

    def result(self) -> tuple[int, Any]:
        """Wait for its end; return its exit status and what it answered."""
        with os.fdopen(self.answer, "rb") as pipe:
            data = pipe.read()
        status = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        return status, json.loads(data) if data else None


def fork(work: Callable[[], Any]) -> Child:
    """Start `work` in a fork; what it returns must be JSON. A failure ends the fork with status 1 and its text."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return Child(process, reading)
    status, answer = 0, None
    try:
        os.close(reading)
        answer = work()
    except BaseException as error:  # noqa: BLE001 - the fork must never go on as its parent
        status, answer = 1, f"{type(error).__name__}: {error}"
    finally:
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps(answer).encode())
        os._exit(status)


def enumerate_crashes(scenario: Scenario, work: Path, *, depth: int = 1, workers: int = 2) -> Report:
    """Try every stop, and every chain of up to `depth` stops, in copies of the world under `work`."""
    prepared, clean = work / "prepared", work / "clean"
    prepared.mkdir(parents=True)
    _answer(fork(lambda: scenario.prepare(prepared)), "preparing")
    shutil.copytree(prepared, clean)
    seen, expected = _answer(fork(lambda: _undisturbed(scenario, clean)), "an undisturbed run")
    moments = [Moment(*one) for one in seen]
    shares = [_Share(scenario, work / f"share{one}", expected, depth) for one in range(workers)]
    children = [
        fork(lambda share=share, first=first: share.explore(prepared, moments, first, workers))  # type: ignore[misc]
        for first, share in enumerate(shares)
    ]
    report = Report(moments=len(moments))
    for child in children:
        points, problems = _answer(child, "an enumeration")
        report.points += points
        report.problems += [Problem(name, tuple(stops), what) for name, stops, what in problems]
    return report


@dataclass(slots=True)
class _Share:
    """One worker's part of an enumeration."""

    scenario: Scenario
    work: Path
    expected: Any
    depth: int
    points: int = 0
    problems: list[Problem] = field(default_factory=list)

    def explore(self, world: Path, moments: list[Moment], first: int, step: int) -> tuple[int, list[Problem]]:
        """Try every `step`th stop from the `first` on, starting from this world."""
        self.work.mkdir()
        _undisturbed(self.scenario, self._copy(world))  # so that the forks find every module imported
        gc.freeze()
        for number in range(first, len(moments), step):
            self._stop(world, number, (str(moments[number]),))
        return self.points, self.problems

    def _stop(self, world: Path, number: int, stops: tuple[str, ...]) -> None:
        """Stop at this moment; finish from there, and stop again as often as the depth allows."""
        root = self._copy(world)
        status, answer = fork(lambda: self.scenario.run(root, Effects(probe=Probe(number)))).result()
        if status != KILLED:
            self._report(stops, f"the run was not stopped there, but ended with {status}: {answer}")
        elif len(stops) < self.depth:
            for later, moment in enumerate(self._moments(root)):
                self._stop(root, later, (*stops, str(moment)))
        self._judge(root, stops)
        shutil.rmtree(root)

    def _judge(self, root: Path, stops: tuple[str, ...]) -> None:
        """Run to the end twice, and compare."""
        self.points += 1
        status, answer = fork(lambda: list(_endings(self.scenario, root, self.expected))).result()
        for what in answer if status == 0 else [f"the next run failed: {answer}"]:
            self._report(stops, what)

    def _report(self, stops: tuple[str, ...], what: str) -> None:
        """Keep a problem."""
        self.problems.append(Problem(self.scenario.name, stops, what))

    def _moments(self, world: Path) -> list[Moment]:
        """Return the moments of an undisturbed run from this world on."""
        root = self._copy(world)
        seen, _ = _answer(fork(lambda: _undisturbed(self.scenario, root)), "an undisturbed run")
        shutil.rmtree(root)
        return [Moment(*one) for one in seen]

    def _copy(self, world: Path) -> Path:
        """Return a copy of a world, beside the copies that are in use."""
        root = self.work / f"{len(list(self.work.iterdir()))}-{os.getpid()}"
        shutil.copytree(world, root)
        return root


def _undisturbed(scenario: Scenario, root: Path) -> tuple[list[Moment], Any]:
    """Run once; return the moments and what is there in the end."""
    probe = Probe()
    scenario.run(root, Effects(probe=probe))
    return probe.seen, scenario.observe(root)


def _endings(scenario: Scenario, root: Path, expected: Any) -> Iterator[str]:
    """Run to the end and once more; yield what is not as it should be."""
    _, found = _undisturbed(scenario, root)
    if _plain(found) != expected:
        yield f"it ends otherwise: {difference(expected, _plain(found))}"
    seen, again = _undisturbed(scenario, root)
    if _plain(again) != _plain(found):
        yield f"the third run changes something: {difference(_plain(found), _plain(again))}"
    writes = list(dict.fromkeys(label for _, label in seen if not label.startswith("lock:")))
    if scenario.silent and writes:
        yield f"the third run writes: {', '.join(writes)}"


def difference(expected: Any, found: Any, place: str = "") -> str:
    """Return the first places where two JSON values differ."""
    if isinstance(expected, dict) and isinstance(found, dict):
        names = sorted({*expected, *found})
        parts = [difference(expected.get(name), found.get(name), f"{place}/{name}") for name in names]
        return "; ".join([part for part in parts if part][:3])
    return "" if expected == found else f"{place or '/'} should be {json.dumps(expected)} and is {json.dumps(found)}"


def _plain(value: Any) -> Any:
    """Return a value as it comes out of a pipe."""
    return json.loads(json.dumps(value))


def _answer(child: Child, what: str) -> Any:
    """Return what a fork answered; RuntimeError when it failed, as nothing was to stop it."""
    status, answer = child.result()
    if status:
        raise RuntimeError(f"{what} failed: {answer}")
    return answer
