"""Approval record: who agreed to a plan, as `mlplan ci approvals` found it, read back as strictly as it was written."""

import json
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from mlplan.app.document import digest_of
from mlplan.app.document_model import ApprovalPart, Count, Digest, Moment, Part
from mlplan.app.files import read_document
from mlplan.app.saved import Document
from mlplan.core.errors import Refused

LARGEST = 1 << 22


class PersonPart(Part):
    """Somebody who agreed."""

    user: str
    review: Count = Field(description="The number of the review, at the code host.")
    at: str = Field(description="When, as the code host tells it.")


class GivenPart(ApprovalPart):
    """What is asked for, and who of those who may agree did."""

    given: list[PersonPart]
    notes: list[str] = Field(description="Why others are not counted, and what could not be told.")


class ApprovalsDocument(Part):
    """Who agreed to a plan."""

    format_version: Literal["1.0"]
    repository: str
    pull_request: Count
    head: str = Field(description="The commit that was reviewed: the last one of the pull request.")
    author: str
    excluded: list[str] = Field(description="Whoever wrote a part of it, and so does not count.")
    project: str
    environment: str
    plan: Digest = Field(description="The digest of the plan that was agreed to.")
    made: Moment
    approvals: list[GivenPart]
    digest: Digest = Field(description="sha256 of the canonical JSON of everything else.")


def read_record(path: Path) -> Document:
    """Return a record that is whole and as it was written; Refused when it is not."""
    data = read_document(path, LARGEST)
    hint = "give the file that `mlplan ci approvals --out FILE` wrote"
    try:
        document = json.loads(data)
        ApprovalsDocument.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        told = f"{'.'.join(map(str, first['loc']))}: {first['msg'].lower()}"
        raise Refused(f"{path.name} is no record of approvals: {told}", code="MLE463", hint=hint) from None
    except (ValueError, RecursionError) as error:
        raise Refused(f"{path.name} is no record of approvals: {error}", code="MLE463", hint=hint) from None
    assert isinstance(document, dict)
    if digest_of(document) != document["digest"]:
        summary = f"{path.name} is not as mlplan wrote it: its digest does not match its content"
        raise Refused(summary, code="MLE463", hint=hint)
    return document
