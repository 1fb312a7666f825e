"""Wire: one request over the SDK's connection, and what came of it.

The SDK repeats POST after a dropped connection, sleeps any Retry-After in full, and follows
redirects. Here each call is one attempt to the one host that was agreed on; `client` decides what
is repeated. A wire that only reads refuses everything else before it is sent.
"""

import logging
import re
import threading
import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from databricks.sdk.clock import Clock
from databricks.sdk.core import ApiClient, Config
from requests.adapters import HTTPAdapter

from mlplan.core.errors import Denied
from mlplan.core.secret import MASK
from mlplan.core.values import Values
from mlplan.providers.databricks.errors import Failure
from mlplan.providers.databricks.failure import failure
from mlplan.providers.mlmodel import LARGEST

READ_POSTS = frozenset({"/api/2.0/mlflow/experiments/search"})
"""Requests that only ask, though their verb says otherwise."""
SHORTEST = 6
"""Shorter settings are no secrets, and hiding them would take ordinary words out of messages."""
ONE_ATTEMPT = 1
"""`retry_timeout_seconds` with which the SDK gives up after its first attempt; 0 would mean 300."""


class OneAttempt(Clock):
    """The SDK's clock, on which every wait ends its retries at once."""

    def __init__(self) -> None:
        self._local = threading.local()

    def time(self) -> float:
        """Return seconds, those included that were not slept."""
        return time.monotonic() + float(getattr(self._local, "skipped", 0.0))

    def sleep(self, seconds: float) -> None:
        """Let the SDK believe that it waited past its deadline."""
        self._local.skipped = getattr(self._local, "skipped", 0.0) + abs(seconds) + 2 * ONE_ATTEMPT


class Wire:
    """The connection to one workspace; many threads may use it."""

    def __init__(self, config: Config, workers: int, *, writable: bool) -> None:
        self.host = str(config.host)
        self.auth_type = str(config.auth_type or "")
        self.writable = writable
        number = str(config.workspace_id or "")
        self.workspace_id: int | None = int(number) or None if number.isdigit() else None
        """The workspace's number, once discovery or an answer told it; some old ones call themselves 0."""
        self._headers = {"Accept": "application/json"}
        if config.workspace_id:
            self._headers["X-Databricks-Workspace-Id"] = str(config.workspace_id)  # as the SDK, for hosts of many
        self._own = frozenset(one for one in (config.token, config.client_secret, config.password) if one)
        logging.getLogger("databricks.sdk").addFilter(_without_bodies)
        self._api = ApiClient(config)
        self._local = threading.local()
        session: requests.Session = self._api._api_client._session  # noqa: SLF001 - the SDK offers no other way
        adapter = HTTPAdapter(pool_connections=workers, pool_maxsize=workers, pool_block=True)
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        session.max_redirects = 0
        session.hooks["response"].append(self._note)

    def send(self, method: str, path: str, query: Mapping[str, Any] | None, body: Values | None) -> Values:
        """Return the answer to one request; Failure tells what went wrong."""
        if not self.writable and not reads_only(method, path):
            raise Denied(f"{method} {path} would change the workspace, and this run may only read", code="MLE540")
        self._local.status, self._local.retry_after = 0, None
        try:
            found = self._api.do(
                method, path, query=dict(query) if query else None, headers=dict(self._headers), body=body
            )
        except (OSError, ValueError, RuntimeError) as error:
            found = failure(error, self._local.status, self._local.retry_after)
            hidden = self._own | frozenset(_sent_in_clear(body))
            if not any(one in str(error) or one in found.message for one in hidden):
                raise found from error
            for one in hidden:
                found.message = found.message.replace(one, MASK)
            raise found from None  # what the SDK says repeats the secret
        if not isinstance(found, dict):
            raise Failure(502, "UNREADABLE", "the answer is not an object")
        return found

    def fetch(self, path: str) -> str:
        """Return a small text file; Failure when there is none, or none that small."""
        try:
            return self.download(path, LARGEST).decode("utf-8")
        except UnicodeDecodeError as error:
            raise Failure(self._local.status, "UNREADABLE", "the file is not text in UTF-8") from error

    def download(self, path: str, most: int) -> bytes:
        """Return a file; Failure when there is none, or none of so few bytes."""
        self._local.status, self._local.retry_after = 0, None
        headers = {**self._headers, "Accept": "application/octet-stream"}
        try:
            with self._api.do("GET", path, headers=headers, raw=True)["contents"] as stream:
                data: bytes = stream.read(most + 1)
        except (OSError, RuntimeError) as error:
            raise failure(error, self._local.status, self._local.retry_after) from error
        if len(data) > most:
            raise Failure(self._local.status, "TOO_LARGE", f"the file is larger than {most:,} bytes")
        return data

    def upload(self, path: str, query: Mapping[str, Any], data: bytes) -> None:
        """Write a file; Failure tells what went wrong."""
        assert self.writable, path
        self._local.status, self._local.retry_after = 0, None
        headers = {**self._headers, "Content-Type": "application/octet-stream"}
        try:
            self._api.do("PUT", path, query=dict(query), headers=headers, data=data or None)
        except TypeError as error:  # the SDK fails at telling that an answer to a stream is not the API's
            message, after = f"HTTP {self._local.status}, with an answer that is not the API's", self._local.retry_after
            raise Failure(self._local.status, "UNREADABLE", message, after) from error
        except (OSError, ValueError, RuntimeError) as error:
            raise failure(error, self._local.status, self._local.retry_after) from error

    def _note(self, response: requests.Response, **_: object) -> None:
        """Keep what the SDK's errors leave out."""
        self._local.status = response.status_code
        self._local.retry_after = retry_after(response.headers.get("retry-after"), time.time())
        number = response.headers.get("x-databricks-org-id", "")
        if number.isdigit():
            self.workspace_id = int(number) or None


def _sent_in_clear(body: object) -> Iterator[str]:
    """Yield what a request holds that no message may repeat: contents of variables that were put in for their names."""
    if isinstance(body, list):
        for item in body:
            yield from _sent_in_clear(item)
    elif isinstance(body, dict):
        for name, value in body.items():
            if isinstance(value, str) and value and name.endswith("_plaintext"):
                yield value
            elif name == "environment_vars" and isinstance(value, dict):
                yield from (one for one in value.values() if isinstance(one, str) and len(one) >= SHORTEST)
            else:
                yield from _sent_in_clear(value)


def _without_bodies(record: logging.LogRecord) -> bool:
    """Cut what the SDK logs of a request down to its first line: the body may hold secrets in the clear."""
    record.msg, record.args = record.getMessage().partition("\n")[0], ()
    return True


def reads_only(method: str, path: str) -> bool:
    """Tell whether a request changes nothing."""
    return method == "GET" or (method == "POST" and path in READ_POSTS)


def retry_after(header: str | None, now: float) -> float | None:
    """Return the seconds that a Retry-After header asks for; None when it asks for nothing."""
    if not header:
        return None
    if re.fullmatch(r"-?\d+(\.\d+)?", header.strip()):
        return max(float(header), 0.0)
    try:
        return max(parsedate_to_datetime(header).timestamp() - now, 0.0)
    except ValueError:
        return None
