"""Run: what a job of GitHub Actions knows of itself: repository, commit, pull request, token and where to ask."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake

TOKEN, REPOSITORY = "GITHUB_TOKEN", "GITHUB_REPOSITORY"
HEADS = "refs/heads/"
LARGEST_EVENT = 1 << 25
"""Bytes; GitHub cuts payloads at 25 MB."""


@dataclass(frozen=True, slots=True)
class Run:
    """One job, as its environment tells of it."""

    api: str
    repository: str
    """owner/name."""
    token: str = field(repr=False)
    sha: str = ""
    """The commit that was checked out; of a pull request it is a trial merge that stands on no branch."""
    branch: str = ""
    """The branch that was pushed to; nothing in a run on a pull request."""
    url: str = ""
    """The page of the run."""
    event: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What started it."""

    @property
    def pull(self) -> int | None:
        """Return the number of the pull request that started the run."""
        number = _part(self.event, "pull_request").get("number")
        return number if isinstance(number, int) else None

    @property
    def head(self) -> str:
        """Return the last commit of the pull request that started the run, or nothing."""
        return str(_part(self.event, "pull_request", "head").get("sha") or "")

    @property
    def foreign(self) -> bool:
        """Tell whether the pull request comes from a fork, whose runs get a token that only reads."""
        source = _part(self.event, "pull_request", "head", "repo").get("full_name")
        return bool(self.event.get("pull_request")) and source != self.repository


def run_of(environ: Mapping[str, str] = os.environ) -> Run:
    """Return the job that we are part of; Mistake names everything that is missing."""
    absent = [name for name in (TOKEN, REPOSITORY) if not environ.get(name)]
    if absent:
        hint = "in a step of GitHub Actions, give it `env: {GITHUB_TOKEN: ${{ github.token }}}`; the rest is there"
        if TOKEN not in absent:
            hint = "in a step of GitHub Actions it is there; elsewhere set it to owner/name"
        raise Mistake(Diagnostic("MLE770", f"{' and '.join(absent)} not set", hint=hint))
    api = environ.get("GITHUB_API_URL", "https://api.github.com").rstrip("/")
    if not is_secure(api):
        hint = "write https://, or use a loopback address"
        raise Mistake(Diagnostic("MLE771", f"GITHUB_API_URL {api} is not reached by https", hint=hint))
    repository = environ[REPOSITORY]
    ref = environ.get("GITHUB_REF", "")
    server, number = environ.get("GITHUB_SERVER_URL", "https://github.com"), environ.get("GITHUB_RUN_ID")
    return Run(
        api=api,
        repository=repository,
        token=environ[TOKEN],
        sha=environ.get("GITHUB_SHA", ""),
        branch=ref.removeprefix(HEADS) if ref.startswith(HEADS) else "",
        url=f"{server}/{repository}/actions/runs/{number}" if number else "",
        event=_event(environ.get("GITHUB_EVENT_PATH", "")),
    )


def is_secure(url: str) -> bool:
    """Tell whether nobody on a network can read what is sent to an address."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or ""))


def _is_loopback(name: str) -> bool:
    """Tell whether a host name is this machine."""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def _event(path: str) -> Mapping[str, Any]:
    """Return the payload of the event; Mistake when it cannot be read."""
    if not path:
        return {}
    try:
        with Path(path).open("rb") as file:
            found = json.loads(file.read(LARGEST_EVENT))
    except (OSError, ValueError, RecursionError) as error:
        summary = f"{path} (GITHUB_EVENT_PATH) cannot be read: {_why(error)}"
        raise Mistake(
            Diagnostic("MLE772", summary, hint="it is the file that the runner wrote; leave it be")
        ) from error
    return found if isinstance(found, dict) else {}


def _why(error: Exception) -> str:
    """Return why a file cannot be read, in few words."""
    if isinstance(error, OSError):
        return str(error.strerror or error)
    if isinstance(error, json.JSONDecodeError):
        return f"it is not JSON from line {error.lineno}, column {error.colno} on"
    return "it is not JSON"


def _part(found: Any, *names: str) -> Mapping[str, Any]:
    """Return a mapping inside a payload; an empty one when it is not there."""
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}
