"""Ledger objects: `ledger/<number>.jsonl`, each with the records from that number on, written once and never changed."""

from typing import Final

from mlplan.core.chain import record_of, verify
from mlplan.core.errors import StateError
from mlplan.core.ledger import Ledger, Record
from mlplan.core.state import Mark
from mlplan.state.codec import Head
from mlplan.state.journal import Recorded
from mlplan.state.ledger import Owner, continued
from mlplan.state.objects.place import Place
from mlplan.state.sequence import LOST

FOLDER: Final = "ledger/"


def key(first: int) -> str:
    """Return where the records from this number on are."""
    return f"{FOLDER}{first:010d}.jsonl"


def addition(place: Place, owner: Owner, found: Recorded | None, head: Head) -> tuple[bytes, Mark, Mark]:
    """Return the lines that a journal adds, the last record before them, and the last after them."""
    end, latest = _tail(place, head.ledger)
    if latest is not None and not _expected(latest, found):
        raise _older(place, head, latest)
    lines, reached = continued(found, owner, end, latest)
    return lines, end, reached


def append(place: Place, lines: bytes, end: Mark) -> None:
    """Write an addition after the record that it follows; Clash when another's stands there."""
    if lines:
        place.write("ledger:put", key(end.seq + 1), lines, None)


def read(place: Place, owner: Owner, found: Recorded | None, last: Mark) -> Ledger:
    """Return the ledger together with what a journal will add to it; state knows it up to `last`."""
    data = [there.data for there in place.all(place.names(FOLDER)) if there is not None]
    if found is not None and found.events:
        end, latest = _tail(place, last)
        data.append(continued(found, owner, end, latest)[0])
    return verify(b"".join(data).split(b"\n")[:-1], last, place.called(FOLDER))


def epoch(place: Place) -> int:
    """Return the epoch of the last record, 0 when there is none: no later journal may be taken for the same."""
    names = place.names(FOLDER)
    there = place.get(names[-1]) if names else None
    return _last(place, names[-1], there.data).epoch if there is not None else 0


def _tail(place: Place, last: Mark) -> tuple[Mark, Record | None]:
    """Return the end of the ledger, and its last record when state does not know it yet."""
    end, latest = last, None
    while (there := place.get(key(end.seq + 1))) is not None:
        latest = _last(place, key(end.seq + 1), there.data)
        end = Mark(latest.seq, latest.sha256)
    return end, latest


def _last(place: Place, name: str, data: bytes) -> Record:
    """Return the last record of an object; StateError when it was changed."""
    return record_of(data[data.rfind(b"\n", 0, -1) + 1 : -1], place.called(name))


def _expected(latest: Record, found: Recorded | None) -> bool:
    """Tell whether records that state does not know are those of the journal that goes on from it."""
    return found is not None and (latest.serial, latest.epoch) == (found.header.base, found.header.epoch)


def _older(place: Place, head: Head, latest: Record) -> StateError:
    """Return the error for a state that the ledger has left behind."""
    message = (
        f"{place.called('state.json')} has serial {head.serial} and knows {head.ledger.seq} records of the ledger, which "
        f"goes on to {latest.seq}: a later state was written here before"
    )
    hint = (
        "put the later state back, from history/ or the bucket's versions; if you went back on purpose, move the objects of "
        f"{FOLDER} from number {head.ledger.seq + 1} on away"
    )
    return StateError(message, code="MLE605", hint=hint if head.lineage else LOST)
