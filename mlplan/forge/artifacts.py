"""Artifacts: the file that a run of a pull request kept, found by its name and by what GitHub itself tells of the run."""

import io
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from mlplan.core.errors import Refused
from mlplan.forge.client import GitHub

LARGEST = 1 << 26
"""Bytes of a file; no plan that a person could review is larger."""
_SHOWN = 5
_UNSOUND = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
"""What reading an archive can come to that somebody made up."""


class Artifact(NamedTuple):
    """A kept file, and the run that kept it."""

    id: int
    run: int
    created: str


def newest(github: GitHub, name: str, head: str, workflow: str) -> Artifact:
    """Return the newest artifact of a name that a workflow of this repository kept for a commit; Refused when none is."""
    found, why = list[Artifact](), list[str]()
    for one in github.pages(f"/repos/{github.repository}/actions/artifacts", {"name": name}, "artifacts"):
        problem = _problem(one, name, head)
        if problem:
            why.append(f"artifact {one.get('id')} {problem}")
        else:
            found.append(Artifact(int(one["id"]), int(one["workflow_run"]["id"]), str(one.get("created_at") or "")))
    for artifact in sorted(found, key=lambda each: (each.created, each.id), reverse=True):
        problem = _wrong_run(github, artifact.run, head, workflow)
        if not problem:
            return artifact
        why.append(f"artifact {artifact.id} {problem}")
    told = "; ".join(why[:_SHOWN]) or "there is none of this name"
    hint = "let the pull request's plan run again; what a fork or another workflow made is never taken"
    raise Refused(f"no artifact {name} can be used: {told}", code="MLE779", hint=hint)


def only_file(github: GitHub, artifact: Artifact) -> bytes:
    """Return the one file in an artifact; Refused when it is not just that."""
    data = github.download(f"/repos/{github.repository}/actions/artifacts/{artifact.id}/zip", LARGEST)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _only(archive)
    except _UNSOUND as error:
        raise _refused(artifact, f"it is not a sound archive: {error}") from error
    except _NotOne as error:
        raise _refused(artifact, str(error)) from error


class _NotOne(Exception):
    """An archive that holds something else than one plain file."""


def _only(archive: zipfile.ZipFile) -> bytes:
    """Return the one file of an archive, read no further than a plan can be long."""
    entries = archive.infolist()
    if len(entries) != 1:
        raise _NotOne(f"it holds {len(entries)} files, and shall hold the plan alone")
    entry = entries[0]
    path = PurePosixPath(entry.filename)
    if entry.is_dir() or path.is_absolute() or len(path.parts) != 1 or "\\" in entry.filename:
        raise _NotOne("its file has a path, and shall have a plain name")
    if entry.external_attr >> 16 & 0o170000 not in (0, 0o100000):
        raise _NotOne("its file is a link or a device")
    with archive.open(entry) as file:
        found = file.read(LARGEST + 1)
    if len(found) > LARGEST:
        raise _NotOne(f"its file is larger than {LARGEST:,} bytes")
    return found


def _problem(one: Any, name: str, head: str) -> str:
    """Return why an artifact is not the one that is looked for; nothing when it may be."""
    run = one.get("workflow_run") or {}
    if one.get("name") != name:
        return "has another name"
    if one.get("expired"):
        return "has expired"
    if not run.get("id") or run.get("repository_id") is None or run["repository_id"] != run.get("head_repository_id"):
        return "was made by a fork"
    return "" if run.get("head_sha") == head else f"is of commit {str(run.get('head_sha'))[:12]}"


def _wrong_run(github: GitHub, number: int, head: str, workflow: str) -> str:
    """Return why a run is not one of the workflow for a pull request; nothing when it is."""
    run = github.get(f"/repos/{github.repository}/actions/runs/{number}")
    if str(run.get("path") or "").partition("@")[0] != workflow:
        return f"was made by {run.get('path')}, not by {workflow}"
    if run.get("event") != "pull_request":
        return f"was made by a run on {run.get('event')}, not on pull_request"
    return "" if run.get("head_sha") == head else "was made by a run of another commit"


def _refused(artifact: Artifact, why: str) -> Refused:
    """Return the refusal of an archive."""
    hint = "keep the file of `plan --out` in an artifact of its own"
    return Refused(f"artifact {artifact.id} cannot be used: {why}", code="MLE780", hint=hint)
