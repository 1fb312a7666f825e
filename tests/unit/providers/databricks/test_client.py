"""What is repeated, how long it is waited, and what nobody may repeat."""

import pytest

from mlplan.core.errors import Conflict, Denied, Invalid, NotFound, RateLimited, Unavailable, UnknownOutcome
from mlplan.providers.databricks.client import ATTEMPTS, FIRST_ATTEMPTS, LONGEST_WAIT, PATIENCE
from mlplan.providers.databricks.errors import Failure

OK = {"name": "main"}
RESET, TIMEOUT = Failure(0, message="connection reset"), Failure(0, message="no answer in time")
REFUSED = Failure(0, message="connection refused", sent=False)
STORM = Failure(429, "REQUEST_LIMIT_EXCEEDED", retry_after=7.0)
AWAY = Failure(503, "TEMPORARILY_UNAVAILABLE", retry_after=2.0)
BARE_503 = Failure(503, "TEMPORARILY_UNAVAILABLE")
LATE = Failure(504, "DEADLINE_EXCEEDED")
GONE = Failure(404, "SCHEMA_DOES_NOT_EXIST")
THERE = Failure(409, "RESOURCE_ALREADY_EXISTS")


@pytest.mark.parametrize("passing", [RESET, TIMEOUT, REFUSED, STORM, AWAY, BARE_503, LATE, Failure(500), Failure(502)])
def test_a_read_is_repeated_after_what_may_pass(script, passing):
    client, wire = script(passing, passing, OK)
    assert client.get("/x") == OK
    assert len(wire.sent) == 3


@pytest.mark.parametrize("look", ["glance", "text"])
@pytest.mark.parametrize("passing", [RESET, TIMEOUT, LATE, Failure(500)])
def test_what_a_plan_can_do_without_is_asked_for_twice(script, look, passing):
    client, wire = script(passing)
    with pytest.raises(Unavailable):
        getattr(client, look)("/x")
    assert len(wire.sent) == 2
    client, wire = script(passing, OK)
    assert getattr(client, look)("/x") == OK


@pytest.mark.parametrize("slower", [STORM, AWAY])
def test_a_slower_pace_costs_a_glance_no_attempt(script, slower):
    client, wire = script(*[slower] * (ATTEMPTS - 1), OK)
    assert client.glance("/x") == OK
    assert len(wire.sent) == ATTEMPTS


def test_a_workspace_that_never_answered_is_given_up_soon(script, clock):
    client, wire = script(*[REFUSED] * ATTEMPTS)
    start = clock.monotonic()
    with pytest.raises(Unavailable):
        client.get("/x")
    assert len(wire.sent) == FIRST_ATTEMPTS
    assert clock.monotonic() - start < 15


def test_a_workspace_that_has_answered_is_waited_for(script):
    client, wire = script(OK, *[REFUSED] * FIRST_ATTEMPTS, OK)
    assert client.get("/x") == client.get("/x") == OK
    assert len(wire.sent) == FIRST_ATTEMPTS + 2


@pytest.mark.parametrize("turned_away", [STORM, AWAY, REFUSED])
def test_a_write_is_repeated_only_when_it_was_certainly_not_carried_out(script, turned_away):
    client, wire = script(turned_away, OK)
    assert client.write("POST", "/x", {}) == OK
    assert len(wire.sent) == 2


@pytest.mark.parametrize("ambiguous", [RESET, TIMEOUT, BARE_503, LATE, Failure(500), Failure(502)])
def test_an_ambiguous_write_is_sent_once_and_reported_as_unknown(script, ambiguous):
    client, wire = script(ambiguous, OK)
    with pytest.raises(UnknownOutcome):
        client.write("POST", "/x", {})
    assert len(wire.sent) == 1


@pytest.mark.parametrize("answer", [THERE, GONE])
def test_what_follows_a_503_may_be_our_own_doing(script, answer):
    client, _ = script(AWAY, answer)
    with pytest.raises(UnknownOutcome):
        client.write("POST", "/x", {})


def test_a_delete_of_what_is_gone_succeeds(script):
    client, wire = script(GONE)
    client.remove("/x")
    assert [method for method, *_ in wire.sent] == ["DELETE"]


@pytest.mark.parametrize(
    ("asked", "waited"), [(7.0, 7.5), (0.0, 0.5), (3600.0, LONGEST_WAIT + 0.5), (None, 1.5)], ids=str
)
def test_retry_after_is_honoured_with_a_cap(script, clock, asked, waited):
    client, _ = script(Failure(429, retry_after=asked), OK)
    client.get("/x")
    assert sum(clock.slept) == waited


def test_a_storm_ends_within_patience_and_a_bounded_number_of_requests(script, clock):
    client, wire = script(Failure(429, retry_after=3600.0))
    began = clock.time
    with pytest.raises(RateLimited):
        client.write("PUT", "/x", {})
    assert clock.time - began <= PATIENCE
    assert len(wire.sent) <= ATTEMPTS


def test_many_short_waits_are_bounded_too(script):
    client, wire = script(Failure(503, retry_after=0.0))
    with pytest.raises(Unavailable):
        client.get("/x")
    assert len(wire.sent) == ATTEMPTS


def test_one_who_is_told_to_slow_down_holds_all_back(script, clock, effects):
    client, wire = script(STORM, OK)
    client.get("/a")
    assert clock.slept == [7.5]
    client.get("/b")
    assert clock.slept == [7.5]
    assert len(wire.sent) == 3


def test_a_token_that_expired_is_taken_anew_once(script):
    client, wire = script(Failure(401, "UNAUTHENTICATED"), OK)
    assert client.write("PATCH", "/x", {}) == OK
    client, wire = script(Failure(401, "UNAUTHENTICATED"))
    with pytest.raises(Denied):
        client.write("PATCH", "/x", {})
    assert len(wire.sent) == 2


@pytest.mark.parametrize(
    ("failure", "error"), [(Failure(400), Invalid), (THERE, Conflict), (Failure(403), Denied), (GONE, NotFound)]
)
def test_what_will_not_pass_is_not_repeated(script, failure, error):
    client, wire = script(failure)
    with pytest.raises(error):
        client.get("/x")
    assert len(wire.sent) == 1


def test_absence_is_found_and_a_missing_route_is_not_absence(script):
    assert script(GONE)[0].find("/x") is None
    with pytest.raises(Invalid) as caught:
        script(Failure(404, "ENDPOINT_NOT_FOUND", "No API found"))[0].find("/x")
    assert caught.value.code == "MLE541"


def test_pages_go_on_after_an_empty_one(script):
    client, wire = script({"next_page_token": "a"}, {"schemas": [OK], "next_page_token": "b"}, {"schemas": [OK]})
    assert list(client.pages("/x", "schemas", {"max_results": 0})) == [[], [OK], [OK]]
    assert [query for _, _, query, _ in wire.sent] == [
        {"max_results": 0},
        {"max_results": 0, "page_token": "a"},
        {"max_results": 0, "page_token": "b"},
    ]


def test_serving_writes_keep_to_fifty_in_five_minutes(script, clock):
    client, wire = script(OK)
    began = clock.time
    for number in range(150):
        client.write("PUT", f"/api/2.0/serving-endpoints/e{number}/config", {})
    assert len(wire.sent) == 150
    assert clock.time - began == 600.0


def test_deleting_endpoints_and_other_writes_are_not_paced(script, clock):
    client, _ = script(OK)
    for _ in range(100):
        client.remove("/api/2.0/serving-endpoints/e")
        client.write("PATCH", "/api/2.1/unity-catalog/schemas/main.ml", {})
    assert clock.slept == []


def test_every_change_passes_the_seam_of_effects(script, effects):
    seen = []
    effects.probe = lambda moment, label: seen.append((moment, label))
    client, _ = script(OK)
    client.get("/x")
    client.write("PUT", "/y", {})
    assert seen == [("before", "PUT /y"), ("after", "PUT /y")]
