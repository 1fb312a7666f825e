"""Errors: what the SDK and the wire say went wrong, brought to the classes of `mlplan.core.errors`.

The SDK's exceptions become a `Failure` first (`failure`), which knows the facts that decide what to do: the
status, the platform's own code, how long to wait, and whether the request may have been carried out.

Only an object's absence is NotFound. A route that does not exist is a 404 too, and reading that as
"absent" would plan creates for everything that is there.
"""

import re
from dataclasses import dataclass

from mlplan.core.errors import (
    Conflict,
    Denied,
    Invalid,
    NotFound,
    PlatformError,
    RateLimited,
    Unavailable,
    UnknownOutcome,
)

ABSENT = frozenset(
    f"{noun}_DOES_NOT_EXIST"
    for noun in (
        "RESOURCE", "CATALOG", "SCHEMA", "VOLUME", "TABLE", "FUNCTION", "ROUTINE", "MODEL", "REGISTERED_MODEL",
        "MODEL_VERSION", "MODEL_ALIAS", "EXPERIMENT", "ENDPOINT", "SECURABLE",
    )
)  # fmt: skip
"""Codes that say that an object is not there."""
TAKEN = ("ALREADY_EXISTS", "RESOURCE_CONFLICT", "ABORTED", "_NOT_EMPTY", "INVALID_STATE")
"""Ends of codes that say that what is there is in the way."""
SLOW_DOWN = (429, 503)
NO_ROUTE, IN_THE_WAY = 404, 409
LONGEST = 600
"""Characters of a message that people still read."""
_DEBUG = re.compile(r"\.?\s*(Config: \w+=.*|Env: [A-Z_]+.*)$", re.DOTALL)
_UNREADABLE = "unable to parse response"


@dataclass
class Failure(Exception):
    """A request that did not succeed, as far as the wire can tell."""

    status: int
    """The HTTP status; 0 when there was no answer."""
    code: str = ""
    """The platform's own word, such as RESOURCE_DOES_NOT_EXIST."""
    message: str = ""
    retry_after: float | None = None
    """Seconds to wait, when the answer said so."""
    sent: bool = True
    """The request may have reached the platform."""

    @property
    def absent(self) -> bool:
        """Tell whether the object is not there."""
        return self.code in ABSENT and self.status in (400, 404)

    @property
    def unhandled(self) -> bool:
        """Tell whether the platform certainly did not carry the request out, and may do so later."""
        throttled = self.status == SLOW_DOWN[0]
        turned_away = self.status == SLOW_DOWN[1] and self.retry_after is not None
        return throttled or turned_away or not self.sent

    @property
    def passing(self) -> bool:
        """Tell whether the same request may succeed later."""
        return self.status in (0, *SLOW_DOWN, 408, 500, 502, 504)

    @property
    def ambiguous(self) -> bool:
        """Tell whether a request that changes something may have done so."""
        return self.sent and self.passing and not self.unhandled


def told(found: Failure, what: str, *, writing: bool) -> PlatformError:
    """Return the error that a handler's caller gets; `what` names the request."""
    text = f"{what}: {found.message or found.code or f'HTTP {found.status}'}"
    if writing and found.ambiguous:
        return UnknownOutcome(text, hint="it may have been carried out; mlplan reads it back")
    if found.absent:
        return NotFound(text)
    if found.status == NO_ROUTE:
        return Invalid(text, code="MLE541", hint="check the host: a workspace's URL, not an account's")
    kind, hint = _kind(found)
    return kind(text, hint=hint)


def _kind(found: Failure) -> tuple[type[PlatformError], str]:
    """Return the class of a failure that is about more than an absent object, and what to do."""
    if found.status in (401, 403):
        return Denied, "mlplan permissions says which privileges the project needs"
    if found.status == SLOW_DOWN[0]:
        return RateLimited, "try again later, or with a lower --parallelism"
    if found.status == IN_THE_WAY or found.code.endswith(TAKEN):
        return Conflict, ""
    if not found.sent:
        return Unavailable, "check the host, the network and any proxy"
    return (Unavailable if found.passing else Invalid), ""


def trimmed(message: str, status: int) -> str:
    """Return a message without the SDK's debugging aids, which name every setting and fill the screen."""
    if message.startswith(_UNREADABLE):
        return f"HTTP {status}, with an answer that is not the API's"
    text = _DEBUG.sub("", message).strip()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
