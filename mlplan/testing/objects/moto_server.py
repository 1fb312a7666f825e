"""Moto server: moto's S3 on loopback, in a process of its own, one request at a time.

Moto looks at a condition and then writes, which two threads may do at once; a lock around it makes each request one
step, as a real store's are. So it can show how mlplan speaks to S3, and which of two writers is told what.

    python -m mlplan.testing.objects.moto_server BUCKET    prints its URL, and ends with its standard input
"""

import logging
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from subprocess import PIPE, Popen
from typing import Any

import click


@contextmanager
def serving(bucket: str) -> Iterator[str]:
    """Start a server with one bucket; yield its URL."""
    with Popen([sys.executable, "-m", __name__, bucket], stdin=PIPE, stdout=PIPE, text=True) as process:  # noqa: S603 - this very file
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout.readline().strip()
        process.stdin.close()
        process.wait()


def main(bucket: str) -> None:
    """Serve until standard input ends."""
    from moto.backends import get_backend  # noqa: PLC0415 - only tests have moto
    from moto.moto_server.werkzeug_app import create_backend_app  # noqa: PLC0415
    from werkzeug.serving import make_server  # noqa: PLC0415

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    turn, inner = threading.Lock(), create_backend_app("s3")

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        with turn:
            return list(inner(environ, start))

    get_backend("s3")["123456789012"]["aws"].create_bucket(bucket, "us-east-1")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    click.echo(f"http://127.0.0.1:{server.server_port}")
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
