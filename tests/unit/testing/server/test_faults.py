"""Faults: each does what it says to the request it is meant for, and to no other."""

import os
import signal
import sys
import threading
import time
from http.client import RemoteDisconnected

import pytest

from mlplan.testing.server.faults import Fault
from mlplan.testing.server.route import Table, read

UC = "/api/2.1/unity-catalog"
CREATE = ("POST", f"{UC}/catalogs", {"name": "main"})
GET = ("GET", f"{UC}/catalogs/main")


def names(wire):
    return [one["name"] for one in wire.made("GET", f"{UC}/catalogs").get("catalogs", [])]


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "UNAUTHENTICATED"), (403, "PERMISSION_DENIED"), (429, "REQUEST_LIMIT_EXCEEDED"),
     (500, "INTERNAL_ERROR"), (503, "TEMPORARILY_UNAVAILABLE"), (504, "DEADLINE_EXCEEDED")],
)  # fmt: skip
def test_errors_strike_the_given_number_of_times(here, wire, status, code):
    here.server.faults.status("POST *catalogs", status, times=2, retry_after="3")
    for _ in range(2):
        answer = wire(*CREATE)
        assert (answer.status, answer.json["error_code"], answer.headers["retry-after"]) == (status, code, "3")
    assert names(wire) == []
    assert wire(*CREATE).status == 200


@pytest.mark.parametrize("value", ["7", "Wed, 21 Oct 2026 07:28:00 GMT", "3600", "-1", "soon", None])
def test_retry_after_is_whatever_a_server_sends(here, wire, value):
    here.server.faults.status(f"{UC}/catalogs", 429, retry_after=value)
    assert wire(*CREATE).headers.get("retry-after") == value


def test_a_proxy_may_answer_in_its_own_words(here, sdk):
    from databricks.sdk.errors import InternalError  # noqa: PLC0415

    here.server.faults.status("*", 500, body="<html><pre>upstream died</pre></html>")
    with pytest.raises(InternalError, match="upstream died"):
        sdk.catalogs.get("main")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("act", ["status", "reset", "hang"])
def test_an_effect_is_kept_only_after_the_handler(here, wire, act, after):
    here.server.faults.add(Fault(act, "POST *", after_handler=after, seconds=0.01, status=504))
    if act == "status":
        assert wire(*CREATE).status == 504
    else:
        with pytest.raises((RemoteDisconnected, ConnectionResetError)):
            wire(*CREATE)
        wire.close()
    assert names(wire) == (["main"] if after else [])
    (entry,) = here.server.log.matching("POST *")
    assert (entry.fault, entry.status) == (f"{'after ' if after else ''}{act}", 504 if act == "status" else 0)


def test_some_may_pass_before_it_begins(here, wire):
    here.server.faults.status("GET *", 503, times=None, skip=2)
    assert [wire("GET", f"{UC}/catalogs").status for _ in range(4)] == [200, 200, 503, 503]
    here.server.faults.clear()
    assert wire("GET", f"{UC}/catalogs").status == 200


def test_the_sdk_repeats_a_create_whose_answer_was_lost_and_stumbles_over_its_own_effect(here, sdk):
    """This is why writes need a client that does not repeat."""
    from databricks.sdk.errors import BadRequest  # noqa: PLC0415

    here.server.faults.reset("POST *catalogs", after_handler=True)
    with pytest.raises(BadRequest, match="already exists"):
        sdk.catalogs.create("main")
    assert here.server.log.count("POST *catalogs") == 2


def test_latency_adds_up_and_is_for_whom_it_is_meant(here, wire):
    here.server.faults.latency(0.03, f"GET {UC}/catalogs/*")
    here.server.faults.latency(0.03)
    began = time.monotonic()
    wire(*GET)
    assert time.monotonic() - began >= 0.06


def test_a_hanging_request_ends_with_the_server(here):
    here.server.faults.hang("POST *")
    caught = []

    def ask():
        try:
            here.wire(*CREATE)
        except OSError as error:
            caught.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    while not here.server.log.entries:
        time.sleep(0.001)
    here.close()
    asking.join(5)
    assert len(caught) == 1


def test_throttling_says_how_long_to_wait(world):
    class Clock:
        moment = 100.0

        def monotonic(self):
            return self.moment

    clock = Clock()
    here = world(clock)
    here.server.faults.throttle("GET *", limit=2, per=10)
    statuses = [here.wire("GET", f"{UC}/catalogs").status for _ in range(2)]
    clock.moment += 4
    refused = here.wire("GET", f"{UC}/catalogs")
    assert (statuses, refused.status, refused.headers["retry-after"]) == ([200, 200], 429, "6")
    clock.moment += 6
    assert here.wire("GET", f"{UC}/catalogs").status == 200


CALLER = """
import sys
from http.client import HTTPConnection
link = HTTPConnection(sys.argv[1], timeout=10)
for number in range(9):
    link.request("POST", "/api/2.1/unity-catalog/catalogs", '{"name": "c%d"}' % number, {"authorization": sys.argv[2]})
    link.getresponse().read()
"""


@pytest.mark.parametrize(("after", "made"), [(False, 2), (True, 3)], ids=["before", "after"])
def test_the_caller_is_killed_at_its_request(here, wire, after, made):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(reading, 1)
        address = here.server.url.removeprefix("http://")
        os.execv(sys.executable, [sys.executable, "-c", CALLER, address, f"Bearer {here.server.token}"])  # noqa: S606
    here.server.faults.kill(child, at=3, pattern="POST *catalogs", after_handler=after)
    os.write(writing, b".")
    _, status = os.waitpid(child, 0)
    os.close(reading)
    os.close(writing)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
    assert len(names(wire)) == made


def test_the_server_does_not_kill_itself(here):
    with pytest.raises(ValueError, match="not the server's own"):
        here.server.faults.kill(os.getpid(), at=1)


class TestStale:
    """Reads lag behind writes, object by object."""

    def test_what_was_made_is_not_there_yet(self, here, wire):
        here.server.stale(2)
        wire.made(*CREATE)
        assert [wire(*GET).status for _ in range(3)] == [404, 404, 200]

    def test_what_was_changed_is_as_it_was(self, here, wire):
        wire.made(*CREATE)
        here.server.stale(1)
        changed = wire.made("PATCH", f"{UC}/catalogs/main", {"comment": "new"})
        assert changed["comment"] == "new"
        assert [wire.made(*GET).get("comment") for _ in range(2)] == [None, "new"]

    def test_what_was_deleted_is_still_there(self, here, wire):
        wire.made(*CREATE)
        here.server.stale(1)
        wire.made("DELETE", f"{UC}/catalogs/main", force="true")
        assert [wire(*GET).status for _ in range(2)] == [200, 404]

    def test_lists_lag_too(self, here, wire):
        here.server.stale(1)
        wire.made(*CREATE)
        assert [names(wire) for _ in range(2)] == [[], ["main"]]

    def test_writers_see_what_is_there(self, here, wire):
        here.server.stale(3)
        wire.made(*CREATE)
        assert wire(*CREATE).json["error_code"] == "CATALOG_ALREADY_EXISTS"

    def test_several_changes_show_the_oldest(self, here, wire):
        wire.made(*CREATE)
        here.server.stale(1)
        for comment in ("one", "two"):
            wire.made("PATCH", f"{UC}/catalogs/main", {"comment": comment})
        assert [wire.made(*GET).get("comment") for _ in range(2)] == [None, "two"]

    def test_aliases_lag(self, here, wire):
        here.model()
        at = f"{UC}/models/main.ml.scorer"
        wire.made("PUT", f"{at}/aliases/champion", {"version_num": 1})
        here.server.stale(1, "model_alias")
        wire.made("PUT", f"{at}/aliases/champion", {"version_num": 2})
        seen = [wire.made("GET", at, include_aliases="true")["aliases"][0]["version_num"] for _ in range(2)]
        assert seen == [1, 2]

    def test_a_rename_lags_at_both_names(self, here, wire):
        found = wire.made("POST", "/api/2.0/mlflow/experiments/create", {"name": "/Shared/old"})["experiment_id"]
        here.server.stale(1)
        wire.made("POST", "/api/2.0/mlflow/experiments/update", {"experiment_id": found, "new_name": "/Shared/new"})
        at = "/api/2.0/mlflow/experiments/get-by-name"
        assert [wire("GET", at, experiment_name="/Shared/old").status for _ in range(2)] == [200, 404]
        assert [wire("GET", at, experiment_name="/Shared/new").status for _ in range(2)] == [200, 200]

    def test_looking_at_an_endpoint_never_undoes_what_it_does_not_see(self, here, wire):
        here.model()
        at = "/api/2.0/serving-endpoints"
        entity = {"entity_name": "main.ml.scorer", "entity_version": "1", "scale_to_zero_enabled": False}
        wire.made("POST", at, {"name": "front", "config": {"served_entities": [entity]}})
        here.server.stale(3)
        wire.made("PATCH", f"{at}/front/tags", {"add_tags": [{"key": "a", "value": "b"}]})
        seen = [wire.made("GET", f"{at}/front").get("tags") for _ in range(9)]
        assert (seen[0], seen[-1]) == (None, [{"key": "a", "value": "b"}])

    def test_it_ends(self, here, wire):
        here.server.stale(5)
        wire.made(*CREATE)
        here.server.stale(0)
        assert wire(*GET).status == 200


def test_faults_can_be_set_from_another_process(here, wire):
    wire.made("POST", "/__mlplan/faults", {"act": "status", "pattern": "GET *", "status": 503})
    wire.made("POST", "/__mlplan/stale", {"reads": 1, "kinds": ["catalog"]})
    wire.made(*CREATE)
    assert [wire(*GET).status for _ in range(3)] == [503, 404, 200]
    wire.made("POST", "/__mlplan/inject", {"kind": "catalog", "id": "main", "path": "from_the_future", "value": [1]})
    wire.made("POST", "/__mlplan/stale", {"reads": 0})
    assert wire.made(*GET)["from_the_future"] == [1]
    wire.made("POST", "/__mlplan/faults", {"act": "status", "pattern": "GET *", "status": 500, "times": None})
    wire.made("DELETE", "/__mlplan/faults")
    shown = wire.made("GET", "/__mlplan/log")["entries"]
    assert [one["status"] for one in shown if one["method"] == "GET"] == [503, 404, 200, 200]
    assert wire("POST", "/__mlplan/faults", {"act": "status", "color": "red"}).status == 400
    assert wire("GET", "/__mlplan/nothing").status == 404
    assert wire("GET", "/__mlplan/log", token="wrong").status == 403  # noqa: S106 - a wrong one


def test_a_bug_of_the_server_does_not_pass_for_a_fault(here):
    here.server._table = Table([read("/bug", lambda call: call["none"])])
    assert here.wire("GET", "/bug").json["error_code"] == "INTERNAL_ERROR"
    with pytest.raises(KeyError, match="none"):
        here.close()
