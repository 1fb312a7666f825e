"""Shared by tests of stores: a bucket that moto serves, and a container that Azurite serves."""

import json
import os
import sys
from functools import partial
from shutil import which
from subprocess import PIPE, Popen
from uuid import uuid4

import pytest

from mlplan.core.declaration import Target
from mlplan.core.effect import Effects
from mlplan.core.storage import AzurePlace, S3Place
from mlplan.providers.local.store import Store
from mlplan.providers.local.workspace import Workspace
from mlplan.state.azure import CONNECTION
from mlplan.testing.objects import azurite as blobs
from mlplan.testing.objects.moto_server import serving
from mlplan.testing.server.server import Server

BUCKET = CONTAINER = "acme-mlplan"


@pytest.fixture(scope="session")
def moto():
    """Return the URL of a server with one bucket."""
    with serving(BUCKET) as url:
        yield url


@pytest.fixture
def signed_in(monkeypatch, tmp_path):
    """Give boto3 credentials that open nothing but moto, and nothing of the machine's own."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")


@pytest.fixture
def bucket(moto, signed_in):
    """Return where the bucket is, with a prefix of its own."""
    return S3Place(bucket=BUCKET, prefix=f"test-{uuid4().hex}", region="us-east-1", endpoint_url=moto)


@pytest.fixture(scope="session")
def azurite_server():
    """Return a server with one container; None where Azurite is not installed."""
    program = which(blobs.PROGRAM)
    if program is None:
        yield None
    else:
        with blobs.serving(program, CONTAINER) as server:
            yield server


@pytest.fixture
def azurite(azurite_server, need, monkeypatch):
    """Return the server, signed in."""
    need(azurite_server, "Azurite is not installed: npm install azurite@3.35.0, which .ci/run does")
    monkeypatch.setenv(CONNECTION, azurite_server.connection)
    return azurite_server


@pytest.fixture
def container(azurite):
    """Return where the container is, with a prefix of its own."""
    return AzurePlace(account=azurite.url, container=CONTAINER, prefix=f"test-{uuid4().hex}")


def made(path):
    """Make a workspace with a volume `main.ml.state`; the caller closes its store."""
    inner = Workspace(Store(path), "deployer@example.com")
    inner.create("catalog", "main", {"name": "main"})
    inner.create("schema", "main.ml", {"catalog_name": "main", "name": "ml"})
    names = {"catalog_name": "main", "schema_name": "ml", "name": "state", "volume_type": "MANAGED"}
    inner.create("volume", "main.ml.state", names)
    return inner


@pytest.fixture
def workspace(tmp_path):
    """Return a workspace on loopback with a volume `main.ml.state`."""
    inner = made(tmp_path / "workspace.db")
    with Server(inner) as server:
        yield server
    inner.store.close()


@pytest.fixture
def signed_in_to(monkeypatch, tmp_path):
    """Return `opens(url, token)`: it gives what opens the files of volumes there, as a process of its own would."""
    from mlplan.providers.databricks.files import open_files  # noqa: PLC0415 - the SDK takes a second to import

    for name in [one for one in os.environ if one.startswith("DATABRICKS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))

    def opens(url, token):
        monkeypatch.setenv("ACME_TOKEN", token)
        return partial(open_files, Target("databricks", {"host": url, "token": {"env": "ACME_TOKEN"}}), Effects())

    return opens


@pytest.fixture
def volume(workspace, signed_in_to):
    """Return what opens the files of a workspace in this process."""
    return signed_in_to(workspace.url, workspace.token)


@pytest.fixture
def volume_apart(tmp_path, signed_in_to):
    """Return what opens the files of a workspace in a process of its own, so that this one may fork."""
    made(tmp_path / "apart.db").store.close()
    words = [*("local", "serve", "-o", "json"), *("--file", str(tmp_path / "apart.db")), *("--token", "dapi-apart")]
    with Popen([sys.executable, "-m", "mlplan", *words], stdout=PIPE, text=True) as process:
        try:
            said = "".join(iter(process.stdout.readline, "}\n")) + "}"
            yield signed_in_to(json.loads(said)["url"], "dapi-apart")
        finally:
            process.terminate()
