"""The reviewed plan among artifacts: whose it is, and that it is one small plain file."""

import io
import stat
import zipfile

import pytest

from mlplan.core.errors import Refused
from mlplan.forge.artifacts import newest, only_file
from mlplan.testing.forge.hub import WORKFLOW, archive

HEAD, NAME = "a" * 40, "mlplan-plan-prod"


def look(client):
    return newest(client, NAME, HEAD, WORKFLOW)


def test_the_newest_is_taken(github, client):
    for number in range(5):
        github.keep_artifact(NAME, {"plan.json": str(number).encode()}, HEAD)
    assert only_file(client(), look(client())) == b"4"


@pytest.mark.parametrize(
    ("how", "word"),
    [
        ({"fork": True}, "a fork"),
        ({"expired": True}, "expired"),
        ({"workflow": ".github/workflows/evil.yml"}, "evil.yml"),
        ({"event": "push"}, "on push"),
        ({"event": "pull_request_target"}, "pull_request_target"),
        ({"head": "b" * 40}, "bbbbbbbbbbbb"),
    ],
    ids=["a fork", "expired", "another workflow", "a push", "a dangerous event", "another commit"],
)
def test_what_is_not_the_reviewed_plan_is_passed_over(github, client, how, word):
    good = github.keep_artifact(NAME, {"plan.json": b"good"}, HEAD)
    github.keep_artifact(NAME, {"plan.json": b"bad"}, **({"head": HEAD} | how))
    assert look(client()).id == good
    del github.artifacts[0]
    with pytest.raises(Refused, match=word) as caught:
        look(client())
    assert (caught.value.code, caught.value.exit_code) == ("MLE779", 3)


def test_none_at_all(client):
    with pytest.raises(Refused, match="none of this name"):
        look(client())


def link():
    made = io.BytesIO()
    entry = zipfile.ZipInfo("plan.json")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(made, "w") as target:
        target.writestr(entry, "/etc/passwd")
    return made.getvalue()


def broken():
    whole = bytearray(archive({"plan.json": b"some bytes of a plan, and more of them"}))
    whole[45:50] = b"XXXXX"
    return bytes(whole)


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({"plan.json": b"{}", "other.json": b"{}"}, "2 files"),
        ({}, "0 files"),
        ({"../plan.json": b"{}"}, "plain name"),
        ({"/plan.json": b"{}"}, "plain name"),
        ({"a/plan.json": b"{}"}, "plain name"),
        ({"a\\plan.json": b"{}"}, "plain name"),
        ({"folder/": b""}, "plain name"),
        (link(), "link"),
        (b"no archive", "not a sound archive"),
        (broken(), "not a sound archive"),
        ({"plan.json": bytes((1 << 26) + 1)}, "larger than"),
    ],
    ids=["two", "none", "up", "absolute", "below", "backslash", "folder", "link", "no zip", "damaged", "bomb"],
)
def test_an_archive_that_is_not_just_a_plan_is_refused(github, client, files, word):
    github.keep_artifact(NAME, files, HEAD)
    with pytest.raises(Refused, match=word) as caught:
        only_file(client(), look(client()))
    assert caught.value.code == "MLE780"
