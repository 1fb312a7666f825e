"""Told: whether the ledger tells every step that a journal ever held, once, and what state holds besides."""

import hashlib
from collections import Counter
from dataclasses import replace

from mlplan.core.state import Entry, Intent, Outcome, State
from mlplan.state.codec import dump
from mlplan.state.journal import parse
from mlplan.state.ledger import Owner, records_of


class FileJournals:
    """The journal that a directory keeps."""

    losing = ("journal:remove", "journal:rename")
    """Effects after which a journal is there no more."""

    @staticmethod
    def there(root):
        path = root / "state" / "test" / "dev" / "journal.jsonl"
        return [path.read_bytes()] if path.exists() else []


def keeping(effects, root, journals=FileJournals):
    """Return the effects with a probe that keeps a copy of each journal before it goes."""
    inner, kept = effects.probe, root / "kept"

    def probe(when, label):
        if when == "before" and label in journals.losing:
            for journal in journals.there(root):
                kept.mkdir(exist_ok=True)
                (kept / name_of(journal)).write_bytes(journal)
        if inner is not None:
            inner(when, label)

    return replace(effects, probe=probe)


def name_of(journal):
    """Return what sets a journal apart from every other: its first line."""
    return hashlib.sha256(journal.partition(b"\n")[0]).hexdigest()


def untold(root, backend, journals=FileJournals):
    """Return what the ledger tells otherwise than the journals did, or than state holds now; it should be nothing."""
    ledger = backend.ledger()
    found = [*(path.read_bytes() for path in (root / "kept").glob("*")), *journals.there(root)]
    distinct = {name_of(journal): journal for journal in found}  # one that was kept may still be there
    records = [one for journal in distinct.values() for one in records_of(parse(journal, ""), Owner("test", "dev"))]
    expected, found = Counter(map(step, records)), Counter(map(step, ledger.records()))
    wrong = [f"not told: {one}" for one in expected - found] + [
        f"told, and never tried: {one}" for one in found - expected
    ]
    played, held = replayed(ledger.records()), backend.read().entries
    wrong += [f"{one} is {played.get(one)}, in state {held.get(one)}" for one in played.keys() | held.keys()
              if played.get(one) != (short(held[one]) if one in held else None)]  # fmt: skip
    return [*wrong, *(one.what for one in ledger.damage)]


def step(record):
    """Return what tells one record from every other, apart from its place in the chain."""
    return record.serial, record.epoch, record.step, record.verb, record.address, record.id, record.outcome


def replayed(records):
    """Return what state holds after these records: by address the id, and the version or the digest of the fields."""
    state = State("test", "dev")
    for one in records:
        entry = Entry(one.kind, one.id, one.after)
        state.fold(
            Intent(one.step, one.verb, one.address, entry, one.moved_from), Outcome(one.step, one.outcome, one.id)
        )
    return {address: (one.id, one.values) for address, one in state.entries.items()}


def short(entry):
    """Return an entry as the ledger tells it."""
    if entry.kind == "model_alias":
        return entry.id, {"version": entry.values["version"]}
    return entry.id, {"values": hashlib.sha256(dump(entry.values).encode()).hexdigest()}
