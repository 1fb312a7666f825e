"""Annotate: findings as commands of GitHub Actions, which shows them beside the lines that they are about."""

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from mlplan.app.document_model import ValidateDocument
from mlplan.app.files import read_document
from mlplan.app.saved import Document, read_plan
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.render.escape import visible

SORTS = {"error": "error", "warning": "warning", "note": "notice"}
MOST = 10
"""Annotations of one sort that GitHub shows for a step."""


def annotations(path: Path, prefix: str = "") -> list[str]:
    """Return the commands for what is found in a plan, or in what `validate -o json` printed; worst first.

    GitHub shows ten of a sort for each step: what is beyond that is counted in the last one.
    """
    document = read_findings(path)
    found = [_finding(one, prefix) for one in document["diagnostics"]]
    found += [_result(one) for one in document.get("policy") or () if one["outcome"] in ("failed", "unknown")]
    return [line for sort in SORTS.values() for line in _capped([text for kind, text in found if kind == sort], sort)]


def read_findings(path: Path) -> Document:
    """Return a document that holds findings; Mistake when the file is none."""
    try:
        document: Any = json.loads(read_document(path))
    except (ValueError, RecursionError) as error:
        raise _neither(path) from error
    if isinstance(document, dict) and "changes" in document:
        return read_plan(path)
    try:
        ValidateDocument.model_validate(document)
    except ValueError as error:
        raise _neither(path) from error
    assert isinstance(document, dict)
    return document


def _neither(path: Path) -> Mistake:
    """Return what to say of a file that holds no findings."""
    summary = f"{path.name} is neither a saved plan nor what `mlplan validate -o json` prints"
    return Mistake(Diagnostic("MLE784", summary, hint="give the file of `plan --out`, or of `validate -o json`"))


def _finding(one: dict[str, Any], prefix: str) -> tuple[str, str]:
    """Return the sort and the command of a diagnostic."""
    sort, source, where = SORTS[one["severity"]], one["source"], {}
    if source:
        where = {"file": str(PurePosixPath(prefix) / source["file"])}
        where |= {"line": str(source["line"]), "col": str(source["column"])} if source["line"] else {}
    told = [one["summary"], one["detail"], one["hint"] and f"hint: {one['hint']}"]
    return sort, command(sort, {**where, "title": _title(one["code"], one["address"])}, told)


def _result(one: dict[str, Any]) -> tuple[str, str]:
    """Return the sort and the command of what a rule says."""
    sort = "error" if one["blocks"] else "warning"
    told = [one["summary"] or one["title"], one["detail"], one["hint"] and f"hint: {one['hint']}"]
    return sort, command(sort, {"title": _title(one["code"], one["address"])}, told)


def _title(code: str, address: str) -> str:
    """Return what stands above a finding."""
    return f"{code} {address}".strip()


def command(sort: str, where: dict[str, str], told: list[str]) -> str:
    """Return one command on one line; what GitHub would read as more than a value is written out, as it asks."""
    parts = ",".join(f"{name}={_property(value)}" for name, value in where.items() if value)
    text = "\n".join(line for part in told if part for line in part.split("\n"))
    return f"::{sort} {parts}::{_data(text)}"


def _data(text: str) -> str:
    """Return a message; line breaks stay line breaks for whoever reads it."""
    shown = "\n".join(visible(line) for line in text.split("\n"))
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Return the value of a property."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _capped(lines: list[str], sort: str) -> Iterator[str]:
    """Yield as many commands of a sort as GitHub shows."""
    if len(lines) <= MOST:
        yield from lines
        return
    yield from lines[: MOST - 1]
    yield command(
        sort, {"title": "mlplan"}, [f"{len(lines) - MOST + 1} more; `mlplan validate` and `mlplan show` tell them all"]
    )
