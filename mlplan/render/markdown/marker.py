"""Marker: the first line of a comment, by which the one of a project and environment is found again."""

import hashlib
from urllib.parse import quote

MOST = 200
"""A longer name is told by its digest."""


def marker(project: str, environment: str) -> str:
    """Return what the one comment of a project and environment begins with."""
    return f"<!-- mlplan:sticky project={_name(project)} env={_name(environment)} digest="


def marked(project: str, environment: str, digest: str) -> str:
    """Return the whole marker: `marker`, and the digest of the plan that the comment shows."""
    return f"{marker(project, environment)}{quote(digest, safe=':')} -->"


def drift_marker(project: str, environment: str) -> str:
    """Return what the one issue about the drift of a project and environment begins with."""
    return f"<!-- mlplan:drift project={_name(project)} env={_name(environment)} -->"


def _name(text: str) -> str:
    """Return a name without blanks and without what ends an HTML comment, one of a kind."""
    held = quote(text, safe="").replace("--", "%2D%2D")
    return held if len(held) <= MOST else f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
