"""Careless: s3rver, a real server of S3's protocol that takes conditions and ignores them, is refused."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from mlplan.core.effect import Effects
from mlplan.core.errors import StateError
from mlplan.core.storage import S3Place
from mlplan.state.ledger import Owner
from mlplan.state.objects.backend import ObjectBackend
from mlplan.state.s3 import S3Store

BUCKET = "careless"


@pytest.fixture
def url(need, tmp_path):
    """Start the server that `.ci/run` installs; return its URL."""
    script = Path(os.environ.get("MLPLAN_S3RVER", "node_modules/s3rver/bin/s3rver.js"))
    need(shutil.which("node") and script.is_file(), "s3rver is not installed: npm install s3rver@3.7.1, MLPLAN_S3RVER")
    words = ["-d", str(tmp_path), "-a", "127.0.0.1", "-p", "0", "--configure-bucket", BUCKET]
    with subprocess.Popen(
        ["node", script, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        for line in server.stdout:
            if "listening on" in line:
                yield f"http://127.0.0.1:{line.strip().rpartition(':')[2]}"
                break
        else:
            pytest.fail("s3rver did not start")
        server.terminate()


def test_a_server_that_ignores_conditions_is_refused(url, signed_in, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "S3RVER")
    store = S3Store(S3Place(bucket=BUCKET, region="us-east-1", endpoint_url=url))
    backend = ObjectBackend(store, "", Owner("fraud", "prod"), Effects())
    assert backend.read().entries == {}
    with pytest.raises(StateError, match="If-None-Match") as refused:
        backend.lock("apply")
    assert refused.value.code == "MLE617"
    assert store.names("") == ["fraud/prod/probe"]
