"""Journal: the record of one apply, one line per event, each with its number and a checksum.

The first line says which state the apply started from. An intent is durable before its call is
made. Threads that wait for that share one sync: the first syncs for all that have written.
Outcomes ride along with the next intent's sync, or with `close`: one that is lost leaves its step
begun and not finished, which the next run reads back.
"""

import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zlib import crc32

from mlplan.core.backend import NOTHING_MORE, About, Journal
from mlplan.core.effect import Effects
from mlplan.core.errors import MlplanError, StateError
from mlplan.core.state import Intent, Outcome, State
from mlplan.state import formats
from mlplan.state.codec import dump, intent_in, intent_out
from mlplan.state.sink import Sink

_LINE = re.compile(rb'\{"crc":"([0-9a-f]{8})",')
_STATUSES = frozenset(("done", "failed", "unknown"))


@dataclass(frozen=True, slots=True)
class Header:
    """The state that an apply starts from, and who applies."""

    lineage: str
    base: int
    """The serial of that state."""
    epoch: int
    run: str
    who: str = ""
    about: About = NOTHING_MORE
    """What the ledger tells of the run; it stands here so that it outlives a crash."""


class Event(NamedTuple):
    """An intent when it was begun, or the same with its outcome when that came."""

    intent: Intent
    outcome: Outcome | None
    at: float
    """Seconds since the epoch, for people."""


@dataclass(slots=True)
class Recorded:
    """What a journal tells."""

    header: Header
    events: list[Event] = field(default_factory=list)


class LineJournal(Journal):
    """A journal that is being written."""

    def __init__(self, effects: Effects, sink: Sink, file: str, check: Callable[[], None], header: Header) -> None:
        """Go on after the header, which `sink` has already."""
        self.recorded = Recorded(header)
        self._effects = effects
        self._sink = sink
        self._file = file
        self._check = check
        self._turn = threading.Condition()
        self._written = 0
        self._synced = 0
        self._syncing = False
        self._broken = ""
        self._closed = False

    def intend(self, intent: Intent) -> None:
        """Make an intent durable; StateError when it cannot be, and then the call must not be made."""
        self._check()
        self._wait_for(self._append("intent", intent_out(intent), Event(intent, None, self._effects.clock.now())))

    def record(self, intent: Intent, outcome: Outcome) -> None:
        """Write what became of an intent."""
        found = {"status": outcome.status, "id": outcome.id, "outputs": outcome.outputs, "error": outcome.error}
        event = Event(intent, outcome, self._effects.clock.now())
        self._append("outcome", {"step": intent.step, **found}, event)

    def close(self) -> None:
        """Make everything durable and stop writing."""
        if self._closed:
            return
        self._closed = True
        try:
            if not self._broken:
                self._wait_for(self._written)
        finally:
            self._sink.close()

    def _append(self, name: str, body: dict[str, Any], event: Event) -> int:
        """Write one line and return its number; after a failure nothing more is written."""
        with self._turn:
            self._refuse_broken()
            number = self._written + 1
            with self._breaking():
                text = line({"seq": number, "event": name, "at": event.at, **body})
                self._sink.append(text)
            self._written = number
            self.recorded.events.append(event)
            return number

    def _wait_for(self, number: int) -> None:
        """Return once the lines up to `number` are durable."""
        with self._turn:
            while self._synced < number:
                self._refuse_broken()
                if self._syncing:
                    self._turn.wait()
                else:
                    self._lead()

    def _lead(self) -> None:
        """Sync for everyone who has written so far; others may write meanwhile."""
        upto = self._written
        self._syncing = True
        self._turn.release()
        try:
            with self._breaking():
                self._sink.sync()
        finally:
            self._turn.acquire()
            self._syncing = False
            self._turn.notify_all()
        self._synced = upto

    @contextmanager
    def _breaking(self) -> Iterator[None]:
        """Write no more after a failure: half a line may stand at the end, and no sync can be trusted twice."""
        try:
            yield
        except OSError as error:
            self._broken = error.strerror or str(error)
            self._refuse_broken()
        except MlplanError as error:
            self._broken = str(error)
            raise
        except BaseException:
            self._broken = "an earlier write was interrupted"
            raise

    def _refuse_broken(self) -> None:
        """Raise StateError when an earlier write failed."""
        if self._broken:
            hint = "no further step is begun; put that right and run again: what was begun is read back"
            raise StateError(f"cannot write {self._file}: {self._broken}", code="MLE606", hint=hint)


def line(body: dict[str, Any]) -> bytes:
    """Return one line of a journal: canonical JSON, and before it the checksum of what follows."""
    text = dump(body)[1:].encode()
    return b'{"crc":"%08x",%b\n' % (crc32(text), text)


def header_line(header: Header) -> bytes:
    """Return the first line of a journal."""
    start = {"lineage": header.lineage, "base": header.base, "epoch": header.epoch, "run": header.run}
    about = header.about.told()
    return line({"seq": 0, "event": "begin", "format": formats.latest(), **start, "who": header.who, "about": about})


def parse(data: bytes, file: str) -> Recorded:
    """Return what a journal tells; its last line may be torn, and any other damage is a StateError."""
    lines = data.split(b"\n")
    lines.pop()  # nothing, or a line that was being written when the run stopped
    while lines and b"\0" in lines[-1]:
        lines.pop()  # room that the file system had made for a line before the power went
    if not lines:
        raise damaged(file, "it has no first line")
    at = 0
    try:
        first = _body(lines[0], 0)
        formats.refuse_newer(first["format"], file)
        recorded = Recorded(_header(formats.upgraded(first, "journal", first["format"])))
        begun: dict[int, Intent] = {}
        for at in range(1, len(lines)):
            later = formats.upgraded(_body(lines[at], at), "journal", first["format"])
            recorded.events.append(_event(later, begun))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise damaged(file, f"line {at + 1} does not hold what mlplan writes") from error
    return recorded


def take_in(state: State, recorded: Recorded) -> None:
    """Fold the finished steps of a stopped run into `state`, and leave the others pending.

    What is taken in counts as one serial, so that a plan made before it is stale.
    """
    if not recorded.events:
        return
    state.lineage = recorded.header.lineage
    state.serial += 1
    state.recovered = True
    state.epoch = recorded.header.epoch
    pending: dict[int, Intent] = {}
    for intent, outcome, _ in recorded.events:
        if outcome is None or outcome.status == "unknown":
            pending[intent.step] = intent
        else:
            pending.pop(intent.step, None)
            state.fold(intent, outcome)
    state.pending = [*_not_tried_again(state.pending, recorded.events), *pending.values()]


def damaged(file: str, why: str) -> StateError:
    """Return the error for a journal that cannot be trusted."""
    hint = (
        "put back the file from a backup; or move it away, and then plan: objects that its run made are "
        "reported as existing and not ours, and are adopted on request"
    )
    return StateError(f"{file} is damaged: {why}", code="MLE604", hint=hint)


def _not_tried_again(pending: list[Intent], events: Iterable[Event]) -> list[Intent]:
    """Return the older pending steps whose addresses the later run did not touch."""
    touched = {name for intent, _, _ in events for name in (intent.address, intent.moved_from)}
    return [intent for intent in pending if intent.address not in touched]


def _body(text: bytes, number: int) -> dict[str, Any]:
    """Return the content of a line whose checksum and number are right."""
    match = _LINE.match(text)
    if match is None or int(match[1], 16) != crc32(text[match.end() :]):
        raise ValueError("checksum")
    found: dict[str, Any] = json.loads(text)
    if found["seq"] != number:
        raise ValueError("order")
    return found


def _header(body: dict[str, Any]) -> Header:
    """Return the header that the first line holds."""
    if body["event"] != "begin":
        raise ValueError("header")
    header = Header(body["lineage"], body["base"], body["epoch"], body["run"], body.get("who", ""), _about(body))
    told = (header.lineage, header.base, header.epoch, header.run, header.who)
    if [type(one) for one in told] != [str, int, int, str, str]:
        raise ValueError("header")
    return header


def _about(body: dict[str, Any]) -> About:
    """Return what the first line tells of the run; earlier versions told nothing."""
    about = About(**body.get("about", {}))
    if [type(one) for one in about] != [str, str, dict, dict, str]:
        raise ValueError("about")
    return about


def _event(body: dict[str, Any], begun: dict[int, Intent]) -> Event:
    """Return what a later line holds: an intent, or the outcome of one before it."""
    at = float(body.get("at", 0))
    if body["event"] == "intent":
        intent = begun[body["step"]] = intent_in(body)
        return Event(intent, None, at)
    status, name, outputs, error = body["status"], body["id"], body["outputs"], body["error"]
    typed = type(name) is str and type(outputs) is dict and type(error) is str
    if body["event"] != "outcome" or status not in _STATUSES or not typed:
        raise ValueError("outcome")
    return Event(begun[body["step"]], Outcome(body["step"], status, name, outputs, error), at)
