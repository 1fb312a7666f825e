"""Ledger file: what journals told, appended before they are dropped, each step once wherever a run is stopped.

A run that was stopped between the append and the write of state leaves its journal in place. Whoever
takes that in finds the last record to be of the same journal, and goes on after its step.
"""

import hashlib
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from mlplan.core.chain import chained, record_of, verify, whole
from mlplan.core.effect import Effects
from mlplan.core.ledger import ALIAS, Ledger, Record, damaged
from mlplan.core.state import NO_RECORD, Intent, Mark
from mlplan.core.values import Values
from mlplan.state import files
from mlplan.state.codec import dump
from mlplan.state.journal import Event, Recorded

NAME: Final = "ledger.jsonl"
_LONGEST_LINE: Final = 1 << 17
_LONGEST_ERROR: Final = 300
_GONE: Final = frozenset(("delete", "withdraw", "forget"))


class Addition(NamedTuple):
    """What is to be appended, worked out before anything is written."""

    lines: bytes
    keep: int
    """Bytes of the file that are whole lines; what follows them is cut off."""
    end: Mark
    """The last record when it is done."""


class Owner(NamedTuple):
    """Whose steps these are."""

    project: str
    environment: str


def addition(directory: Path, owner: Owner, recorded: Recorded | None, last: Mark) -> Addition:
    """Return what a journal adds to the ledger of a directory, which state knows up to `last`."""
    path = directory / NAME
    keep, end, latest = _tail(path)
    if end.seq < last.seq:
        end = last  # the ledger was cut or put away: the number that is missing shows it
    lines, reached = continued(recorded, owner, end, latest)
    return Addition(lines, keep, reached)


def append(effects: Effects, directory: Path, added: Addition) -> None:
    """Make an addition durable; a line that a stopped run left half-written goes first."""
    if not added.lines:
        return
    path = directory / NAME
    with files.writing(path):
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        descriptor = effects.run("ledger:open", partial(os.open, path, flags, 0o600))
        try:
            if os.fstat(descriptor).st_size > added.keep:
                effects.run("ledger:cut", partial(os.ftruncate, descriptor, added.keep))
            effects.write("ledger:append", descriptor, added.lines)
            effects.run("ledger:sync", partial(os.fsync, descriptor))
        finally:
            os.close(descriptor)
        if not added.keep:
            files.sync_directory(effects, directory, "ledger")


def read(directory: Path, owner: Owner, recorded: Recorded | None, last: Mark) -> Ledger:
    """Return the ledger of a directory together with what a journal will add to it."""
    path = directory / NAME
    data = files.read(path) or b""
    data = data[: whole(data)]
    if recorded is not None and recorded.events:
        data += addition(directory, owner, recorded, last).lines
    return verify(data.split(b"\n")[:-1], last, str(path))


def epoch(directory: Path) -> int:
    """Return the epoch of the last record, 0 when there is none: no later journal may be taken for the same."""
    latest = _tail(directory / NAME)[2]
    return latest.epoch if latest is not None else 0


def continued(recorded: Recorded | None, owner: Owner, end: Mark, latest: Record | None) -> tuple[bytes, Mark]:
    """Return the lines that a journal adds to a ledger that ends here, and where it ends then."""
    records = records_of(recorded, owner) if recorded is not None else []
    lines, made = chained(_not_there(records, latest), end)
    return lines, Mark(made[-1].seq, made[-1].sha256) if made else end


def records_of(recorded: Recorded, owner: Owner) -> list[Record]:
    """Return one record for each step that a journal tells of, in the order in which they began."""
    steps: dict[int, Event] = {}
    for event in recorded.events:
        steps[event.intent.step] = event
    return [_record(event, recorded, owner) for event in steps.values()]


def _record(event: Event, recorded: Recorded, owner: Owner) -> Record:
    """Return the record of one step; where it stands in the chain is not known yet."""
    header, intent, outcome = recorded.header, event.intent, event.outcome
    return Record(
        seq=0,
        prev="",
        time=datetime.fromtimestamp(int(event.at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        project=owner.project,
        environment=owner.environment,
        lineage=header.lineage,
        serial=header.base,
        epoch=header.epoch,
        run=header.run,
        who=header.who,
        commit=header.about.commit,
        plan=header.about.plan,
        step=intent.step,
        verb=intent.verb,
        address=intent.address,
        moved_from=intent.moved_from,
        kind=intent.entry.kind,
        id=(outcome.id if outcome else "") or intent.entry.id,
        before=dict(header.about.before.get(intent.address, {})),
        after=_after(intent, header.about.after),
        outcome=outcome.status if outcome else "unknown",
        error=outcome.error[:_LONGEST_ERROR] if outcome else "",
        approved=header.about.approved,
    )


def _after(intent: Intent, more: Mapping[str, Values]) -> Values:
    """Return what a step brings about: the version of an alias, and of everything else a digest of its fields."""
    if intent.verb in _GONE:
        return {}
    values = intent.entry.values
    if intent.entry.kind != ALIAS:
        return {"values": hashlib.sha256(dump(values).encode()).hexdigest()}
    made = {"version": values["version"]} if "version" in values else {}
    told = more.get(intent.address, {})
    return {**told, **made} if told.get("version") == made.get("version") else made


def _not_there(records: list[Record], latest: Record | None) -> list[Record]:
    """Return the records that come after the last one in the ledger, when that is of the same journal."""
    if latest is None or not records or _journal(latest) != _journal(records[0]):
        return records
    steps = [one.step for one in records]
    return records[steps.index(latest.step) + 1 :] if latest.step in steps else records


def _journal(one: Record) -> tuple[str, int, int]:
    """Return what sets the journal that a record is from apart from every other."""
    return one.lineage, one.serial, one.epoch


def _tail(path: Path) -> tuple[int, Mark, Record | None]:
    """Return the length of the whole lines, and the last record; StateError when that cannot be trusted."""
    size, data = files.read_end(path, _LONGEST_LINE)
    kept = whole(data)
    start = size - len(data)
    if not kept:
        if start:
            raise damaged(str(path), "its last line has no end")
        return 0, NO_RECORD, None
    latest = record_of(data[data.rfind(b"\n", 0, kept - 1) + 1 : kept - 1], str(path))
    return start + kept, Mark(latest.seq, latest.sha256), latest
