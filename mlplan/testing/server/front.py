"""Front: HTTP/1.1 with keep-alive over loopback sockets, one thread per connection.

It is written by hand because `http.server` spends most of a request in its header parser, and
because a fault must be able to cut a connection at any point.
"""

import socket
import socketserver
import threading
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from io import BufferedReader
from typing import Any, NamedTuple

LONGEST_LINE = 65_536
MOST_HEADERS = 100
LARGEST_BODY = 16_000_000
PHRASES = {status.value: status.phrase for status in HTTPStatus}


class Message(NamedTuple):
    """A request as it came over the wire; header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Reply(NamedTuple):
    """An answer; None instead of one cuts the connection."""

    status: int
    body: bytes = b""
    headers: dict[str, str] | None = None
    content_type: str = "application/json"


Answerer = Callable[[Message], Reply | None]


class BadMessage(Exception):
    """Bytes that are not a request that we take."""


class Front(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Listen, and hand each request to `answer`."""

    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], answer: Answerer) -> None:
        self.answer = answer
        self.open: dict[socket.socket, threading.Thread] = {}
        super().__init__(address, _Connection)

    def stop(self, patience: float) -> None:
        """Stop listening, cut every connection and wait until their threads are through."""
        self.shutdown()
        for link, thread in list(self.open.items()):
            cut(link)
            thread.join(patience)
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a connection its thread, which is known before it begins."""
        thread = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        self.open[request] = thread
        thread.start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a connection that its client dropped go without a word."""


class _Connection(socketserver.BaseRequestHandler):
    """One connection: requests one after the other."""

    server: Front

    def handle(self) -> None:
        """Answer until the client is through, or a fault cuts the connection."""
        link: socket.socket = self.request
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with suppress(OSError), link.makefile("rb") as stream:
                while self._one(link, stream):
                    pass
        finally:
            self.server.open.pop(link, None)

    def _one(self, link: socket.socket, stream: BufferedReader) -> bool:
        """Answer one request; tell whether another may follow."""
        try:
            message = read_message(stream)
        except BadMessage as error:
            link.sendall(_bytes(Reply(400, str(error).encode(), content_type="text/plain"), keep=False))
            return False
        if message is None:
            return False
        reply = self.server.answer(message)
        if reply is None:
            cut(link)
            return False
        keep = message.headers.get("connection", "").lower() != "close"
        link.sendall(_bytes(reply, keep=keep, bare=message.method == "HEAD"))
        return keep


def cut(link: socket.socket) -> None:
    """Reset a connection: the other side sees it break, not end."""
    with suppress(OSError):
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        link.shutdown(socket.SHUT_RDWR)


def read_message(stream: BufferedReader) -> Message | None:
    """Return the next request; None when the client has closed the connection."""
    first = stream.readline(LONGEST_LINE)
    if not first:
        return None
    parts = first.split()
    if len(parts) != 3 or not parts[2].startswith(b"HTTP/1."):  # noqa: PLR2004 - method, target, version
        raise BadMessage("not an HTTP/1.1 request")
    headers = _headers(stream)
    if "transfer-encoding" in headers:
        raise BadMessage("send a content-length")
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > LARGEST_BODY:
        raise BadMessage("not a content-length that this server takes")
    body = stream.read(int(length)) if length != "0" else b""
    return Message(parts[0].decode("latin-1"), parts[1].decode("latin-1"), headers, body)


def _headers(stream: BufferedReader) -> dict[str, str]:
    """Return the headers of a request."""
    headers: dict[str, str] = {}
    for _ in range(MOST_HEADERS):
        line = stream.readline(LONGEST_LINE)
        if line in (b"\r\n", b"\n", b""):
            return headers
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    raise BadMessage("too many headers")


def _bytes(reply: Reply, *, keep: bool, bare: bool = False) -> bytes:
    """Return an answer as it goes over the wire, in one piece."""
    lines = [
        f"HTTP/1.1 {reply.status} {PHRASES.get(reply.status, 'Unknown')}",
        f"content-type: {reply.content_type}",
        f"content-length: {len(reply.body)}",
    ]
    lines += [f"{name}: {value}" for name, value in (reply.headers or {}).items()]
    if not keep:
        lines.append("connection: close")
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return head if bare else head + reply.body
