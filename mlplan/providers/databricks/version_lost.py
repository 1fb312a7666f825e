"""Version lost: a piece of what is known of a version that could not be read, in a few words for people."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from mlplan.core.errors import Denied, PlatformError
from mlplan.providers.databricks.errors import NO_ROUTE, Failure
from mlplan.providers.mlmodel import Unreadable

T = TypeVar("T")
LONGEST = 200
"""Characters of a reason."""
ROUTE_ABSENT = "ENDPOINT_NOT_FOUND"
MISSHAPEN = (AttributeError, KeyError, TypeError, ValueError)
"""What comes of an answer that is not built as the API says."""


class Lost(NamedTuple):
    """A piece that could not be read."""

    reason: str
    absent: bool = False
    """The workspace says that there is no such thing."""


def read(what: str, absent: str, ask: Callable[[], T]) -> T | Lost:
    """Return the answer, or why there is none; `absent` is the reason when the workspace has no such thing."""
    try:
        return ask()
    except PlatformError as error:
        return _lost(what, absent, error)
    except Unreadable as error:
        return Lost(_short(f"{what} {error}"))
    except MISSHAPEN:
        return Lost(f"{what} came in a form that is not the API's")


def _lost(what: str, absent: str, error: PlatformError) -> Lost:
    """Return why a request was not answered."""
    found = error.__cause__ if isinstance(error.__cause__, Failure) else Failure(0, message=str(error))
    if found.absent or (found.status == NO_ROUTE and found.code != ROUTE_ABSENT):
        return Lost(absent, absent=True)
    said = found.code or f"HTTP {found.status}"
    if isinstance(error, Denied):
        return Lost(f"not allowed to read {what} ({said})")
    return Lost(_short(f"{what} could not be read: {found.message or said}"))


def _short(text: str) -> str:
    """Return a reason in one line that people still read."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}..."
