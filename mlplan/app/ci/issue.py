"""Issue: drift in the one issue of its project and environment: opened, kept up to date, and closed when it is gone."""

import json
from pathlib import Path
from typing import Any

from mlplan.app.document_model import DriftDocument
from mlplan.app.files import read_document
from mlplan.app.saved import Document
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.forge.client import GitHub
from mlplan.forge.comments import me
from mlplan.forge.issues import Kept, close_issue, keep_issue
from mlplan.render.markdown.drifted import drift_issue
from mlplan.render.markdown.marker import drift_marker

LABEL = "mlplan:drift"
GONE = "Everything is as it was last applied again."


def read_drift(path: Path) -> Document:
    """Return what `drift -o json` printed; Mistake when the file is something else."""
    try:
        document: Any = json.loads(read_document(path))
        DriftDocument.model_validate(document)
    except (ValueError, RecursionError) as error:
        summary = f"{path.name} is not what `mlplan drift -o json` prints"
        hint = "give its output; a drift that failed prints nothing, and says why beside it"
        raise Mistake(Diagnostic("MLE784", summary, hint=hint)) from error
    assert isinstance(document, dict)
    return document


def issue(github: GitHub, document: Document, author: str) -> Kept:
    """Make the issue tell what drifted; none is open when nothing did."""
    marker = drift_marker(document["project"], document["environment"])
    who = me(github, author)
    if not document["drifted"]:
        return close_issue(github, marker, LABEL, who, GONE)
    title = f"Drift in {document['project']} · {document['environment']}"
    return keep_issue(github, marker, LABEL, who, title, drift_issue(document, github.run.url))
