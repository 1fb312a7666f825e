"""Summary: a plan on the page of a workflow's run."""

import os
from collections.abc import Mapping
from pathlib import Path

from mlplan.app.saved import Document
from mlplan.app.sheet import saved_sheet
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.effect import Effects
from mlplan.core.errors import Mistake
from mlplan.render.markdown import SUMMARY, written

FILE = "GITHUB_STEP_SUMMARY"


def append(effects: Effects, document: Document, environ: Mapping[str, str] = os.environ) -> int:
    """Add a plan to the summary of the step, within what GitHub takes for one step; return the bytes."""
    if not environ.get(FILE):
        hint = "it is there in a step of GitHub Actions; elsewhere: `mlplan show FILE -o markdown`"
        raise Mistake(Diagnostic("MLE770", f"{FILE} is not set", hint=hint))
    path = Path(environ[FILE])
    there = path.stat().st_size if path.is_file() else 0
    text = written(saved_sheet(document), max(SUMMARY - there, 0))
    data = f"{text}\n".encode()

    def write() -> None:
        with path.open("ab") as file:
            file.write(data)

    try:
        effects.run(f"append to {path.name}", write)
    except OSError as error:
        raise Mistake(Diagnostic("MLE706", f"cannot write {path}: {error.strerror}", hint="check the name")) from error
    return len(data)
