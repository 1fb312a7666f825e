"""Requests until they are answered: pages, patience, and changes that are made once."""

import pytest

from mlplan.forge.errors import Forbidden, ForgeError, Missing, Unclear, Unreachable, Unsigned


@pytest.fixture
def pull(github):
    github.open_pull(7)
    return "/repos/acme/fraud/issues/7/comments"


def test_every_page_is_read(github, client, pull):
    for number in range(5):
        github.note(7, "ana", str(number))
    assert [one["body"] for one in client().pages(pull)] == list("01234")
    assert len(github.asked("GET", pull)) == 3


def test_a_page_at_another_host_is_not_asked_for(github, client, pull):
    github.fault(f"GET {pull}", status=200, headers={"link": '<https://evil.example/x>; rel="next"'})
    with pytest.raises(Forbidden, match="another host"):
        list(client().pages(pull, name="message"))


def test_what_is_turned_away_is_sent_again_when_it_may_be(github, client, clock, pull):
    github.fault(f"POST {pull}", status=429, headers={"retry-after": "7"})
    github.fault(f"POST {pull}", status=403, message="You have exceeded a secondary rate limit")
    reset = str(int(clock.now()) + 90)
    github.fault(f"POST {pull}", status=403, headers={"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset})
    client().write("POST", pull, {"body": "once"}, again=False)
    assert clock.slept[:2] == [7, 60]
    assert 20 <= clock.slept[2] <= 23
    assert [one["body"] for one in github.comments(7)] == ["once"]


def test_nobody_waits_for_half_an_hour(github, client, clock, pull):
    github.fault(f"GET {pull}", status=429, headers={"retry-after": "1800"})
    with pytest.raises(Unreachable, match="1800 s"):
        list(client().pages(pull))
    assert clock.slept == []


def test_many_waits_together_are_too_long(github, client, clock, pull):
    github.fault(f"GET {pull}", status=429, headers={"retry-after": "110"}, times=9)
    with pytest.raises(Unreachable):
        list(client().pages(pull))
    assert sum(clock.slept) <= 300


@pytest.mark.parametrize(
    "how", [{"lose": "before"}, {"lose": "after"}, {"status": 502}], ids=["before", "after", "502"]
)
def test_a_question_is_asked_again(github, client, clock, pull, how):
    github.fault(f"GET {pull}", **how, times=2)
    assert list(client().pages(pull)) == []
    assert clock.slept == [1, 2]


@pytest.mark.parametrize(
    "how", [{"lose": "before"}, {"lose": "after"}, {"status": 503}], ids=["before", "after", "503"]
)
def test_a_change_that_must_not_happen_twice_is_sent_once(github, client, pull, how):
    github.fault(f"POST {pull}", **how, times=9)
    with pytest.raises(Unclear):
        client().write("POST", pull, {"body": "once"}, again=False)
    assert len(github.asked("POST")) == 1


def test_five_attempts_are_enough(github, client, pull):
    github.fault(f"GET {pull}", status=500, times=99)
    with pytest.raises(Unreachable, match="5 times"):
        list(client().pages(pull))
    assert len(github.log) == 5


@pytest.mark.parametrize(
    ("status", "error"), [(401, Unsigned), (403, Forbidden), (404, Missing), (410, Missing), (422, ForgeError)]
)
def test_refusals_have_names(github, client, pull, status, error):
    github.fault(f"GET {pull}", status=status, message="a reason")
    with pytest.raises(error, match="a reason") as caught:
        list(client().pages(pull))
    assert caught.value.hint
    assert len(github.log) == 1


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_has_done_nothing(github, client, pull, status):
    github.fault(f"* {pull}", status=status, headers={"location": f"{github.url}/elsewhere"}, times=2)
    with pytest.raises(ForgeError, match="leads elsewhere"):
        client().get(pull)
    with pytest.raises(ForgeError, match="leads elsewhere"):
        client().write("POST", pull, {"body": "once"})
    assert github.asked(path="/elsewhere") == []


def test_taking_down_what_is_gone_is_no_error(client):
    client().remove("/repos/acme/fraud/issues/comments/1")


def test_every_change_passes_the_seam(client, pull):
    seen = []
    client(probe=lambda moment, label: seen.append((moment, label))).write("POST", pull, {"body": "x"})
    assert seen == [("before", f"POST {pull}"), ("after", f"POST {pull}")]


def test_the_token_does_not_follow_a_redirect(github, client):
    number = github.keep_artifact("plan", {"plan.json": b"{}"}, "a" * 40)
    data = client().download(f"/repos/acme/fraud/actions/artifacts/{number}/zip", 1000)
    assert data == github.archives[number]
    assert github.leaked == []


def test_a_netrc_file_gives_nobody_a_password(github, client, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login eve password stolen\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    number = github.keep_artifact("plan", {"plan.json": b"{}"}, "a" * 40)
    client().download(f"/repos/acme/fraud/actions/artifacts/{number}/zip", 1000)
    assert github.leaked == []
    assert {one.token for one in github.log} == {github.token}


@pytest.mark.parametrize("where", ["http://evil.example/x", "file:///etc/passwd", ""])
def test_a_redirect_to_no_safe_place_is_not_followed(github, client, where):
    number = github.keep_artifact("plan", {"plan.json": b"{}"}, "a" * 40)
    github.fault(f"GET */artifacts/{number}/zip", status=302, headers={"location": where})
    with pytest.raises(ForgeError, match="not https"):
        client().download(f"/repos/acme/fraud/actions/artifacts/{number}/zip", 1000)


def test_a_file_larger_than_it_may_be_is_not_read(github, client):
    number = github.keep_artifact("plan", b"x" * 5000, "a" * 40)
    with pytest.raises(Unreachable, match="larger than 1,000 bytes"):
        client().download(f"/repos/acme/fraud/actions/artifacts/{number}/zip", 1000)
