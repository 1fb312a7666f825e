"""JSON: documents as text, in one fixed form; everything beyond ASCII is escaped."""

import json
from collections.abc import Mapping


def document_text(document: Mapping[str, object]) -> str:
    """Return a document as indented JSON with a final newline; the order of its keys is kept."""
    return json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False) + "\n"
