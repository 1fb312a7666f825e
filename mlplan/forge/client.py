"""Client: requests to GitHub until they are answered, within reason; a change is never repeated blindly."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlencode

from mlplan.core.effect import Effects
from mlplan.forge.errors import Forbidden, ForgeError, Missing, Unclear, Unreachable, Unsigned
from mlplan.forge.run import Run, is_secure
from mlplan.forge.wire import Answer, Lost, Wire

ATTEMPTS = 5
LONGEST_WAIT = 120.0
"""Seconds that one request may ask us to wait."""
PATIENCE = 300.0
"""Seconds after which a request is not tried again."""
MOST_PAGES = 100
PER_PAGE = 100
_NEXT = re.compile(r'<([^>]+)>;[^,]*\brel="next"')
Json = Any


class GitHub(AbstractContextManager["GitHub"]):
    """One repository on GitHub."""

    def __init__(self, run: Run, effects: Effects) -> None:
        self.run = run
        self.repository = run.repository
        self._effects = effects
        self._wire = Wire(run.api, run.token)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self._wire.close()

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Json:
        """Return what is at a path; Missing when nothing is."""
        return self._json(self._patiently("GET", self._url(path, query), again=True))

    def find(self, path: str) -> Json:
        """Return what is at a path, or None when GitHub says that nothing is."""
        try:
            return self.get(path)
        except Missing:
            return None

    def pages(self, path: str, query: Mapping[str, str] | None = None, name: str = "") -> Iterator[Json]:
        """Yield every item of a list, page by page; `name` is where an answer holds them, if not at its top."""
        url = self._url(path, {**(query or {}), "per_page": str(PER_PAGE)})
        for _ in range(MOST_PAGES):
            answer = self._patiently("GET", url, again=True)
            found = self._json(answer)
            yield from (found or {}).get(name) or [] if name else found or []
            following = _NEXT.search(answer.headers.get("link", ""))
            if following is None:
                return
            url = following[1]
            if not self._wire.inside(url):
                raise Forbidden(f"{path}: the next page is at another host, which gets no token")
        raise ForgeError(
            f"{path} has more than {MOST_PAGES * PER_PAGE:,} entries", hint="that is more than mlplan reads"
        )

    def write(self, method: str, path: str, body: Json = None, *, again: bool = True) -> Json:
        """Make a change; one that must not happen twice is not sent `again`, and Unclear tells that it may have happened."""
        url = self._url(path)
        return self._effects.run(
            f"{method} {path}", lambda: self._json(self._patiently(method, url, body, again=again))
        )

    def remove(self, path: str) -> None:
        """Take down what is at a path; what is gone already is no error."""
        try:
            self.write("DELETE", path)
        except Missing:
            return

    def download(self, path: str, limit: int) -> bytes:
        """Return a file that the API redirects to: one redirect, and the token stays here."""
        answer = self._patiently("GET", self._url(path), again=True)
        if answer.status not in (301, 302, 303, 307, 308):
            return answer.data
        url = answer.headers.get("location", "")
        if not is_secure(url):
            raise ForgeError(f"GET {path} leads to an address that is not https")
        found = self._tried("GET", lambda: self._wire.fetch(url, limit), again=True)
        if found.status != 200:  # noqa: PLR2004 - a second redirect is none of ours
            raise ForgeError(f"GET {path}: what it leads to answers {found.status}")
        return found.data

    def _url(self, path: str, query: Mapping[str, str] | None = None) -> str:
        """Return the address of a path."""
        return f"{self._wire.api}{path}{'?' + urlencode(query) if query else ''}"

    def _json(self, answer: Answer) -> Json:
        """Return an answer's value; None when it is empty, and ForgeError for a redirect, which has done nothing."""
        if answer.status >= 300:  # noqa: PLR2004
            hint = "the repository has moved or has a new name, or GITHUB_API_URL is not the address of the API"
            raise ForgeError(
                f"GitHub answers {answer.status} and leads elsewhere, which mlplan does not follow", hint=hint
            )
        try:
            return json.loads(answer.data) if answer.data else None
        except (ValueError, RecursionError) as error:
            raise ForgeError("GitHub's answer is not JSON") from error

    def _patiently(self, method: str, url: str, body: Json = None, *, again: bool) -> Answer:
        """Return the answer to a request that GitHub has carried out."""
        answer = self._tried(method, lambda: self._wire.send(method, url, body), again=again)
        if answer.status < 400:  # noqa: PLR2004 - redirects are for whoever asked
            return answer
        raise _error(answer, f"{method} {url.removeprefix(self._wire.api).partition('?')[0]}")

    def _tried(self, method: str, once: Callable[[], Answer], *, again: bool) -> Answer:
        """Return the first answer that says something; what was turned away is sent again, what was lost only if it may."""
        clock = self._effects.clock
        deadline = clock.monotonic() + PATIENCE
        for attempt in range(ATTEMPTS):
            try:
                answer = once()
            except Lost as error:
                wait, why = 2.0**attempt, str(error)
            else:
                asked = _asks_to_wait(answer, clock.now())
                if asked is None and answer.status < 500:  # noqa: PLR2004
                    return answer
                wait, why = (2.0**attempt if asked is None else asked), _why(answer)
                if asked is not None:
                    self._wait(wait, deadline, why)
                    continue
            if not again:
                raise Unclear(
                    f"{method} had no clear answer ({why})", hint="run it again: it looks first what is there"
                )
            self._wait(wait, deadline, why)
        raise Unreachable(f"GitHub did not answer {ATTEMPTS} times ({why})", hint="try again later")

    def _wait(self, seconds: float, deadline: float, why: str) -> None:
        """Wait, unless that is longer than anybody would."""
        clock = self._effects.clock
        if seconds > LONGEST_WAIT or clock.monotonic() + seconds > deadline:
            raise Unreachable(f"GitHub asks to wait {seconds:.0f} s ({why})", hint="run it again after that")
        clock.sleep(seconds + self._effects.random.random())


def part(name: str) -> str:
    """Return a name as one part of a path."""
    return quote(name, safe="")


def _asks_to_wait(answer: Answer, now: float) -> float | None:
    """Return the seconds that GitHub asks us to wait before anything else; None when it does not."""
    headers = answer.headers
    if answer.status not in (403, 429):
        return None
    given = headers.get("retry-after", "")
    if given.isdigit():
        return float(given)
    if headers.get("x-ratelimit-remaining") == "0" and headers.get("x-ratelimit-reset", "").isdigit():
        return max(float(headers["x-ratelimit-reset"]) - now, 1.0)
    if answer.status == 429 or b"secondary rate limit" in answer.data:  # noqa: PLR2004
        return 60.0  # what GitHub's guide says where no header does
    return None


def _why(answer: Answer) -> str:
    """Return what an answer says, in few words."""
    try:
        message = str(json.loads(answer.data).get("message", ""))[:200]
    except (ValueError, AttributeError, RecursionError):
        message = ""
    return f"{answer.status}: {message}" if message else str(answer.status)


def _error(answer: Answer, what: str) -> ForgeError:
    """Return the error that an answer stands for."""
    told = f"GitHub refuses {what} ({_why(answer)})"
    if answer.status == 401:  # noqa: PLR2004
        return Unsigned(told, hint="GITHUB_TOKEN is not valid, or has expired")
    if answer.status == 403:  # noqa: PLR2004
        return Forbidden(told, hint="give the job the permission that `mlplan explain MLE773` names for this command")
    if answer.status in (404, 410):
        return Missing(told, hint="it is not there, or the token may not see it")
    return ForgeError(told, hint="`mlplan explain MLE775` tells what this may be")
