"""Paging: lists in pages, with opaque tokens and the limits of each list.

A token names the last item that was given, so that what comes and goes between two pages
neither repeats nor hides others. `empty` makes the first page an empty one that has a successor:
the SDK's documentation says of every Unity Catalog list that a page may be so.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from mlplan.testing.server.call import Call
from mlplan.testing.server.refusal import Json, invalid

T = TypeVar("T")


class Limits(NamedTuple):
    """How long the pages of a list are."""

    unset: int | None
    """When the client asks for no length; None gives everything at once."""
    zero: int
    """When it asks for 0, which means the server's own choice."""
    most: int
    least: int = 1
    name: str = "max_results"


def page(
    call: Call, items: Sequence[T], limits: Limits, key: Callable[[T], str], source: Json | None = None
) -> tuple[Sequence[T], str]:
    """Return one page of items sorted by key, and the token of the next one, empty at the end."""
    given: Json = dict(call.query) if source is None else source
    token = str(given.get("page_token") or "")
    length = _length(call.number(limits.name, given), limits)
    if length is None and not token:
        return items, ""
    if call.door.settings.empty_pages and not token and items:
        return [], _token("")
    last = _last(token)
    rest = [item for item in items if key(item) > last] if last else list(items)
    found = rest[: length or limits.zero]
    return found, _token(key(found[-1])) if len(found) < len(rest) else ""


def listed(name: str, found: Sequence[Json], token: str) -> Json:
    """Return the answer of a list: what is empty is left out, as protobuf does."""
    return ({name: list(found)} if found else {}) | ({"next_page_token": token} if token else {})


def _length(asked: int | None, limits: Limits) -> int | None:
    """Return how long a page shall be."""
    if asked is None:
        return limits.unset
    if asked < 0 or 0 < asked < limits.least:
        raise invalid(f"{limits.name} must be 0 or at least {limits.least}")
    return min(asked, limits.most) if asked else limits.zero


def _token(last: str) -> str:
    """Return an opaque token."""
    return urlsafe_b64encode(f"after:{last}".encode()).decode()


def _last(token: str) -> str:
    """Return the key that a token stands for."""
    try:
        text = urlsafe_b64decode(token).decode() if token else "after:"
    except (binascii.Error, ValueError):
        text = ""
    if not text.startswith("after:"):
        raise invalid("Invalid page token")
    return text.removeprefix("after:")
