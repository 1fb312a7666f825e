"""Claim: what the lock's object holds: who writes, until when that is to be believed, and how the last run ended."""

import hashlib
import json
from typing import NamedTuple

from mlplan.state import record
from mlplan.state.record import Record


class Claim(NamedTuple):
    """One version of the lock's object."""

    record: Record = Record()
    ttl: float = 0.0
    """Seconds for which an unchanged object keeps others out, by the watch of whoever looks at it."""
    stopped: bool = False
    """The last holder never gave the lock back itself: writes of its may still be on their way."""
    nonce: str = ""
    """Fresh with every write, so that no two versions are ever alike."""


def encode(claim: Claim) -> bytes:
    """Return the bytes of a claim, sealed as state is."""
    body = record.encode(claim.record, ttl=claim.ttl, stopped=claim.stopped, nonce=claim.nonce)[:-2] + b","
    return body + f'"sha256":"{hashlib.sha256(body).hexdigest()}"}}\n'.encode()


def decode(data: bytes, name: str) -> Claim:
    """Return the claim that an object holds; StateError when it holds none."""
    try:
        raw = json.loads(data)
        made = Claim(record.record_in(raw, name), raw["ttl"], raw["stopped"], raw["nonce"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise record.damaged(name) from error
    body, mark, _ = data.rpartition(b'"sha256":')
    if not mark or raw.get("sha256") != hashlib.sha256(body).hexdigest():
        raise record.damaged(name)
    return made
