"""Record: who holds a lock, as `lock.json` keeps it and as people are told."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mlplan.core.backend import Holder
from mlplan.core.errors import Locked, StateError
from mlplan.state import formats
from mlplan.state.codec import dump


@dataclass(frozen=True, slots=True)
class Record:
    """What `lock.json` holds."""

    epoch: int = 0
    lineage: str = ""
    serial: int = 0
    """The state that was last written here when the record was; an older one has been put back since."""
    holder: Holder | None = None


def who(environ: Mapping[str, str] = os.environ) -> str:
    """Return the person or service that runs this, and the machine."""
    name = environ.get("GITHUB_ACTOR") or environ.get("GITLAB_USER_LOGIN") or environ.get("USER")
    return f"{name or f'uid {os.getuid()}'}@{os.uname().nodename}"


def where(environ: Mapping[str, str] = os.environ) -> str:
    """Return where to look at this run: its page in CI, or its process."""
    if environ.get("GITHUB_RUN_ID"):
        server, repository = environ.get("GITHUB_SERVER_URL", "https://github.com"), environ.get("GITHUB_REPOSITORY")
        return f"{server}/{repository}/actions/runs/{environ['GITHUB_RUN_ID']}"
    return environ.get("CI_JOB_URL") or environ.get("BUILD_URL") or f"process {os.getpid()}"


def locked(name: str, holder: Holder, wait: str = "") -> Locked:
    """Return the error for a lock that another run holds; `wait` says what else waiting does."""
    hint = f"--lock-timeout 10m waits{wait}; if that run hangs, free the lock with: mlplan unlock --id {holder.id}"
    return Locked(f"{name} is locked by {_tell(holder)}", hint=hint)


def lost(name: str, holder: Holder) -> Locked:
    """Return the error for a lock that is ours no more."""
    hint = "this run writes nothing more; when the other has ended, plan again: steps that were begun are read back"
    return Locked(f"{name} is no longer locked by this run: lock {holder.id} was broken", code="MLE612", hint=hint)


def not_locked(name: str, lease_id: str, holder: Holder | None) -> StateError:
    """Return the error for an id that frees nothing."""
    there = f"it is locked by {_tell(holder)}, under another id" if holder else "it is not locked"
    hint = "the id stands in the message of the run that was refused; it must be given in full"
    return StateError(f"{name} has no lock with the id {lease_id!r}: {there}", code="MLE611", hint=hint)


def _tell(holder: Holder) -> str:
    """Return a holder in words."""
    since = datetime.fromtimestamp(holder.started, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return f"{holder.who} since {since}: `{holder.command}` ({holder.run})"


def encode(record: Record, **more: object) -> bytes:
    """Return the file of a record, with what else a backend keeps there."""
    holder = record.holder
    told = None
    if holder is not None:
        told = {"who": holder.who, "run": holder.run, "command": holder.command, "started": holder.started}
        told["id"] = holder.id
    head = {"format": formats.latest(), "epoch": record.epoch, "lineage": record.lineage, "serial": record.serial}
    return f"{dump({**head, 'holder': told, **more})}\n".encode()


def decode(data: bytes, path: Path) -> Record:
    """Return the record that a file holds."""
    try:
        return record_in(json.loads(data), str(path))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise damaged(str(path)) from error


def damaged(file: str) -> StateError:
    """Return the error for a lock that does not tell who holds it."""
    hint = "make sure that no run is active, remove the file, and run again"
    return StateError(f"{file} is damaged: it does not hold what mlplan writes", code="MLE613", hint=hint)


def record_in(raw: dict[str, Any], file: str) -> Record:
    """Return the record that parsed JSON of any format holds; ValueError, TypeError or KeyError when it holds none."""
    formats.refuse_newer(raw["format"], file)
    raw = formats.upgraded(raw, "lock", raw["format"])
    epoch, serial, lineage, told = raw["epoch"], raw["serial"], raw["lineage"], raw["holder"]
    if (type(epoch), type(serial), type(lineage)) != (int, int, str):
        raise ValueError("types")
    if told is None:
        return Record(epoch, lineage, serial)
    who, run, command, lease_id = told["who"], told["run"], told["command"], told["id"]
    if {type(who), type(run), type(command), type(lease_id)} != {str}:
        raise ValueError("types")
    return Record(epoch, lineage, serial, Holder(who, run, command, float(told["started"]), lease_id, epoch))
