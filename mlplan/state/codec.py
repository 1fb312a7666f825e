"""Codec: state as bytes, one resource per line, sealed with a checksum.

The first member is always `format` and the last always `sha256`, over every byte before it, in
every format to come; so a file that was cut, changed or half-written is told from a newer one.
"""

import hashlib
import json
import re
from typing import Any, NamedTuple, get_args

from mlplan.core.errors import StateError
from mlplan.core.plan import Verb
from mlplan.core.state import NO_RECORD, Entry, Intent, Mark, State
from mlplan.state import formats

_FORMAT = re.compile(rb'\{"format":(\d{1,9}),')
_SEAL = re.compile(rb'"sha256":"([0-9a-f]{64})"\}\n')
_SEAL_LENGTH = len('"sha256":""}\n') + 64
_MARKS = {b"\xef\xbb\xbf": "UTF-8", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_VERBS = frozenset(get_args(Verb))
_ENTRY_TYPES = (str, str, dict, dict, list, bool)
_RESTORE = "put back the newest good file of history/ beside it, or a backup; mlplan never starts from nothing instead"

dump = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode
"""Canonical JSON of a value: sorted keys, no spaces, ASCII only."""
_quote = json.encoder.encode_basestring_ascii  # as `dump` does for a text, in a quarter of the time


class Head(NamedTuple):
    """What the first line of a state file tells."""

    lineage: str = ""
    serial: int = 0
    epoch: int = 0
    ledger: Mark = NO_RECORD


def encode(state: State) -> bytes:
    """Return the file of `state`."""
    head = {
        "format": formats.latest(),
        "project": state.project,
        "environment": state.environment,
        "lineage": state.lineage,
        "serial": state.serial,
        "epoch": state.epoch,
        "ledger": state.ledger._asdict(),
    }
    first = ",".join(f'"{name}":{dump(value)}' for name, value in head.items())
    entries = state.entries
    rows = ",\n".join(f"{_quote(address)}:{dump(entry_out(entries[address]))}" for address in sorted(entries))
    steps = ",\n".join(dump(intent_out(intent)) for intent in state.pending)
    text = f'{{{first},"resources":{{\n{rows}\n}},"pending":[\n{steps}\n],'
    # `state pull` prints it, where CI runners take `##[` for a command and terminals DEL for what it is
    body = text.replace("##", "#\\u0023").replace("\x7f", "\\u007f").encode()
    return body + f'"sha256":"{hashlib.sha256(body).hexdigest()}"}}\n'.encode()


def decode(data: bytes, file: str, project: str, environment: str) -> State:
    """Return the state that `data` holds; StateError when there is any doubt about it."""
    formats.refuse_newer(format_of(data), file)
    _check_seal(data, file)
    try:
        raw = json.loads(data)
        state = _state_in(raw)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise damaged(file, f"it does not hold what mlplan writes ({_reason(error)})") from error
    if (state.project, state.environment) != (project, environment):
        raise StateError(
            f"{file} is the state of {state.project}/{state.environment}, not of {project}/{environment}",
            code="MLE603",
            hint="point `state:` in mlplan.yaml at this project's own place, or put the file back where it came from",
        )
    return state


def peek(data: bytes, file: str) -> Head:
    """Return what the first line tells, without reading or checking the rest."""
    formats.refuse_newer(format_of(data), file)
    try:
        raw = json.loads(data.partition(b"\n")[0] + b"}}")
        raw = formats.upgraded(raw, "state", raw["format"])
        return Head(_text(raw["lineage"]), _count(raw["serial"]), _count(raw["epoch"]), _mark(raw))
    except (ValueError, TypeError, KeyError) as error:
        raise damaged(file, "its first line is not that of a state file") from error


def format_of(data: bytes) -> int:
    """Return the format that a file says that it has, 0 when it says none."""
    match = _FORMAT.match(data)
    return int(match[1]) if match else 0


def damaged(file: str, why: str) -> StateError:
    """Return the error for a state file that cannot be trusted."""
    return StateError(f"{file} is damaged: {why}", code="MLE601", hint=_RESTORE)


def entry_out(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON; few have a rollout, and only those say so."""
    made = {
        "kind": entry.kind,
        "id": entry.id,
        "values": entry.values,
        "outputs": entry.outputs,
        "needs": entry.needs,
        "protect": entry.protect,
    }
    return {**made, "rollout": entry.rollout} if entry.rollout else made


def entry_in(raw: dict[str, Any]) -> Entry:
    """Return the entry that JSON holds; ValueError, TypeError or KeyError when it holds none."""
    kind, name, values, outputs = raw["kind"], raw["id"], raw["values"], raw["outputs"]
    needs, protect, rollout = raw["needs"], raw["protect"], raw.get("rollout", {})
    found = (type(kind), type(name), type(values), type(outputs), type(needs), type(protect))
    if found != _ENTRY_TYPES or type(rollout) is not dict or len(raw) != len(_ENTRY_TYPES) + ("rollout" in raw):
        raise ValueError("an entry has fields of other types")
    if needs and set(map(type, needs)) != {str}:
        raise ValueError("an entry needs something that is no address")
    return Entry(kind, name, values, outputs, tuple(needs), protect, rollout)


def intent_out(intent: Intent) -> dict[str, Any]:
    """Return an intent as JSON."""
    return {
        "step": intent.step,
        "verb": intent.verb,
        "address": intent.address,
        "entry": entry_out(intent.entry),
        "moved_from": intent.moved_from,
    }


def intent_in(raw: dict[str, Any]) -> Intent:
    """Return the intent that JSON holds; ValueError, TypeError or KeyError when it holds none."""
    verb = raw["verb"]
    if verb not in _VERBS:
        raise ValueError("an intent has an unknown verb")
    return Intent(_count(raw["step"]), verb, _text(raw["address"]), entry_in(raw["entry"]), _text(raw["moved_from"]))


def _state_in(raw: dict[str, Any]) -> State:
    """Return the state that parsed JSON of any format holds."""
    raw = formats.upgraded(raw, "state", raw["format"])
    resources, pending = raw["resources"], raw["pending"]
    if type(resources) is not dict or type(pending) is not list:
        raise ValueError("resources or pending steps are missing")
    return State(
        project=_text(raw["project"]),
        environment=_text(raw["environment"]),
        lineage=_text(raw["lineage"]),
        serial=_count(raw["serial"]),
        epoch=_count(raw["epoch"]),
        ledger=_mark(raw),
        entries={address: entry_in(entry) for address, entry in resources.items()},
        pending=[intent_in(intent) for intent in pending],
    )


def _mark(raw: dict[str, Any]) -> Mark:
    """Return how far a state knows the ledger; those of earlier versions know none."""
    told = raw.get("ledger", {"seq": 0, "sha256": ""})
    return Mark(_count(told["seq"]), _text(told["sha256"]))


def _check_seal(data: bytes, file: str) -> None:
    """Raise StateError unless the last bytes are the checksum of all before them."""
    if not data.strip():
        raise damaged(file, "it is empty")
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            raise damaged(file, f"it begins with a {name} byte order mark, as an editor leaves it")
    body, seal = data[:-_SEAL_LENGTH], _SEAL.fullmatch(data[-_SEAL_LENGTH:])
    if seal is None:
        raise damaged(file, "it does not end with its checksum, so it was cut off or written by something else")
    if hashlib.sha256(body).hexdigest() != seal[1].decode():
        raise damaged(file, "its checksum does not match, so it was changed after mlplan wrote it")


def _text(value: object) -> str:
    """Return a value that must be a text."""
    if type(value) is not str:
        raise ValueError("a text is missing")
    return value


def _count(value: object) -> int:
    """Return a value that must be a whole number from zero."""
    if type(value) is not int or value < 0:
        raise ValueError("a number is missing")
    return value


def _reason(error: Exception) -> str:
    """Return what a failed reading says in a few words."""
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)[:120]
