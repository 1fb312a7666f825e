"""Saved: a plan read back from a file, strictly, and what can be said against it before anything else is looked at.

Nothing in the file is ever carried out. It says which plan was agreed to; the plan is made anew
from the configuration, the state and the platform of this moment, and `binding` compares the two.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mlplan.app.document import LONGEST, MOMENT, digest_of, moment
from mlplan.app.document_model import PlanDocument
from mlplan.app.files import read_document
from mlplan.app.strict import strict_json
from mlplan.core import address, path
from mlplan.core.change import ACTIONS
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Refused
from mlplan.kinds import KINDS
from mlplan.render.sheet import Heading

AGAIN = "make a new plan, have it reviewed, and apply that"
SKEW = 600.0
"""Seconds by which two machines' clocks may differ."""

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


def read_plan(file: Path) -> Document:
    """Return a saved plan that is whole and as it was written; Refused when it is not."""
    data = read_document(file)
    try:
        document = strict_json(data)
        PlanDocument.model_validate(document)
        why = next(_implausible(document), "")
        digest = digest_of(document)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        raise _unreadable(file, f"{place}: {first['msg'].lower()}") from None
    except (ValueError, RecursionError) as error:
        raise _unreadable(file, str(error)) from None
    if why:
        raise _unreadable(file, why)
    if digest != document["digest"]:
        summary = f"{file.name} is not as mlplan wrote it: its digest does not match its content"
        raise Refused(summary, code="MLE421", hint="it was edited or damaged; " + AGAIN)
    assert isinstance(document, dict)
    return document


def heading(document: Document) -> Heading:
    """Return what the first line of a saved plan says."""
    state = document["state"]
    place = f"state serial {state['serial']}" if state["lineage"] else "no state yet"
    return Heading(
        document["project"],
        document["environment"],
        document["provider"]["where"],
        place,
        document["protected"],
        document["snapshot_time"],
    )


def check_applicable(document: Document, now: float, digest: str = "") -> None:
    """Refuse a plan that cannot be applied whatever else is true; `digest` is that of the one plan that may be."""
    if digest and document["digest"] != digest:
        summary = f"this is the plan {document['digest']}, and {digest} was asked for"
        raise Refused(summary, code="MLE444", hint="give the file that was reviewed; its digest stands in the review")
    if document["snapshot"]:
        summary = "the plan was made from a recording of the platform, and not from the platform"
        raise Refused(summary, code="MLE445", hint="it is for reading; make the plan to apply without --snapshot")
    if document["mode"] != "apply":
        summary = "the file says that everything is to be destroyed, which no file may ask for"
        raise Refused(summary, code="MLE448", hint="`mlplan destroy` shows what it would destroy, and asks")
    _check_times(document, now)


def _check_times(document: Document, now: float) -> None:
    """Refuse a plan that is too old, or whose times no mlplan would have written."""
    created, expires = (seconds(document[name]) for name in ("created", "expires"))
    if expires > created + LONGEST or expires <= created:
        summary = f"a plan does not hold from {document['created']} until {document['expires']}"
        raise Refused(summary, code="MLE446", hint=f"plans hold for {LONGEST / 86400:.0f} days at most; " + AGAIN)
    if created > now + SKEW:
        summary = f"the saved plan is from {document['created']}, and here it is {moment(now)}"
        raise Refused(summary, code="MLE446", hint="set the clocks of both machines; " + AGAIN)
    if now >= expires:
        summary = f"the saved plan expired at {document['expires']}"
        raise Refused(summary, code="MLE422", hint=AGAIN)


def _implausible(document: Document) -> Iterator[str]:
    """Yield what no plan of mlplan says, beyond what the form of the document rules out."""
    for name in ("created", "expires"):
        seconds(document[name])
    for name, number in _counted(document["changes"]).items():
        if document["summary"][name] != number:
            yield f"summary.{name}: there are {number}"
    addresses = [one["address"] for one in document["changes"]]
    for place, one in enumerate(document["changes"]):
        for each in one["fields"]:
            path.parse(each["path"])
        if not address.is_address(one["address"]) or one["kind"] not in KINDS:
            yield f"changes.{place}: not a change of an object that mlplan knows"
    if len({*addresses}) != len(addresses):
        yield "changes: an address stands twice"


def _counted(changes: list[Any]) -> dict[str, int]:
    """Return what the summary of these changes says."""
    counted = Counter(one["action"] for one in changes)
    blocked, held = (sum(one[name] is not None for one in changes) for name in ("blocked", "held"))
    return {action: counted[action] for action in ACTIONS if action != "no-op"} | {"blocked": blocked, "held": held}


def seconds(text: str) -> float:
    """Return the moment that a document tells; ValueError when it is none."""
    return datetime.strptime(text, MOMENT).replace(tzinfo=UTC).timestamp()


def _unreadable(file: Path, why: str) -> Refused:
    """Return the refusal of a file that is no saved plan of this version."""
    hint = "give a file that `mlplan plan --out FILE` wrote with this version"
    return Refused(f"{file.name} is not a saved plan: {why}", code="MLE420", hint=hint)
