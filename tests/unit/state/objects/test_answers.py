"""Answers: what each answer of S3 is taken for; a server on loopback gives them as they are written here."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mlplan.core.errors import StateError
from mlplan.core.storage import S3Place
from mlplan.state.objects.port import Clash, Lost
from mlplan.state.s3 import S3Store

ERROR = "<Error><Code>{}</Code><Message>because</Message></Error>"


class Answering(BaseHTTPRequestHandler):
    """Answers every request alike, and remembers what was asked."""

    protocol_version = "HTTP/1.1"

    def _answer(self):
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, code, headers = self.server.answer
        if status == 0:
            self.connection.close()
            return
        body = ERROR.format(code).encode() if code else b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = _answer  # noqa: N815 - http.server's names

    def log_message(self, *words):
        """Say nothing."""


@contextmanager
def answering(status, code="", **headers):
    """Serve one answer; yield a store that is asked there, and what it is asked."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.answer, server.seen = (status, code, headers), []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def store(server, **more):
    url = f"http://127.0.0.1:{server.server_port}"
    return S3Store(S3Place(bucket="acme-mlplan", region="eu-central-1", endpoint_url=url, **more))


WRITES = [
    (412, "PreconditionFailed", Clash),
    (409, "ConditionalRequestConflict", Lost),
    (404, "NoSuchKey", Clash),
    (500, "InternalError", Lost),
    (503, "SlowDown", Lost),
    (0, "", Lost),
]
REFUSALS = [
    (403, "AccessDenied", "MLE615"),
    (403, "InvalidAccessKeyId", "MLE615"),
    (400, "ExpiredToken", "MLE615"),
    (404, "NoSuchBucket", "MLE616"),
    (301, "PermanentRedirect", "MLE616"),
    (400, "AuthorizationHeaderMalformed", "MLE616"),
]


@pytest.mark.parametrize(("status", "code", "means"), WRITES, ids=[f"{one[0]} {one[1]}" for one in WRITES])
def test_a_write_is_one_attempt_and_its_answer_is_told_apart(signed_in, status, code, means):
    with answering(status, code) as server, pytest.raises(means):
        store(server).put("state.json", b"{}", '"tag"')
    assert len(server.seen) == 1


@pytest.mark.parametrize(("status", "code", "page"), REFUSALS, ids=[f"{one[0]} {one[1]}" for one in REFUSALS])
def test_a_refusal_says_why_and_what_to_do(signed_in, status, code, page):
    with answering(status, code) as server:
        asked = store(server)
        for ask in (lambda: asked.get("state.json"), lambda: asked.put("x", b"", None), lambda: asked.names("")):
            with pytest.raises(StateError) as refused:
                ask()
            assert (refused.value.code, bool(refused.value.hint)) == (page, True)
            assert code in str(refused.value)


@pytest.mark.parametrize(("status", "code"), [(500, "InternalError"), (503, "SlowDown"), (0, "")])
def test_a_read_that_fails_for_long_is_never_an_absence(signed_in, status, code):
    with answering(status, code) as server, pytest.raises(StateError, match="cannot read") as refused:
        store(server).get("state.json")
    assert refused.value.code == "MLE618"
    assert len(server.seen) == 4


def test_only_a_missing_key_is_an_absence(signed_in):
    with answering(404, "NoSuchKey") as server:
        assert store(server).get("state.json") is None


def test_without_credentials_nothing_is_sent(signed_in, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with answering(200) as server:
        with pytest.raises(StateError, match="credentials") as refused:
            store(server).get("state.json")
        assert (refused.value.code, server.seen) == ("MLE615", [])


def test_an_unknown_profile_is_told(signed_in):
    with answering(200) as server, pytest.raises(StateError, match="profile") as refused:
        store(server, profile="nobody")
    assert refused.value.code == "MLE615"


@pytest.mark.parametrize(
    ("said", "headers"),
    [
        ({}, {}),
        ({"sse": "AES256"}, {"x-amz-server-side-encryption": "AES256"}),
        (
            {"kms_key_id": "alias/state"},
            {"x-amz-server-side-encryption": "aws:kms", "x-amz-server-side-encryption-aws-kms-key-id": "alias/state"},
        ),
        (
            {"kms_key_id": "k", "sse": "aws:kms:dsse"},
            {"x-amz-server-side-encryption": "aws:kms:dsse", "x-amz-server-side-encryption-aws-kms-key-id": "k"},
        ),
    ],
    ids=["the bucket's default", "AES256", "a key", "a key, twice"],
)
def test_each_write_asks_for_the_encryption_that_is_configured(signed_in, said, headers):
    with answering(200, ETag='"made"') as server:
        assert store(server, **said).put("state.json", b"{}", None) == '"made"'
    sent = server.seen[0][2]
    assert {name: value for name, value in sent.items() if name.startswith("x-amz-server-side")} == headers
    assert sent["If-None-Match"] == "*"


def test_an_object_that_is_too_large_is_not_read(signed_in):
    class Huge(Answering):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(1 << 40))
            self.send_header("ETag", '"big"')
            self.end_headers()
            self.close_connection = True

    with answering(200) as server:
        server.RequestHandlerClass = Huge
        with pytest.raises(StateError, match="larger than") as refused:
            store(server).get("state.json")
    assert refused.value.code == "MLE600"
