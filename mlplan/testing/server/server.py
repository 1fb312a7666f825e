"""Server: a workspace over HTTP, for tests in this process and for `mlplan local serve`.

with Server(workspace) as server:
    client = WorkspaceClient(host=server.url, token=server.token)
    server.faults.reset("POST /api/2.1/unity-catalog/models", after_handler=True)
    assert not server.log.writing()
"""

import ipaddress
import json
import threading
from collections.abc import Callable
from contextlib import nullcontext, suppress
from types import TracebackType
from typing import Any, NoReturn, Self
from urllib.parse import parse_qsl

from mlplan.core.effect import Clock, SystemClock
from mlplan.core.errors import MlplanError
from mlplan.core.path import Path
from mlplan.core.values import Values
from mlplan.providers.local import edits, outside
from mlplan.providers.local.facts import facts
from mlplan.providers.local.workspace import Workspace
from mlplan.testing.server.admin import ROOT as ADMIN
from mlplan.testing.server.admin import administer
from mlplan.testing.server.call import Call
from mlplan.testing.server.door import Door, Platform
from mlplan.testing.server.faults import Fault, Faults, end_process
from mlplan.testing.server.front import Front, Message, Reply
from mlplan.testing.server.index import Index
from mlplan.testing.server.log import Entry, Log
from mlplan.testing.server.pace import Pace
from mlplan.testing.server.refusal import Refusal, translate
from mlplan.testing.server.route import Route
from mlplan.testing.server.routes import table
from mlplan.testing.server.settings import Settings
from mlplan.testing.server.stale import EventualStore
from mlplan.testing.server.tokens import Tokens

LOOPBACK = "127.0.0.1"
POLL = 0.02
"""Seconds between two looks at whether to stop."""
PATIENCE = 5.0
DEFAULTS = Settings()


class Server:
    """One workspace behind one address; also a context manager that starts and stops it."""

    def __init__(
        self,
        workspace: Workspace,
        settings: Settings = DEFAULTS,
        *,
        token: str = "",
        host: str = LOOPBACK,
        port: int = 0,
        clock: Clock | None = None,
    ) -> None:
        """Prepare a server over the workspace's file; `token` is that of the workspace's user."""
        self.settings = settings
        self.clock = clock or SystemClock()
        self.user = workspace.user
        self.tokens = Tokens(self.clock)
        self.token = self.tokens.add(self.user, token)
        self.log = Log()
        self.faults = Faults(self.clock)
        self.store = EventualStore(workspace.store.path)
        self._pace = Pace(settings, self.clock)
        self._index = Index()
        self._lock = threading.RLock()
        self._table = table()
        self._stopping = threading.Event()
        self._front = _listen(host, port, self._answer)
        self.url = f"http://{host}:{self._front.server_address[1]}"
        self._thread = threading.Thread(target=self._front.serve_forever, args=(POLL,), daemon=True)

    def __enter__(self) -> Self:
        """Start answering."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and raise what the server itself did wrong, if anything."""
        self._stopping.set()
        self._front.stop(PATIENCE)
        self._thread.join(PATIENCE)
        self.store.close()
        if self.log.bugs and error is None:
            raise self.log.bugs[0]

    def client(self, principal: str) -> str:
        """Return a token for another principal."""
        return self.tokens.add(principal)

    def stale(self, reads: int, *kinds: str) -> None:
        """Let the first `reads` requests that read an object after a change of it see it as it was."""
        self.store.lag(reads, kinds)

    def fail_next(self, endpoint: str, reason: str = "") -> None:
        """Let the endpoint's next configuration fail, with this reason at the end of its build log."""
        outside.fail_next(Platform(self.store, self.user), endpoint, reason)

    def inject(self, kind: str, id: str, path: Path, value: Any) -> None:  # noqa: A002 - the word of the house
        """Set a field as a newer version of the platform would: it need not be one that anyone knows."""
        row = Platform(self.store, self.user).find(kind, id)
        assert row is not None, (kind, id)
        values: Values = json.loads(json.dumps(row.values))
        edits.put(values, path, value, facts(kind).shape)
        with self.store.change():
            self.store.put(row._replace(values=values))

    def _answer(self, message: Message) -> Reply | None:
        """Answer one request; whatever goes wrong in here is kept, for a cut connection looks like a fault."""
        try:
            return self._take(message)
        except Exception as error:  # noqa: BLE001 - raised again when the server is closed
            self.log.bugs.append(error)
            return None

    def _take(self, message: Message) -> Reply | None:
        """Answer one request, unless a fault has it otherwise."""
        path, _, query = message.target.partition("?")
        asked = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
        if path.startswith(ADMIN) and path != f"{ADMIN}id-token":
            return self._administer(message, path)
        found = self._table.find(message.method, path)
        writes = found[0].writes if found else message.method not in ("GET", "HEAD")
        entry = self.log.add(message.method, path, asked, message.body, writes=writes)
        strike = self.faults.strike(entry.call)
        entry.fault = strike.name()
        if strike.expire:
            self.tokens.expire()
        if strike.delay:
            self._stopping.wait(strike.delay)
        if strike.before is not None:
            return self._suffer(entry, strike.before)
        reply = self._reply(message, entry, asked, found)
        if strike.after is not None:
            return self._suffer(entry, strike.after)
        entry.status = reply.status
        return reply

    def _suffer(self, entry: Entry, fault: Fault) -> Reply | None:
        """Let a fault end a request."""
        if fault.act in ("status", "throttle"):
            entry.status = fault.status
            error = _error(fault.refusal())
            return error._replace(body=fault.body.encode(), content_type="text/html") if fault.body else error
        if fault.act == "hang":
            self._stopping.wait(fault.seconds)
        if fault.act == "kill":
            end_process(fault.pid)
        return None

    def _reply(
        self, message: Message, entry: Entry, asked: dict[str, str], found: tuple[Route, dict[str, str]] | None
    ) -> Reply:
        """Authenticate, dispatch, and turn what comes of it into an answer."""
        try:
            if found is None or not found[0].open:
                entry.principal = self.tokens.principal(message.headers.get("authorization", ""))
            route, variables = found or _nowhere(entry)
            entry.route = f"{route.method} {route.path}"
            body = _body(message)
            entry.body = body if self.settings.bodies and not isinstance(body, bytes) else None
            door = self._door(entry.principal)
            call = Call(message.method, entry.path, asked, body, door, variables, self.url, message.headers)
            with nullcontext() if route.writes else self.store.reading():
                return self._ok(route.answer(call))
        except Refusal as refusal:
            return _error(refusal)
        except MlplanError as error:
            return _error(translate(error))
        except Exception as error:  # noqa: BLE001 - a bug here must not look like a lost connection
            self.log.bugs.append(error)
            return _error(Refusal(500, "INTERNAL_ERROR", f"{type(error).__name__}: {error}"))

    def _door(self, principal: str) -> Door:
        """Return what a route may use, as this principal."""
        return Door(
            self.store,
            self.settings,
            self._index,
            self._pace,
            self.tokens,
            principal or self.user,
            self.user,
            self._lock,
        )

    def _ok(self, made: Any) -> Reply:
        """Return an answer; every one names the workspace, as the platform's do."""
        named = {"x-databricks-org-id": str(self.settings.workspace_id)}
        if isinstance(made, bytes):
            return Reply(200, made, named, "application/octet-stream")
        return Reply(200, json.dumps(made).encode(), named)

    def _administer(self, message: Message, path: str) -> Reply:
        """Answer a request that is not part of the API."""
        try:
            self.tokens.principal(message.headers.get("authorization", ""))
            return self._ok(administer(self, message.method, path, _body(message)))
        except (Refusal, MlplanError) as error:
            return _error(error if isinstance(error, Refusal) else translate(error))


def serve(
    workspace: Workspace,
    host: str = LOOPBACK,
    port: int = 0,
    token: str = "",
    settings: Settings = DEFAULTS,
    on_ready: Callable[[Server], None] = lambda _: None,
) -> None:
    """Answer until Ctrl-C; `on_ready` is told when requests can come."""
    with Server(workspace, settings, token=token, host=host, port=port) as server, suppress(KeyboardInterrupt):
        on_ready(server)
        threading.Event().wait()


def _listen(host: str, port: int, answer: Callable[[Message], Reply | None]) -> Front:
    """Return a front that listens on this machine only."""
    name = LOOPBACK if host == "localhost" else host
    try:
        loopback = ipaddress.IPv4Address(name).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        hint = f"leave the host out, or use {LOOPBACK}"
        raise MlplanError(
            f"the server does not listen on {host}: it is for this machine only", code="MLE761", hint=hint
        )
    try:
        return Front((name, port), answer)
    except (OSError, OverflowError) as error:
        hint = "choose another port, or 0 for any that is free"
        raise MlplanError(f"cannot listen on {host}:{port}: {error}", code="MLE760", hint=hint) from error


def _nowhere(entry: Entry) -> NoReturn:
    """Refuse a path where there is nothing; the code differs from that of an object which is not there."""
    raise Refusal(404, "ENDPOINT_NOT_FOUND", f"No API found for '{entry.call}'")


def _body(message: Message) -> Any:
    """Return what a body says: JSON whatever its type, as curl sends it, but a form where OAuth has one, and files."""
    if not message.body:
        return None
    if message.target.startswith("/api/2.0/fs/"):
        return message.body
    if message.target.startswith("/oidc/"):
        return message.body.decode(errors="replace")
    try:
        return json.loads(message.body)
    except ValueError as error:
        raise Refusal(400, "MALFORMED_REQUEST", f"Could not parse the request body: {error}") from error


def _error(refusal: Refusal) -> Reply:
    """Return an error as an answer."""
    return Reply(refusal.status, json.dumps(refusal.body()).encode(), refusal.headers)
