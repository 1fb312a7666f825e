"""Azurite: Microsoft's emulator of Azure Blob Storage on loopback, in a process of its own that Node runs.

It keeps everything in memory, listens to this machine only, and reports to nobody. `npm install azurite` brings it;
newer versions than 3.35 want a newer Node.
"""

import base64
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import PIPE, Popen
from typing import Final, NamedTuple

PROGRAM: Final = "azurite-blob"
ACCOUNT: Final = "mlplan"
_KEY: Final = base64.b64encode(b"the key of an emulator on loopback").decode()
_OPTIONS: Final = (
    *("--blobHost", "127.0.0.1", "--blobPort", "0"),
    *("--inMemoryPersistence", "--disableTelemetry", "--silent"),
    "--skipApiVersionCheck",  # the SDK is newer than the newest version of the protocol that it knows
)
_LISTENS: Final = re.compile(r"successfully listens on (http://127\.0\.0\.1:\d+)")


class Azurite(NamedTuple):
    """A server that is there."""

    url: str
    """Of the account."""

    @property
    def connection(self) -> str:
        """Return the connection string, which opens this server and nothing else."""
        return f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={_KEY};BlobEndpoint={self.url}"


@contextmanager
def serving(program: str, container: str) -> Iterator[Azurite]:
    """Start a server with one container; yield how to reach it."""
    from azure.storage.blob import ContainerClient  # noqa: PLC0415 - only state in Azure needs its SDK

    accounts = {"AZURITE_ACCOUNTS": f"{ACCOUNT}:{_KEY}"}
    with Popen([program, *_OPTIONS], stdout=PIPE, text=True, env=os.environ | accounts) as process:  # noqa: S603 - the program that the caller names
        try:
            made = Azurite(f"{_address(process)}/{ACCOUNT}")
            ContainerClient.from_connection_string(made.connection, container).create_container()
            yield made
        finally:
            process.send_signal(signal.SIGTERM)


def _address(process: "Popen[str]") -> str:
    """Return where the server listens, as it says itself."""
    assert process.stdout is not None
    for line in process.stdout:
        found = _LISTENS.search(line)
        if found:
            return found[1]
    message = f"{PROGRAM} ended before it listened"
    raise ChildProcessError(message)
