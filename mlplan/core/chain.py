"""Chain: the ledger as lines, each with the checksum of the line before and its own.

A line that was changed does not match its own checksum; one that is missing, doubled or in another place
does not follow on the one before. Whoever can write all of the file can write it anew from some record on:
state remembers the last record, so that even this shows, unless state is written anew with it.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, get_args, get_type_hints

from mlplan.core.errors import StateError
from mlplan.core.ledger import Damage, Ledger, Record, damaged
from mlplan.core.plan import Verb
from mlplan.core.state import NO_RECORD, Mark

FORMAT: Final = 1
NONE_BEFORE: Final = "0" * 64
_dump = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
_FORMAT = re.compile(rb'\{"format":(\d{1,9}),')
_SEAL = re.compile(rb'"sha256":"([0-9a-f]{64})"\}')
_SEAL_LENGTH = len('"sha256":""}') + 64
_HINTS = get_type_hints(Record)
_TYPES = tuple(dict if name in ("before", "after") else int if _HINTS[name] is int else str for name in Record._fields)
_VERBS, _OUTCOMES = frozenset(get_args(Verb)), frozenset(("done", "failed", "unknown"))


def chained(records: Iterable[Record], last: Mark) -> tuple[bytes, list[Record]]:
    """Return the lines of records that go on after `last`, and the records as they are then."""
    lines, made = [], []
    for one in records:
        new = one._replace(seq=last.seq + 1, prev=last.sha256 or NONE_BEFORE)
        sealed = new._replace(sha256=hashlib.sha256(_body(new)).hexdigest())
        last = Mark(sealed.seq, sealed.sha256)
        lines.append(line_of(sealed))
        made.append(sealed)
    return b"".join(lines), made


def line_of(one: Record) -> bytes:
    """Return the line of a record that has its place in the chain, as the ledger holds it."""
    return b'%b"sha256":"%b"}\n' % (_body(one), one.sha256.encode())


def whole(data: bytes) -> int:
    """Return how many bytes of a ledger are whole lines: its last line may be torn, or be room that was never filled."""
    end = data.rfind(b"\n") + 1
    while end and b"\0" in data[data.rfind(b"\n", 0, end - 1) + 1 : end]:
        end = data.rfind(b"\n", 0, end - 1) + 1
    return end


def record_of(line: bytes, name: str) -> Record:
    """Return the record that one line holds; StateError when it was changed, or is of a newer mlplan."""
    newer = _FORMAT.match(line)
    if newer and int(newer[1]) > FORMAT:
        message = f"{name} has lines of format {int(newer[1])}, and this mlplan knows formats up to {FORMAT}"
        raise StateError(message, code="MLE602", hint="a newer mlplan wrote it: install that version, or a later one")
    body, seal = line[:-_SEAL_LENGTH], _SEAL.fullmatch(line[-_SEAL_LENGTH:])
    if seal is None or hashlib.sha256(body).hexdigest() != seal[1].decode():
        raise damaged(name, "a line was changed after mlplan wrote it")
    try:
        return _record(json.loads(line))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise damaged(name, "a line does not hold what mlplan writes") from error


def verify(lines: Sequence[bytes], last: Mark = NO_RECORD, name: str = "ledger.jsonl") -> Ledger:
    """Return the records of all lines and what is wrong with them; `last` is the last that is known from elsewhere."""
    found = Ledger(name)
    before: Mark | None = None
    for number, line in enumerate(lines, 1):
        seq = before.seq + 1 if before else 1
        try:
            one = record_of(line, name)
        except StateError as error:
            if error.code != damaged(name, "").code:
                raise
            found.damage.append(Damage(seq, number, f"record {seq} (line {number}) was changed after mlplan wrote it"))
            before = Mark(seq)
            continue
        if before is None:
            found.lost = one.seq - 1
        elif one.seq != seq:
            found.damage.append(Damage(min(seq, one.seq), number, _gap(seq, one.seq, number)))
        elif before.sha256 and one.prev != before.sha256:
            what = f"record {seq} (line {number}) does not follow on record {before.seq}: one of the two was replaced"
            found.damage.append(Damage(seq, number, what))
        before = Mark(one.seq, one.sha256)
        found.shown.append(one)
    found.damage += _against(found, before, last)
    return found


def _gap(expected: int, found: int, line: int) -> str:
    """Return what is wrong with the number of a record."""
    if found < expected:
        return f"record {found} stands again, or in another place, at line {line}"
    missing = f"record {expected} is" if found == expected + 1 else f"records {expected} to {found - 1} are"
    return f"{missing} missing before line {line}"


def _against(found: Ledger, end: Mark | None, last: Mark) -> Iterable[Damage]:
    """Yield what differs from the last record that is known from elsewhere."""
    reached = end.seq if end else 0
    if reached < last.seq:
        missing = f"record {last.seq} is" if reached + 1 == last.seq else f"records {reached + 1} to {last.seq} are"
        yield Damage(reached + 1, 0, f"{missing} missing at the end: state has seen {last.seq}")
        return
    same = [one for one in found.shown if one.seq == last.seq]
    if same and same[-1].sha256 != last.sha256:
        yield Damage(last.seq, 0, f"record {last.seq} is not the one that state has seen: the ledger was written anew")


def _body(one: Record) -> bytes:
    """Return a line up to its own checksum."""
    told = one._asdict()
    del told["sha256"]
    if not one.approved:
        del told["approved"]
    return f'{{"format":{FORMAT},{_dump(told)[1:-1]},'.encode()


def _record(raw: dict[str, Any]) -> Record:
    """Return the record that parsed JSON holds; ValueError, TypeError or KeyError when it holds none."""
    made = Record._make([raw[name] if name != "approved" else raw.get(name, "") for name in Record._fields])
    if tuple(map(type, made)) != _TYPES or made.verb not in _VERBS or made.outcome not in _OUTCOMES or made.seq < 1:
        raise ValueError("types")
    return made
