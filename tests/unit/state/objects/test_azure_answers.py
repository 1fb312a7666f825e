"""Azure's answers: what each is taken for; a server on loopback gives them as they are written here."""

import gc
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from azure.core.exceptions import ClientAuthenticationError

from mlplan.core.declaration import Target
from mlplan.core.errors import StateError
from mlplan.core.storage import AzurePlace, opened
from mlplan.state.azure import CONNECTION, AzureStore
from mlplan.state.objects.port import Clash, Lost

KEY = "c2VjcmV0LXNlY3JldA=="
SIGNED = "sv=2026-01-01&sig=SIGNATURE"


class Answering(BaseHTTPRequestHandler):
    """Answers every request alike, and remembers what was asked."""

    protocol_version = "HTTP/1.1"

    def _answer(self):
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, code, headers = self.server.answer
        if status == 0:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in ({"x-ms-error-code": code} if code else {}).items():
            self.send_header(name, value)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_PUT = do_DELETE = _answer  # noqa: N815 - http.server's names

    def log_message(self, *words):
        """Say nothing."""


@contextmanager
def answering(status, code="", **headers):
    """Serve one answer; yield the server, which knows what it was asked."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.answer, server.seen = (status, code, headers), []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def store(server, login=f"AccountName=acme;AccountKey={KEY}"):
    url = f"http://127.0.0.1:{server.server_port}/acme"
    environ = {CONNECTION: f"{login};BlobEndpoint={url}"}
    return AzureStore(AzurePlace(account=url, container="state"), environ)


pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""The SDK leaves the connection of an answer that is an error to the collector of garbage."""


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    """Reads are repeated at once, and no connection is left to the tests that follow."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    yield
    gc.collect()


WRITES = [
    (412, "ConditionNotMet", Clash),
    (409, "BlobAlreadyExists", Clash),
    (404, "BlobNotFound", Clash),
    (500, "InternalError", Lost),
    (503, "ServerBusy", Lost),
    (429, "", Lost),
    (0, "", Lost),
]
REFUSALS = [
    (403, "AuthorizationPermissionMismatch", "MLE660"),
    (401, "NoAuthenticationInformation", "MLE660"),
    (412, "LeaseIdMissing", "MLE660"),
    (409, "BlobImmutableDueToPolicy", "MLE660"),
    (302, "", "MLE660"),
    (404, "ContainerNotFound", "MLE661"),
    (404, "ResourceNotFound", "MLE660"),
]


def named(cases):
    return [f"{one[0]} {one[1]}" for one in cases]


@pytest.mark.parametrize(("status", "code", "means"), WRITES, ids=named(WRITES))
def test_a_write_is_one_attempt_and_its_answer_is_told_apart(status, code, means):
    with answering(status, code) as server, pytest.raises(means):
        store(server).put("state.json", b"{}", '"0x1"')
    assert len(server.seen) == 1


@pytest.mark.parametrize(("status", "code", "page"), REFUSALS, ids=named(REFUSALS))
def test_a_refusal_says_why_and_what_to_do(status, code, page):
    with answering(status, code) as server:
        for ask in (lambda one: one.get("state.json"), lambda one: one.put("x", b"", None), lambda one: one.names("")):
            with pytest.raises(StateError) as refused:
                ask(store(server))
            assert (refused.value.code, bool(refused.value.hint)) == (page, True)
            assert code in str(refused.value)


@pytest.mark.parametrize(("status", "code"), [(500, "InternalError"), (503, "ServerBusy"), (0, "")])
def test_a_read_that_fails_for_long_is_never_an_absence(status, code):
    with answering(status, code) as server, pytest.raises(StateError, match="cannot read") as refused:
        store(server).get("state.json")
    assert refused.value.code == "MLE618"
    assert len(server.seen) == 4


def test_only_a_missing_blob_is_an_absence():
    with answering(404, "BlobNotFound") as server:
        assert store(server).get("state.json") is None


def test_nobody_signed_in_is_told_once_and_at_once(monkeypatch, caplog):
    asked = []

    class Chain:
        def get_token(self, *scopes, **options):
            asked.append(scopes)
            raise ClientAuthenticationError(
                "DefaultAzureCredential failed to retrieve a token\nAttempted credentials: ..."
            )

    monkeypatch.setattr("mlplan.state.azure.DefaultAzureCredential", Chain)
    with pytest.raises(StateError, match=r"failed to retrieve a token$") as refused:
        AzureStore(AzurePlace(account="acme", container="state"), {}).get("state.json")
    assert (refused.value.code, len(asked), caplog.records) == ("MLE660", 1, [])


@pytest.mark.parametrize(("tag", "sent"), [(None, ("If-None-Match", "*")), ('"0x1"', ("If-Match", '"0x1"'))])
def test_each_write_says_what_it_expects(tag, sent):
    with answering(201, ETag='"made"') as server:
        assert store(server).put("state.json", b"{}", tag) == '"made"'
    assert server.seen[0][2][sent[0]] == sent[1]


def test_a_signature_is_in_no_message():
    """It stands in the URL, which the SDK repeats where it cannot connect."""
    with answering(403, "AuthenticationFailed") as server:
        store_there = store(server, f"SharedAccessSignature={SIGNED}")
        with pytest.raises(StateError) as refused:
            store_there.get("state.json")
        assert "SIGNATURE" in server.seen[0][1]
    with pytest.raises(StateError) as gone:
        store(server, f"SharedAccessSignature={SIGNED}").get("state.json")  # nobody listens there any more
    assert gone.value.code == "MLE618"
    assert "SIGNATURE" not in f"{refused.value} {gone.value} {store_there.name}"


@pytest.mark.parametrize(
    "connection",
    [f"AccountName=other;AccountKey={KEY}", "nonsense", f"AccountName=acme;AccountKey={KEY};EndpointSuffix=evil.example"],
    ids=["another account", "unreadable", "another host"],
)  # fmt: skip
def test_a_connection_string_of_another_account_is_refused_and_not_shown(connection):
    with pytest.raises(StateError) as refused:
        AzureStore(AzurePlace(account="acme", container="state"), {CONNECTION: connection})
    assert refused.value.code == "MLE662"
    assert KEY not in str(refused.value)


@pytest.mark.parametrize(
    ("account", "fits"),
    [
        ("acme", True),
        ("https://acme.blob.core.windows.net", True),
        ("https://acme.z12.blob.storage.azure.net/", True),
        ("https://acme.blob.core.chinacloudapi.cn", True),
        ("http://127.0.0.1:10000/devstoreaccount1", True),
        ("https://acme.blob.core.windows.net.evil.example", False),
        ("https://evil.example/acme.blob.core.windows.net", False),
        ("https://acme@evil.example", False),
        ("http://acme.blob.core.windows.net", False),
        ("https://acme.blob.core.windows.net?sig=x", False),
        ("acme\n", False),
    ],
)
def test_a_token_goes_to_azure_and_to_this_machine_alone(account, fits):
    made = Target("azure", {"account": account, "container": "state"})
    assert isinstance(opened(made.name, made.options), AzurePlace) is fits
