"""Saved: a plan read back from a file, and the refusal to apply it to anything but what was reviewed.

Nothing in the file is ever carried out. It says which plan was agreed to; the plan is made anew
from the configuration, the state and the platform of this moment, and must be the same.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mlplan.app.document import digest_of, moment
from mlplan.app.document_model import PlanDocument
from mlplan.app.files import read_document
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Refused
from mlplan.render.sheet import Heading

AGAIN = "make a new plan, have it reviewed, and apply that"
SHOWN = 5
_DIGEST = re.compile(r"[0-9a-f]{64}")

Document = Mapping[str, Any]


class Stale(Refused):
    """A saved plan that no longer fits, with everything in which it differs."""

    def __init__(self, found: list[Diagnostic]) -> None:
        """Collect the findings."""
        super().__init__(found[0].summary, code=found[0].code, hint=found[0].hint)
        self.found = found

    def diagnostics(self) -> list[Diagnostic]:
        """Return every finding."""
        return self.found


def read_plan(path: Path) -> Document:
    """Return a saved plan that is whole and as it was written; Refused when it is not."""
    data = read_document(path)
    try:
        document = json.loads(data, object_pairs_hook=_unique, parse_constant=_refuse_constant)
        PlanDocument.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        raise _unreadable(path, f"{place}: {first['msg'].lower()}") from None
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, str(error)) from None
    assert isinstance(document, dict)
    if digest_of(document) != document["digest"]:
        summary = f"{path.name} is not as mlplan wrote it: its digest does not match its content"
        raise Refused(summary, code="MLE421", hint="it was edited or damaged; " + AGAIN)
    return document


def heading(document: Document) -> Heading:
    """Return what the first line of a saved plan says."""
    state = document["state"]
    place = f"state serial {state['serial']}" if state["lineage"] else "no state yet"
    return Heading(
        document["project"], document["environment"], document["provider"]["where"], place, document["protected"]
    )


def check_fresh(document: Document, now: float) -> None:
    """Refuse a plan that is too old to be applied."""
    if moment(now) >= document["expires"]:
        summary = f"the saved plan expired at {document['expires']}"
        raise Refused(summary, code="MLE422", hint=AGAIN)


def check_same(saved: Document, fresh: Document) -> None:
    """Refuse a saved plan unless the plan of this moment is the same in everything that it binds."""
    found = [one for code, name, what in _GROUND for one in _compared(code, what, saved[name], fresh[name])]
    if saved["state"] != fresh["state"]:
        found.append(
            _stale("MLE426", f"state is at {_place(fresh['state'])}, the plan was made at {_place(saved['state'])}")
        )
    if saved["reads"] != fresh["reads"]:
        found.append(_stale("MLE427", f"changed on the platform since: {_named(saved['reads'], fresh['reads'])}"))
    if not found:
        found = _content(saved, fresh)
    if found:
        raise Stale(found)


_CONTENT = ("mode", "options", "changes", "steps", "rollouts", "evidence", "access", "policy")
"""What a plan says, and reviewers agreed to."""
_GROUND = (
    ("MLE423", "project", "project"),
    ("MLE423", "environment", "environment"),
    ("MLE424", "tool", "version of mlplan"),
    ("MLE424", "provider", "provider"),
    ("MLE425", "config", "configuration"),
)
"""What a plan is made from: code, name in the document, and what people call it."""


def _compared(code: str, what: str, saved: object, fresh: object) -> list[Diagnostic]:
    """Return a finding when one bound value differs."""
    if saved == fresh:
        return []
    if isinstance(saved, dict) and isinstance(fresh, dict):
        names = [name for name in saved if saved[name] != fresh.get(name)]
        told = "; ".join(f"{name} was {_short(saved[name])}, is {_short(fresh.get(name))}" for name in names)
        return [_stale(code, f"another {what}: {told}")]
    return [_stale(code, f"another {what}: was {_short(saved)}, is {_short(fresh)}")]


def _content(saved: Document, fresh: Document) -> list[Diagnostic]:
    """Return a finding when the plan itself differs though all of its ground is the same."""
    differing = [name for name in _CONTENT if saved[name] != fresh[name]]
    if not differing:
        return []
    return [_stale("MLE428", f"the plan of this moment differs in its {' and '.join(differing)}")]


def _stale(code: str, summary: str) -> Diagnostic:
    """Return one finding about a plan that no longer fits."""
    return Diagnostic(code, summary, hint=AGAIN)


def _place(state: Document) -> str:
    """Return a state in words; that there is none is a value like any other."""
    return f"serial {state['serial']} of lineage {state['lineage'][:8]}" if state["lineage"] else "no state"


def _named(saved: Mapping[str, str], fresh: Mapping[str, str]) -> str:
    """Return the first few objects whose reading differs."""
    names = sorted(name for name in saved.keys() | fresh.keys() if saved.get(name) != fresh.get(name))
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(name.replace(":", " ", 1) for name in names[:SHOWN]) + more


def _short(value: object) -> str:
    """Return a bound value in few characters; digests are known by their beginning."""
    text = str(value).removeprefix("sha256:")
    return f"{text[:12]}..." if _DIGEST.fullmatch(text) else text[:60]


def _unreadable(path: Path, why: str) -> Refused:
    """Return the refusal of a file that is no saved plan of this version."""
    hint = "give a file that `mlplan plan --out FILE` wrote with this version"
    return Refused(f"{path.name} is not a saved plan: {why}", code="MLE420", hint=hint)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; a name that stands twice could mean two things to two readers."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice in the same object")
    return made


def _refuse_constant(name: str) -> object:
    """Refuse NaN and infinities, which are not JSON."""
    raise ValueError(f"{name} is not JSON")
