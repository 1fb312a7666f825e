"""Registry: each place is opened as it is described, and everything else is refused in words."""

import sys

import pytest

from mlplan.core.declaration import Target
from mlplan.core.effect import Effects
from mlplan.core.errors import StateError
from mlplan.state.registry import open_backend
from mlplan.testing.runs import saved


def test_local_is_opened_under_the_root(tmp_path):
    for options, path in (({}, ".mlplan/state"), ({"path": "elsewhere"}, "elsewhere")):
        backend = open_backend(Target("local", options), tmp_path, "fraud", "dev", Effects())
        saved(backend)
        assert (tmp_path / path / "fraud" / "dev" / "state.json").is_file()


def test_a_bucket_is_opened_without_asking_anything_of_it(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    options = {"bucket": "acme", "prefix": "teams/risk", "region": "eu-central-1", "endpoint_url": "http://127.0.0.1:9"}
    backend = open_backend(Target("s3", options), tmp_path, "fraud", "dev", Effects())
    assert backend._place.called("state.json") == "s3://acme/teams/risk/fraud/dev/state.json"


def test_a_bucket_needs_boto3_and_says_so(tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "mlplan.state.s3", raising=False)
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(StateError, match="needs boto3, which is not installed") as refused:
        open_backend(Target("s3", {"bucket": "acme"}), tmp_path, "fraud", "dev", Effects())
    assert (refused.value.code, refused.value.hint) == ("MLE627", "pip install 'mlplan[s3]'")


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (Target("gcs", {"bucket": "b"}), "there is no state backend 'gcs'"),
        (Target("local", {"folder": "x"}), "folder: extra inputs are not permitted"),
        (Target("local", {"path": 3}), "path: input should be a valid string"),
        (Target("local", {"path": ""}), "path: string should have at least 1 character"),
        (Target("s3", {}), "bucket: field required"),
    ],
    ids=["gcs", "unknown option", "path is a number", "path is empty", "no bucket"],
)
def test_others_are_refused(tmp_path, target, says):
    with pytest.raises(StateError, match=says) as refused:
        open_backend(target, tmp_path, "fraud", "dev", Effects())
    assert refused.value.code == "MLE608"
