"""Shared by tests of stores: a bucket that moto serves, and a container that Azurite serves."""

from shutil import which
from uuid import uuid4

import pytest

from mlplan.core.storage import AzurePlace, S3Place
from mlplan.state.azure import CONNECTION
from mlplan.testing.objects import azurite as blobs
from mlplan.testing.objects.moto_server import serving

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
