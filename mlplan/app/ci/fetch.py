"""Fetch: the plan that was reviewed, after the merge: found by the merged commit, and checked before anybody uses it."""

from pathlib import Path
from typing import NamedTuple

from mlplan.app.ci.comment import quiet
from mlplan.app.ci.sticky import told
from mlplan.app.files import write_document
from mlplan.app.saved import Document, read_plan, seconds
from mlplan.core.effect import Effects
from mlplan.core.errors import MlplanError, Refused
from mlplan.forge.artifacts import Artifact, newest, only_file
from mlplan.forge.client import GitHub
from mlplan.forge.comments import me
from mlplan.forge.pulls import Pull, pull_of

LONGEST_JOB = 3600.0
"""Seconds between making a plan and keeping it."""
AGAIN = "let the pull request's plan run again, and have it reviewed"


class Wanted(NamedTuple):
    """Which plan is looked for."""

    project: str
    environment: str
    workflow: str
    """The file of the workflow that plans, in the repository."""
    pull: int | None = None
    author: str = ""


class Fetched(NamedTuple):
    """A plan that was reviewed."""

    pull: Pull
    document: Document


def fetch(github: GitHub, effects: Effects, wanted: Wanted, out: Path) -> Fetched:
    """Write the reviewed plan to a file; Refused, and no file, when any of it is not as it must be."""
    pull = pull_of(github, wanted.pull)
    name = f"mlplan-plan-{wanted.environment}-{pull.head}"
    artifact = newest(github, name, pull.head, wanted.workflow)
    data = only_file(github, artifact)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("the artifact holds no text", code="MLE780", hint=AGAIN) from error
    write_document(effects, out, text)
    try:
        document = read_plan(out)
        _check(document, wanted)
        _check_age(document, artifact)
        _check_comment(github, document, wanted, pull)
    except MlplanError:
        out.unlink(missing_ok=True)
        raise
    return Fetched(pull, document)


def _check(document: Document, wanted: Wanted) -> None:
    """Refuse a plan of something else."""
    for name in ("project", "environment"):
        if document[name] != getattr(wanted, name):
            summary = f"the artifact holds a plan of {name} {document[name]}, not of {getattr(wanted, name)}"
            raise Refused(summary, code="MLE781", hint=AGAIN)


def _check_age(document: Document, artifact: Artifact) -> None:
    """Refuse a plan that says it is older than the job that kept it can be.

    An approval counts when there was the plan: one that is dated back would take in those of an earlier plan.
    """
    try:
        apart = seconds(artifact.created) - seconds(document["created"])
    except ValueError:
        apart = float("inf")
    if apart > LONGEST_JOB:
        summary = f"the artifact was kept at {artifact.created}, and says that its plan is of {document['created']}"
        raise Refused(summary, code="MLE781", hint=AGAIN)


def _check_comment(github: GitHub, document: Document, wanted: Wanted, pull: Pull) -> None:
    """Refuse a plan that our comment does not show; one without changes has none, and nothing to agree to."""
    found = told(github, pull.number, wanted.project, wanted.environment, me(github, wanted.author))
    if found is None and quiet(document):
        return
    if found is None:
        summary = f"pull request {pull.number} has no comment that shows the plan of {wanted.environment}"
        raise Refused(summary, code="MLE782", hint="`mlplan ci comment` makes it, and reviewers read it; " + AGAIN)
    if found.digest != document["digest"]:
        summary = f"the comment on pull request {pull.number} shows the plan {found.digest}, not {document['digest']}"
        raise Refused(summary, code="MLE782", hint=AGAIN)
    if found.head != pull.head:
        summary = f"the comment shows a plan of commit {found.head[:12]}, and what was merged is {pull.head[:12]}"
        raise Refused(summary, code="MLE782", hint=AGAIN)
