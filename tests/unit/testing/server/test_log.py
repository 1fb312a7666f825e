"""Log: what tests assert on: which requests came, whether they write, and nothing that is secret."""

import hashlib
import json

UC = "/api/2.1/unity-catalog"


def test_every_request_is_there_in_order(here, wire):
    body = {"name": "main"}
    wire("POST", f"{UC}/catalogs", body)
    wire("GET", f"{UC}/catalogs/main", include_browse="true")
    wire("GET", "/none")
    first, second, third = here.server.log.entries
    assert (first.number, first.call, first.status) == (1, f"POST {UC}/catalogs", 200)
    assert (first.principal, first.route) == ("ada@example.com", f"POST {UC}/catalogs")
    assert first.digest == hashlib.sha256(json.dumps(body).encode()).hexdigest()
    assert (second.query, second.digest, second.route) == (
        {"include_browse": "true"},
        "",
        f"GET {UC}/catalogs/{{name}}",
    )
    assert (third.status, third.route) == (404, "")


def test_a_search_is_no_write_and_an_unknown_post_is_one(here, wire):
    wire("POST", "/api/2.0/mlflow/experiments/search", {})
    wire("GET", f"{UC}/catalogs")
    assert here.server.log.writing() == []
    wire("POST", "/api/2.9/something/new", {})
    wire("DELETE", f"{UC}/catalogs/main")
    assert [entry.method for entry in here.server.log.writing()] == ["POST", "DELETE"]


def test_requests_are_counted_by_pattern_and_by_operation(here, wire):
    for name in "ab":
        wire("GET", f"{UC}/catalogs/{name}")
    wire("GET", f"{UC}/catalogs")
    log = here.server.log
    assert (log.count(), log.count("GET */catalogs/*"), log.count("POST *")) == (3, 2, 0)
    assert log.by_route() == {f"GET {UC}/catalogs/{{name}}": 2, f"GET {UC}/catalogs": 1}
    log.clear()
    assert (log.count(), wire("GET", f"{UC}/catalogs").status, log.entries[0].number) == (0, 200, 4)


def test_bodies_are_kept_only_when_asked_for(world):
    for bodies, kept in ((False, None), (True, {"name": "main"})):
        here = world(bodies=bodies)
        here.wire("POST", f"{UC}/catalogs", {"name": "main"})
        assert here.server.log.entries[0].body == kept


def test_paths_are_kept_as_they_were_sent(here, wire):
    wire("GET", f"{UC}/models/main.ml.a%20b")
    assert here.server.log.entries[0].path == f"{UC}/models/main.ml.a%20b"
