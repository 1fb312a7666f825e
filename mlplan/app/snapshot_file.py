"""Snapshot file: a recording read back: whole, as it was written, and of this project."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from mlplan.app.document import digest_of
from mlplan.app.files import read_document
from mlplan.app.snapshot_check import malformed
from mlplan.app.snapshot_form import Document, ledger_in, recording_in, state_in
from mlplan.app.snapshot_model import SnapshotDocument
from mlplan.app.strict import strict_json
from mlplan.core.declaration import Declaration, Target
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Refused
from mlplan.core.ledger import Ledger
from mlplan.core.recording import Recording
from mlplan.core.state import State


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What there was when it was recorded."""

    digest: str
    created: str
    """RFC 3339 in UTC, to the second."""
    recording: Recording
    state: State
    ledger: Ledger
    elsewhere: dict[str, Ledger]
    """The ledgers of the other environments."""


class Unfit(Refused):
    """A snapshot that a plan cannot be made from, with every reason."""

    exit_code = 1

    def __init__(self, found: list[Diagnostic]) -> None:
        """Collect the findings."""
        super().__init__(found[0].summary, code=found[0].code, hint=found[0].hint)
        self.found = found

    def diagnostics(self) -> list[Diagnostic]:
        """Return every finding."""
        return self.found


def read_snapshot(path: Path, seen: Declaration) -> Snapshot:
    """Return a snapshot of this project and environment; Unfit for any other file."""
    hint = f"record a new one: mlplan snapshot -e {seen.environment.name} --out FILE"
    document = _whole(path, hint)
    found = [Diagnostic("MLE792", f"{path.name} is {why}", hint=hint) for why in _foreign(document, seen)]
    if found:
        raise Unfit(found)
    try:
        for why in malformed(document):
            raise _unreadable(path, why, hint)
        return _snapshot(document, seen.environment.name)
    except (ValueError, TypeError, KeyError) as error:
        raise _unreadable(path, str(error), hint) from error


def bound(seen: Declaration) -> dict[str, str]:
    """Return digests of where a project looks and keeps its state: what a snapshot of it is about."""
    return {"provider": _digest(seen.environment.provider), "state": _digest(seen.state)}


def _whole(path: Path, hint: str) -> Document:
    """Return the document of a file that is as mlplan wrote it."""
    try:
        document: Document = strict_json(read_document(path))
        SnapshotDocument.model_validate(document)
        digest = digest_of(document)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        raise _unreadable(path, f"{place}: {first['msg'].lower()}", hint) from None
    except ValueError as error:
        raise _unreadable(path, str(error), hint) from None
    if digest != document["digest"]:
        summary = f"{path.name} is not as mlplan wrote it: its digest does not match its content"
        raise Unfit([Diagnostic("MLE791", summary, hint=hint)])
    return document


def _foreign(document: Document, seen: Declaration) -> Iterator[str]:
    """Yield why a snapshot is of something else than what is to be planned."""
    mine = (seen.project, seen.environment.name)
    if (document["project"], document["environment"]) != mine:
        yield f"a snapshot of {document['project']}/{document['environment']}, not of {'/'.join(mine)}"
        return
    now = bound(seen)
    if document["bound"]["provider"] != now["provider"]:
        yield f"of {document['platform']['where']}, and `provider:` says something else now"
    if document["bound"]["state"] != now["state"]:
        yield "made with another `state:` than the project has now"


def _snapshot(document: Document, environment: str) -> Snapshot:
    """Return what a document holds."""
    ledgers = {one["environment"]: ledger_in(one) for one in document["ledgers"]}
    return Snapshot(
        digest=document["digest"],
        created=document["created"],
        recording=recording_in(document),
        state=state_in(document),
        ledger=ledgers.pop(environment),
        elsewhere=ledgers,
    )


def _digest(target: Target) -> str:
    """Return the digest of a provider or backend with its options, which hold references and never secrets."""
    text = json.dumps([target.name, target.options], sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _unreadable(path: Path, why: str, hint: str) -> Unfit:
    """Return the refusal of a file that is no snapshot of this version."""
    return Unfit([Diagnostic("MLE790", f"{path.name} is not a snapshot: {why}", hint=hint)])
