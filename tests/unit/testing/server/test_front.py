"""Front: HTTP itself, and how much of it a second takes."""

import json
import socket
import threading
import time
from http.client import HTTPConnection

import pytest

from mlplan.core.errors import MlplanError
from mlplan.providers.local.store import Store
from mlplan.providers.local.workspace import Workspace
from mlplan.testing.server import Server, serve

CATALOGS = "/api/2.1/unity-catalog/catalogs"


def talk(server, *lines):
    """Send bytes, and return all that comes until the other side closes."""
    with socket.create_connection(server._front.server_address) as link:
        link.settimeout(5)
        link.sendall("\r\n".join(lines).encode())
        link.shutdown(socket.SHUT_WR)
        found = b""
        while part := link.recv(65536):
            found += part
    return found.decode()


def test_many_requests_share_a_connection(here, wire):
    assert len({wire("GET", CATALOGS).status for _ in range(50)}) == 1
    assert len(here.server._front.open) == 1


def test_a_client_may_want_to_be_the_last(here):
    token = f"authorization: Bearer {here.server.token}"
    answer = talk(here.server, f"GET {CATALOGS} HTTP/1.1", token, "connection: close", "", "")
    assert answer.startswith("HTTP/1.1 200 OK\r\n")
    assert "connection: close" in answer


def test_several_requests_at_once_are_answered_in_order(here):
    token = f"authorization: Bearer {here.server.token}"
    one = [f"GET {CATALOGS} HTTP/1.1", token, "", ""]
    two = ["GET /none HTTP/1.1", token, "", ""]
    answer = talk(here.server, *one[:-1], *two)
    assert answer.index("200 OK") < answer.index("404 Not Found")


@pytest.mark.parametrize(
    "lines",
    [
        ["rubbish", "", ""],
        ["GET / HTTP/3", "", ""],
        ["POST / HTTP/1.1", "content-length: many", "", ""],
        ["POST / HTTP/1.1", "content-length: 99999999999", "", ""],
        ["POST / HTTP/1.1", "transfer-encoding: chunked", "", ""],
        ["GET / HTTP/1.1", *(f"h{number}: x" for number in range(101)), "", ""],
    ],
    ids=["line", "version", "length", "huge", "chunked", "headers"],
)
def test_what_is_no_request_is_refused_and_ends_the_connection(here, lines):
    answer = talk(here.server, *lines)
    assert answer.startswith("HTTP/1.1 400 Bad Request")
    assert here.server.log.entries == []


@pytest.mark.parametrize("body", ["{", "[1]", '"text"'])
def test_bodies_that_are_no_json_object_are_refused(here, body):
    link = HTTPConnection(here.server.url.removeprefix("http://"))
    link.request("POST", CATALOGS, body, {"authorization": f"Bearer {here.server.token}"})
    answer = link.getresponse()
    assert (answer.status, json.loads(answer.read())["error_code"]) == (400, "MALFORMED_REQUEST")
    link.close()


def test_it_is_for_this_machine_only(tmp_path):
    workspace = Workspace(Store(tmp_path / "w.db"), "ada@example.com")
    for host in ("0.0.0.0", "192.168.1.1", "example.com"):  # noqa: S104 - refused
        with pytest.raises(MlplanError, match="this machine only") as caught:
            Server(workspace, host=host)
        assert caught.value.code == "MLE761"


def test_a_port_that_is_taken_is_told(here, tmp_path):
    workspace = Workspace(Store(tmp_path / "w.db"), "ada@example.com")
    with pytest.raises(MlplanError, match="cannot listen") as caught:
        Server(workspace, port=here.server._front.server_address[1])
    assert caught.value.code == "MLE760"


def test_reading_makes_no_file(here, wire):
    assert wire.made("GET", CATALOGS) == {}
    assert not here.server.store.path.exists()


def test_serving_ends_when_asked_to(tmp_path):
    workspace = Workspace(Store(tmp_path / "w.db"), "ada@example.com")
    seen = []

    def ready(server):
        seen.append(server)
        raise KeyboardInterrupt

    serve(workspace, token="given", on_ready=ready)  # noqa: S106 - of this test
    assert seen[0].token == "given"  # noqa: S105
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(seen[0]._front.server_address)


def test_32_connections_at_once_do_not_queue(here):
    """50 ms late and 32 at a time: 320 requests take ten times 50 ms and little more."""
    here.wire.made("POST", CATALOGS, {"name": "main"})
    here.server.faults.latency(0.05)
    address = here.server.url.removeprefix("http://")
    headers = {"authorization": f"Bearer {here.server.token}"}
    statuses = []

    def ask():
        link = HTTPConnection(address)
        for _ in range(10):
            link.request("GET", f"{CATALOGS}/main", headers=headers)
            answer = link.getresponse()
            answer.read()
            statuses.append(answer.status)
        link.close()

    threads = [threading.Thread(target=ask) for _ in range(32)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    assert statuses == [200] * 320
    assert took < 3.0


@pytest.mark.bench
def test_reads_in_a_second(here, figure):
    here.wire.made("POST", CATALOGS, {"name": "main"})
    began = time.monotonic()
    for _ in range(2000):
        here.wire("GET", f"{CATALOGS}/main")
    figure(f"server: {2000 / (time.monotonic() - began):,.0f} reads/s, client and server in one process")
