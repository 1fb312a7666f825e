"""Failure: what an exception of the SDK and its transport tells, as the facts that decide what to do."""

from urllib.parse import urlsplit

import requests
from databricks.sdk.errors.base import DatabricksError
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from mlplan.providers.databricks.errors import Failure, trimmed


def failure(error: Exception, status: int, retry_after: float | None) -> Failure:
    """Return what an exception of the SDK tells; `status` and `retry_after` are those of its answer."""
    if isinstance(error, TimeoutError) and isinstance(error.__cause__, Exception):
        error = error.__cause__  # the SDK gave up after its one attempt, and hides why
    if isinstance(error, DatabricksError):
        return Failure(status, error.error_code or "", trimmed(str(error), status), retry_after)
    if isinstance(error, requests.TooManyRedirects):
        where = error.response.headers.get("location", "another place") if error.response is not None else "elsewhere"
        return Failure(302, "REDIRECTED", f"the host redirects to {where}, where the token must not go")
    if isinstance(error, requests.JSONDecodeError | ValueError):
        return Failure(502, "UNREADABLE", f"the answer (HTTP {status}) is not JSON")
    return Failure(0, "", trimmed(_reason(error), 0), sent=not _never_sent(error))


def _reason(error: Exception) -> str:
    """Return what kept a request from being answered."""
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if _never_sent(error):
        return f"no connection to {_host(error)}"
    return str(error) or type(error).__name__


def _host(error: Exception) -> str:
    """Return the host that a connection was tried to."""
    found = getattr(error, "request", None)
    return urlsplit(found.url).netloc if found is not None and found.url else "the host"


def _never_sent(error: BaseException | None) -> bool:
    """Tell whether no connection was made, so that nothing can have happened."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    if not isinstance(error, requests.ConnectionError) or not error.args:
        return False
    reason = getattr(error.args[0], "reason", None)
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
