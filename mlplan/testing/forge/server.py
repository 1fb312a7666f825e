"""Server: the repository over HTTP, with tokens, pages, faults, and artifacts at an address of their own."""

import json
import threading
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qsl, unquote, urlencode

from mlplan.testing.forge.hub import BOT, Hub
from mlplan.testing.forge.routes import Call, Refusal, Route, found
from mlplan.testing.server.front import Front, Message, Reply

LOOPBACK = "127.0.0.1"
POLL, PATIENCE = 0.02, 5.0


@dataclass(slots=True)
class Fault:
    """What happens to a few requests instead of, or after, what they ask for."""

    pattern: str
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    lose: Literal["", "before", "after"] = ""
    times: int = 1
    message: str = "a fault"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that came in."""

    method: str
    path: str
    token: str
    body: Any
    rest: str = ""
    """All that was sent beside the token's header, as it came."""


class GitHubServer(Hub):
    """A repository behind an address; also a context manager that starts and stops it."""

    def __init__(self, repository: str = "acme/fraud", *, page: int = 100, token: str = "") -> None:
        """Prepare a server; `page` is the most items of one page, whatever is asked for, and `token` the workflow's."""
        super().__init__(repository)
        self.token, self.reader = token or "ghs-workflow", "ghs-fork"
        self.log: list[Asked] = []
        self.leaked: list[str] = []
        """Tokens that came to where artifacts are kept."""
        self.fetched: list[str] = []
        """All that was sent there."""
        self.faults: list[Fault] = []
        self.bugs: list[Exception] = []
        self._logins = {self.token: BOT, self.reader: BOT}
        self._page = page
        self._lock = threading.RLock()
        self._front = Front((LOOPBACK, 0), self._answer)
        self._blobs = Front((LOOPBACK, 0), self._blob)
        self.url = f"http://{LOOPBACK}:{self._front.server_address[1]}"
        self._blob_url = f"http://{LOOPBACK}:{self._blobs.server_address[1]}"

    def __enter__(self) -> Self:
        """Start answering."""
        for front in (self._front, self._blobs):
            threading.Thread(target=front.serve_forever, args=(POLL,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and raise what the server itself did wrong, if anything."""
        self._front.stop(PATIENCE)
        self._blobs.stop(PATIENCE)
        if self.bugs and error is None:
            raise self.bugs[0]

    def person(self, login: str) -> str:
        """Return a token of somebody who may do everything."""
        self._logins[f"ghp-{login}"] = login
        return f"ghp-{login}"

    def fault(self, pattern: str, **how: Any) -> None:
        """Let something happen to the next requests that fit `METHOD path`, with `*` for anything."""
        self.faults.append(Fault(pattern, **how))

    def asked(self, method: str = "*", path: str = "*") -> list[Asked]:
        """Return the requests that fit."""
        return [one for one in self.log if fnmatchcase(one.method, method) and fnmatchcase(one.path, path)]

    def environ(self, event: Path, pull: int | None = None, *, sha: str = "", token: str = "") -> dict[str, str]:
        """Return what a job has in its environment, once for a pull request and once for a push; writes the event."""
        told = {"pull_request": self.pulls[pull], "number": pull} if pull is not None else {"after": sha}
        event.write_text(json.dumps(told), encoding="utf-8")
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_TOKEN": token or self.token,
            "GITHUB_API_URL": self.url,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": self.repository,
            "GITHUB_RUN_ID": "77",
            "GITHUB_SHA": sha or (self.trial_merge(pull) if pull is not None else ""),
            "GITHUB_EVENT_NAME": "push" if pull is None else "pull_request",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REF": "refs/heads/main" if pull is None else f"refs/pull/{pull}/merge",
        }

    def _answer(self, message: Message) -> Reply | None:
        """Answer one request; whatever goes wrong in here is kept, for a cut connection looks like a fault."""
        try:
            return self._take(message)
        except Exception as error:  # noqa: BLE001 - raised again when the server is closed
            self.bugs.append(error)
            return None

    def _take(self, message: Message) -> Reply | None:
        """Answer one request, unless a fault has it otherwise."""
        path, _, query = message.target.partition("?")
        token = message.headers.get("authorization", "").removeprefix("Bearer ")
        body = json.loads(message.body) if message.body else None
        with self._lock:
            self.log.append(Asked(message.method, unquote(path), token, body, _rest(message)))
            fault = self._strike(f"{message.method} {unquote(path)}")
            if fault and fault.lose == "before":
                return None
            if fault and fault.status:
                return _error(fault.status, fault.message, fault.headers)
            reply = self._reply(message.method, path, dict(parse_qsl(query)), token, body)
        return None if fault else reply

    def _strike(self, call: str) -> Fault | None:
        """Return the fault that a request meets."""
        for fault in self.faults:
            if fault.times and fnmatchcase(call, fault.pattern):
                fault.times -= 1
                return fault
        return None

    def _reply(self, method: str, path: str, query: dict[str, str], token: str, body: Any) -> Reply:
        """Authenticate, dispatch, and turn what comes of it into an answer."""
        try:
            self._known(token)
            archive = path.removeprefix(f"/repos/{self.repository}/actions/artifacts/").removesuffix("/zip")
            if path.endswith("/zip") and archive.isdigit():
                return Reply(302, b"", {"location": f"{self._blob_url}/{archive}?sig=1"})
            route, names = found(method, path, self.repository) or _nowhere()
            self._allow(route, path, token)
            teams = self._logins[token] != BOT
            made = route.answer(Call(self, self._logins[token], query, body, tuple(map(unquote, names)), teams))
        except Refusal as refusal:
            return _error(refusal.status, str(refusal))
        headers: dict[str, str] = {}
        if method == "GET" and (isinstance(made, list) or (isinstance(made, dict) and "artifacts" in made)):
            made, headers = self._paged(made, path, query)
        return Reply(route.status, b"" if made is None else json.dumps(made).encode(), headers)

    def _known(self, token: str) -> None:
        """Refuse a token that is none."""
        if token not in self._logins:
            raise Refusal(401, "Bad credentials")

    def _allow(self, route: Route, path: str, token: str) -> None:
        """Refuse what a token may not do."""
        if self._logins[token] == BOT and path == "/user":
            raise Refusal(403, "Resource not accessible by integration")
        if token == self.reader and route.method != "GET":
            raise Refusal(403, "Resource not accessible by integration")

    def _paged(self, made: Any, path: str, query: dict[str, str]) -> tuple[Any, dict[str, str]]:
        """Return one page of a list, and where the next one is."""
        items = made if isinstance(made, list) else made["artifacts"]
        size, number = min(int(query.get("per_page", 30)), self._page), int(query.get("page", 1))
        shown = items[(number - 1) * size : number * size]
        following = f"{self.url}{path}?{urlencode({**query, 'page': number + 1})}"
        headers = (
            {"link": f'<{following}>; rel="next", <{self.url}{path}>; rel="first"'}
            if number * size < len(items)
            else {}
        )
        return (shown if isinstance(made, list) else {**made, "artifacts": shown}), headers

    def _blob(self, message: Message) -> Reply | None:
        """Hand out an archive to whoever knows its address."""
        if "authorization" in message.headers:
            self.leaked.append(message.headers["authorization"])
        self.fetched.append(_rest(message))
        number = message.target.partition("?")[0].strip("/")
        data = self.archives.get(int(number)) if number.isdigit() else None
        return Reply(404) if data is None else Reply(200, data, None, "application/zip")


def _rest(message: Message) -> str:
    """Return a request as a text, without the header that signs it."""
    headers = [f"{name}: {value}" for name, value in message.headers.items() if name != "authorization"]
    return "\n".join([f"{message.method} {message.target}", *headers, message.body.decode("utf-8", "replace")])


def _nowhere() -> tuple[Route, tuple[str, ...]]:
    """Refuse a path that nobody answers to."""
    raise Refusal(404, "Not Found")


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> Reply:
    """Return an error as GitHub words it."""
    return Reply(status, json.dumps({"message": message, "documentation_url": ""}).encode(), headers)
