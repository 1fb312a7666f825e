"""Wire: one request over HTTP, and what came back; no redirect is followed, and the token goes to one host only."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from mlplan import __version__

PATIENCE = (10, 60)
"""Seconds to connect, and between two pieces of an answer."""
PIECE = 1 << 16
LARGEST_ANSWER = 1 << 25


class Answer(NamedTuple):
    """What came back; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    data: bytes


class Lost(Exception):
    """No answer, or one that is too large: nobody knows what became of the request."""


class Bearer(AuthBase):
    """The token; as an object, so that a .netrc file cannot take its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign a request."""
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Wire:
    """The connection to one GitHub."""

    def __init__(self, api: str, token: str) -> None:
        self.api = api
        self._bearer = Bearer(token)
        self._token = token.encode()
        self._session = requests.Session()

    def send(self, method: str, url: str, body: Any = None) -> Answer:
        """Return the answer to one request to the API."""
        assert _origin(url) == _origin(self.api), "the token is for the API alone"
        headers = {
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
            "User-Agent": f"mlplan/{__version__}",
        }
        found = self._exchange(method, url, headers, self._bearer, body, LARGEST_ANSWER)
        # What an error says is shown to people, and whoever answers could say the token.
        return found if found.status < 400 else found._replace(data=found.data.replace(self._token, b"***"))  # noqa: PLR2004

    def fetch(self, url: str, limit: int) -> Answer:
        """Return what stands at an address that the API named, which gets no token."""
        return self._exchange("GET", url, {"User-Agent": f"mlplan/{__version__}"}, Bearer(""), None, limit)

    def inside(self, url: str) -> bool:
        """Tell whether an address is the API's own."""
        return _origin(url) == _origin(self.api)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], auth: AuthBase, body: Any, limit: int
    ) -> Answer:
        """Send one request and read its answer, up to a limit."""
        try:
            with self._session.request(
                method, url, headers=headers, auth=auth, json=body, timeout=PATIENCE, allow_redirects=False, stream=True
            ) as found:
                data = b"".join(_pieces(found, limit))
                return Answer(found.status_code, {name.lower(): value for name, value in found.headers.items()}, data)
        except requests.RequestException as error:
            raise Lost(f"no answer: {type(error).__name__}") from error


def _pieces(found: requests.Response, limit: int) -> list[bytes]:
    """Return the pieces of an answer; Lost when they become too many."""
    made, size = [], 0
    for piece in found.iter_content(PIECE):
        size += len(piece)
        if size > limit:
            raise Lost(f"the answer is larger than {limit:,} bytes")
        made.append(piece)
    return made


def _origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port
