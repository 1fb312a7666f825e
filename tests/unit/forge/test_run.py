"""What a job of GitHub Actions knows of itself."""

import json

import pytest

from mlplan.core.errors import Mistake
from mlplan.forge.run import is_secure, run_of

ENVIRON = {"GITHUB_TOKEN": "ghs-secret", "GITHUB_REPOSITORY": "acme/fraud"}


def event(tmp_path, told):
    path = tmp_path / "event.json"
    path.write_text(told if isinstance(told, str) else json.dumps(told), encoding="utf-8")
    return {**ENVIRON, "GITHUB_EVENT_PATH": str(path)}


def pull(source="acme/fraud"):
    return {"pull_request": {"number": 7, "head": {"sha": "a" * 40, "repo": {"full_name": source}}}}


def test_a_pull_request_is_known_by_the_event(tmp_path):
    run = run_of(event(tmp_path, pull()))
    assert (run.pull, run.head, run.foreign) == (7, "a" * 40, False)


def test_a_fork_is_foreign_and_so_is_one_that_is_gone(tmp_path):
    assert run_of(event(tmp_path, pull("eve/fraud"))).foreign
    gone = {"pull_request": {"number": 7, "head": {"sha": "a" * 40, "repo": None}}}
    assert run_of(event(tmp_path, gone)).foreign


@pytest.mark.parametrize(
    "told", [{}, {"after": "b" * 40}, [], {"pull_request": None}, {"pull_request": {"number": "7"}}]
)
def test_any_other_event_has_no_pull_request(tmp_path, told):
    run = run_of(event(tmp_path, told))
    assert (run.pull, run.head) == (None, "")


def test_the_page_of_the_run_is_on_its_own_server():
    run = run_of({**ENVIRON, "GITHUB_SERVER_URL": "https://git.acme.example", "GITHUB_RUN_ID": "77"})
    assert run.url == "https://git.acme.example/acme/fraud/actions/runs/77"


@pytest.mark.parametrize(
    ("environ", "code", "word"),
    [
        ({}, "MLE770", "GITHUB_TOKEN and GITHUB_REPOSITORY"),
        ({"GITHUB_REPOSITORY": "acme/fraud", "GITHUB_TOKEN": ""}, "MLE770", "GITHUB_TOKEN not set"),
        ({**ENVIRON, "GITHUB_API_URL": "http://github.acme.example"}, "MLE771", "http://github.acme.example"),
        ({**ENVIRON, "GITHUB_API_URL": "ftp://127.0.0.1"}, "MLE771", "ftp://"),
        (
            {**ENVIRON, "GITHUB_EVENT_PATH": "/nowhere/event.json"},
            "MLE772",
            "/nowhere/event.json (GITHUB_EVENT_PATH) cannot be read: No such file or directory",
        ),
    ],
    ids=["nothing", "an empty token", "plain http", "another scheme", "no event"],
)
def test_what_is_missing_or_unsafe_is_told(environ, code, word):
    with pytest.raises(Mistake) as caught:
        run_of(environ)
    assert caught.value.code == code
    assert word in str(caught.value)


def test_an_event_that_is_no_json_is_told(tmp_path):
    with pytest.raises(Mistake, match="not JSON from line 1, column 2 on"):
        run_of(event(tmp_path, "{"))


def test_the_token_is_in_no_text_about_the_run():
    assert "ghs-secret" not in repr(run_of(ENVIRON))


@pytest.mark.parametrize("url", ["https://api.github.com", "http://127.0.0.1:80", "http://localhost", "http://[::1]"])
def test_secure(url):
    assert is_secure(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1.evil.example", "http://10.0.0.1", "file:///etc", "", "//x"])
def test_not_secure(url):
    assert not is_secure(url)
