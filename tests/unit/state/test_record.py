"""Record: people are told who holds a lock, and only what mlplan wrote is believed."""

from pathlib import Path

import pytest

from mlplan.core.backend import Holder
from mlplan.core.errors import StateError
from mlplan.state.record import Record, decode, encode, where, who

HOLDER = Holder("dana@build-3", "process 7", "apply", 1.5, "5c0e", 4)
PATH = Path("lock.json")


@pytest.mark.parametrize(
    "record", [Record(), Record(4, "l", 3, HOLDER), Record(9, "l", 3)], ids=["none", "held", "free"]
)
def test_a_record_is_read_back(record):
    assert decode(encode(record), PATH) == record


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        encode(Record())[:-5],
        encode(Record()).replace(b'"epoch":0', b'"epoch":"0"'),
        encode(Record()).replace(b'"serial":0', b'"serial":true'),
        encode(Record()).replace(b'"format":1', b'"format":0'),
        encode(Record(4, "l", 3, HOLDER)).replace(b'"who":"dana@build-3"', b'"who":null'),
        encode(Record(4, "l", 3, HOLDER)).replace(b'"started":1.5', b'"started":"soon"'),
        encode(Record(4, "l", 3, HOLDER)).replace(b'"command":"apply",', b""),
    ],
)
def test_anything_else_is_refused(wrong):
    with pytest.raises(StateError, match=r"lock\.json is damaged") as refused:
        decode(wrong, PATH)
    assert refused.value.code == "MLE613"


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"GITHUB_ACTOR": "dana", "USER": "runner"}, "dana@"),
        ({"GITLAB_USER_LOGIN": "dana", "USER": "root"}, "dana@"),
        ({"USER": "dana"}, "dana@"),
        ({}, "uid "),
    ],
    ids=["github", "gitlab", "shell", "nobody"],
)
def test_the_person_comes_before_the_machine(environ, name):
    assert who(environ).startswith(name)
    assert who(environ).partition("@")[2]


@pytest.mark.parametrize(
    ("environ", "place"),
    [
        ({"GITHUB_RUN_ID": "7", "GITHUB_REPOSITORY": "a/b"}, "https://github.com/a/b/actions/runs/7"),
        (
            {"GITHUB_RUN_ID": "7", "GITHUB_REPOSITORY": "a/b", "GITHUB_SERVER_URL": "https://git.acme"},
            "https://git.acme/a/b/actions/runs/7",
        ),
        ({"CI_JOB_URL": "https://gitlab/j/1"}, "https://gitlab/j/1"),
        ({"BUILD_URL": "https://jenkins/1"}, "https://jenkins/1"),
    ],
    ids=["github", "github enterprise", "gitlab", "jenkins"],
)
def test_a_run_in_ci_is_known_by_its_page(environ, place):
    assert where(environ) == place


def test_a_run_at_home_is_known_by_its_process():
    assert where({}).startswith("process ")
