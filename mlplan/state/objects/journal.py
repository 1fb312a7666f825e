"""Journal: what a run begins and does, as a row of numbered objects that each can be written once.

`journal/<serial>-<epoch>/<number>.jsonl` holds lines of the journal that goes on from that serial. Whoever takes the
lock from a run that did not give it back puts a seal under the next number; the write of a run that only
slept then clashes with the seal, and the call that it was to announce is never made.
"""

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from typing import Final, NamedTuple

from mlplan.core.errors import StateError
from mlplan.state.codec import Head
from mlplan.state.journal import Recorded, damaged, parse
from mlplan.state.objects.place import Place
from mlplan.state.objects.port import Clash
from mlplan.state.sequence import applies

FOLDER: Final = "journal/"
LONG_AGO: Final = 20
_KEY: Final = re.compile(r"journal/(\d{10})-(\d{10})/(\d{6})\.jsonl")
_SEAL: Final = b'{"sealed":'


class Moving(Exception):
    """What was listed is gone: a run has ended meanwhile, and reading starts over; it names the journal."""


class Part(NamedTuple):
    """One object of a journal."""

    base: int
    epoch: int
    number: int

    @property
    def key(self) -> str:
        """Return where it is."""
        return f"{FOLDER}{self.base:010d}-{self.epoch:010d}/{self.number:06d}.jsonl"


class PartSink:
    """Lines that wait for the next object, and go out together."""

    def __init__(self, place: Place, first: Part, alive: Callable[[], None], lost: Callable[[], Exception]) -> None:
        """Go on after the first object, which is there."""
        self._place = place
        self._next = first._replace(number=first.number + 1)
        self._alive = alive
        self._lost = lost
        self._waiting: list[bytes] = []
        self._turn = threading.Lock()

    def append(self, text: bytes) -> None:
        """Keep a line for the next object."""
        with self._turn:
            self._waiting.append(text)

    def sync(self) -> None:
        """Write what waits; Locked when another has sealed the journal, or the lease ran out over it."""
        with self._turn:
            data, self._waiting = b"".join(self._waiting), []
        if data:
            try:
                self._place.write("journal:put", self._next.key, data, None)
            except Clash:
                raise self._lost() from None
            self._next = self._next._replace(number=self._next.number + 1)
        self._alive()

    def close(self) -> None:
        """Nothing is open."""


def parts(place: Place) -> list[Part]:
    """Return the parts of all journals there, in order."""
    matches = map(_KEY.fullmatch, place.names(FOLDER))
    return sorted(Part(*map(int, match.groups())) for match in matches if match)


def begin(place: Place, first: Part, header: bytes) -> None:
    """Write the first object of a journal; Clash when there is one."""
    place.write("journal:begin", first.key, header, None)


def seal(place: Place) -> None:
    """Close every journal that is there to whoever still writes it."""
    for _, row in groupby(parts(place), lambda part: part[:2]):
        last = max(row)
        while not _sealed(place, last):
            last = last._replace(number=last.number + 1)


def _sealed(place: Place, last: Part) -> bool:
    """Put a seal after the last part; False when something came before it."""
    after = last._replace(number=last.number + 1)
    data = b'%b"%b"}\n' % (_SEAL, place.effects.token().encode())
    try:
        place.write("lock:seal", after.key, data, None)
    except Clash:
        return False
    return True


def recorded(place: Place, head: Head, found: Iterable[Part]) -> Recorded | None:
    """Return the journal that goes on from a state; None when nothing was begun since."""
    begun = []
    for (base, epoch), row in groupby(found, lambda part: part[:2]):
        if base < head.serial or epoch < head.epoch:
            continue  # state holds it already, or was fenced against it before it began
        name = place.called(f"{FOLDER}{base:010d}-{epoch:010d}")
        one = parse(b"".join(_contents(place, list(row), name)), name)
        if applies(one, head, name) and one.events:
            begun.append(one)
    if len(begun) > 1:
        epochs = " and ".join(str(one.header.epoch) for one in begun)
        raise damaged(place.called(FOLDER), f"two runs went on from serial {head.serial}, those of epochs {epochs}")
    return begun[0] if begun else None


def _contents(place: Place, row: list[Part], name: str) -> Iterator[bytes]:
    """Yield what the parts of one journal hold, without its seals."""
    if [part.number for part in row] != list(range(len(row))):
        raise Moving(name)
    for there in place.all([part.key for part in row]):
        if there is None:
            raise Moving(name)
        if not there.data.startswith(_SEAL):
            yield there.data


def drop(place: Place, serial: int, epoch: int) -> None:
    """Remove what state of this serial holds already, as the run of this epoch.

    The last part of another run's journal stays for a while: it may be the seal, and whoever is still held up before
    it would write into the gap, and think that its intent was on record.
    """
    with suppress(StateError):  # what stays does no harm
        old = [part for part in parts(place) if part.base < serial]
        rows = [list(row) for _, row in groupby(old, lambda part: part[:2])]
        gone = [part for row in rows for part in (row if _over(row[0].epoch, epoch) else row[:-1])]
        place.drop("journal:drop", [part.key for part in gone])


def _over(one: int, now: int) -> bool:
    """Tell whether nobody can still be at work under an epoch: it is our own, or so many runs have come after it."""
    return one == now or one < now - LONG_AGO
