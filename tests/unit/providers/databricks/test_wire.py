"""The wire against a small server of its own: one attempt, one host, and nothing that writes when it may not."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mlplan.core.errors import Denied, MlplanError
from mlplan.providers.databricks.auth import configured
from mlplan.providers.databricks.errors import Failure
from mlplan.providers.databricks.wire import Wire, reads_only, retry_after
from mlplan.providers.mlmodel import LARGEST


class Answering(BaseHTTPRequestHandler):
    """Answers from the server's list, and keeps what was asked."""

    def do_GET(self):
        length = int(self.headers.get("content-length", 0))
        self.rfile.read(length)
        self.server.asked.append((self.command, self.path, self.headers.get("authorization")))
        if self.path.startswith("/.well-known"):
            self._answer(404, {}, b"{}")
        else:
            self._answer(*self.server.answers.pop(0))

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the library's names

    def _answer(self, status, headers, body):
        if status == 0:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in {"content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = len(body) != int(headers.get("content-length", len(body)))

    def log_message(self, *_):
        pass


@pytest.fixture
def listen():
    """Return `listen(*answers)`: a server that plays them in order."""
    servers = []

    def start(*answers):
        server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        server.asked, server.answers = [], list(answers)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        servers.append((server, thread))
        return server

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def wire(tmp_path, monkeypatch):
    """Return `wire(server, writable)`: a wire to it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("DATABRICKS_HOST", "DATABRICKS_TOKEN", "DATABRICKS_CONFIG_PROFILE"):
        monkeypatch.delenv(name, raising=False)

    def make(server, *, writable=True):
        host = f"http://127.0.0.1:{server.server_address[1]}"
        return Wire(configured({"host": host, "token": "dapi-secret"}, 4, "1", {}), 4, writable=writable)

    return make


def ok(**body):
    return 200, {}, json.dumps(body).encode()


def refusal(status, code, **headers):
    return status, headers, json.dumps({"error_code": code, "message": "no"}).encode()


def test_each_call_is_one_attempt(listen, wire):
    server = listen(refusal(429, "REQUEST_LIMIT_EXCEEDED", **{"Retry-After": "3600"}), ok())
    with pytest.raises(Failure) as caught:
        wire(server).send("POST", "/api/x", None, {})
    assert (caught.value.status, caught.value.retry_after) == (429, 3600.0)
    assert len(server.asked) == 2  # discovery and ours


def test_a_cut_connection_is_one_attempt_too(listen, wire):
    server = listen((0, {}, b""), ok())
    with pytest.raises(Failure) as caught:
        wire(server).send("POST", "/api/x", None, {})
    assert caught.value.ambiguous
    assert len(server.asked) == 2


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed_and_the_token_stays(listen, wire, status):
    other = listen()
    server = listen((status, {"Location": f"http://localhost:{other.server_address[1]}/login"}, b""))
    with pytest.raises(Failure) as caught:
        wire(server).send("POST", "/api/x", None, {"secret": "x"})
    assert "redirects to http://localhost" in caught.value.message
    assert other.asked == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_wire_that_reads_sends_nothing_else(listen, wire, method):
    server = listen(ok())
    with pytest.raises(Denied) as caught:
        wire(server, writable=False).send(method, "/api/2.1/unity-catalog/models", None, {})
    assert caught.value.code == "MLE540"
    assert [path for _, path, _ in server.asked] == ["/.well-known/databricks-config"]


def test_a_post_that_only_asks_may_pass(listen, wire):
    server = listen(ok(experiments=[]))
    assert wire(server, writable=False).send("POST", "/api/2.0/mlflow/experiments/search", None, {}) == {
        "experiments": []
    }


def test_a_text_file_is_read_as_it_is(listen, wire):
    server = listen((200, {}, "a: é\n".encode()))
    assert wire(server, writable=False).fetch("/api/2.0/fs/files/Models/a/b/c/1/MLmodel") == "a: é\n"
    assert server.asked[-1][:2] == ("GET", "/api/2.0/fs/files/Models/a/b/c/1/MLmodel")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((200, {}, b"x" * (LARGEST + 1)), "TOO_LARGE"),
        ((200, {}, b"\xff\xfe"), "UNREADABLE"),
        (refusal(404, "NOT_FOUND"), "NOT_FOUND"),
    ],
    ids=["large", "binary", "absent"],
)
def test_what_is_no_small_text_file_will_not_pass(listen, wire, answer, code):
    with pytest.raises(Failure) as caught:
        wire(listen(answer)).fetch("/x")
    assert (caught.value.code, caught.value.passing) == (code, False)


def test_the_largest_text_file_is_read(listen, wire):
    assert len(wire(listen((200, {}, b"x" * LARGEST))).fetch("/x")) == LARGEST


@pytest.mark.parametrize("answer", [(0, {}, b""), (503, {}, b""), (500, {}, b"<html>")])
def test_a_text_file_that_did_not_come_may_pass(listen, wire, answer):
    server = listen(answer, ok())
    with pytest.raises(Failure) as caught:
        wire(server).fetch("/x")
    assert caught.value.passing
    assert len(server.asked) == 2


def test_a_text_file_that_breaks_off_may_pass(listen, wire):
    server = listen((200, {"content-length": "100"}, b"half"))
    with pytest.raises(Failure) as caught:
        wire(server).fetch("/x")
    assert caught.value.passing


def test_only_listed_posts_ask():
    assert reads_only("GET", "/anything")
    assert not reads_only("POST", "/api/2.0/mlflow/experiments/create")
    assert not reads_only("POST", "/api/2.0/mlflow/experiments/search/")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("0", 0.0), ("-3", 0.0), ("1.5", 1.5), ("Thu, 01 Jan 1970 00:00:30 GMT", 20.0), ("soon", None), (None, None), ("", None)],
)  # fmt: skip
def test_retry_after_in_every_form(header, seconds):
    assert retry_after(header, 10.0) == seconds


def test_discovery_carries_no_token_and_requests_do(listen, wire):
    server = listen(ok(userName="ada"))
    wire(server).send("GET", "/api/2.0/preview/scim/v2/Me", None, None)
    assert [token for _, _, token in server.asked] == [None, "Bearer dapi-secret"]


def test_a_host_on_the_network_needs_https(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(MlplanError) as caught:
        configured({"host": "http://10.0.0.7:8080", "token": "x"}, 4, "1", {})
    assert caught.value.code == "MLE544"
