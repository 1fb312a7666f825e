"""Who uses an alias: what follows it, what serves its model by number, and the jobs that it names."""

import pytest

from mlplan.core.rollout import Move, Rollout
from mlplan.evidence.blast import blast

MODEL, CHAMPION = "prod.ml.score", "prod.ml.score@champion"
ALIAS = {"full_name": MODEL, "alias": "champion", "version": 1}
TABLE = {"catalog_name": "prod", "schema_name": "ml", "table_name_prefix": "score", "enabled": True}


def entity(name, version, traffic=100, **more):
    return {"name": name, "entity_name": MODEL, "entity_version": version, "traffic_percentage": traffic, **more}


def endpoint(name, *entities, **more):
    return {"name": name, "served_entities": list(entities), **more}


@pytest.fixture
def served(project):
    """Return the project with a champion, an endpoint behind it, and one that serves a number."""
    project.versions(MODEL, 3)
    project.settled(
        {
            "model_alias.score.champion": ALIAS,
            "serving_endpoint.live": endpoint(
                "score-live",
                entity("current", "@champion", 90, scale_to_zero_enabled=True),
                entity("old", "2", 10),
                ai_gateway={"inference_table_config": TABLE},
            ),
        }
    )
    return project


def uses(project, alias=CHAMPION):
    found = blast(project.plan(), project.resources, alias)
    return {(one["id"], one["entity"]): one for one in found["endpoints"]}, found["jobs"]


def test_what_follows_the_alias_moves_with_it_and_what_serves_a_number_stays(served):
    served.declare({"model_alias.score.champion": {**ALIAS, "version": 3}})
    found, _ = uses(served)
    assert found["score-live", "current"] == {
        "address": "serving_endpoint.live",
        "id": "score-live",
        "entity": "current",
        "follows": True,
        "from": 1,
        "to": 3,
        "traffic_before": 90,
        "traffic_after": 90,
        "scale_to_zero": True,
        "inference_table": "prod.ml.score",
        "rollout": None,
    }
    old = found["score-live", "old"]
    assert (old["follows"], old["from"], old["to"], old["traffic_after"]) == (False, 2, 2, 10)


def test_traffic_is_that_before_and_after(served):
    served.declare({"serving_endpoint.live": endpoint("score-live", entity("current", "@champion"))})
    found, _ = uses(served)
    shares = {
        name: (one["from"], one["to"], one["traffic_before"], one["traffic_after"]) for (_, name), one in found.items()
    }
    assert shares == {"current": (1, 1, 90, 100), "old": (2, None, 10, None)}
    assert found["score-live", "current"]["inference_table"] is None


def test_a_new_endpoint_served_nothing_and_one_that_goes_serves_nothing(served):
    served.declare({"serving_endpoint.new": endpoint("score-new", entity("current", "@champion"))})
    served.drop("serving_endpoint.live")
    found, _ = uses(served)
    new, gone = found["score-new", "current"], found["score-live", "current"]
    assert (new["from"], new["to"], new["traffic_before"], new["traffic_after"]) == (None, 1, None, 100)
    assert (gone["from"], gone["to"], gone["traffic_before"], gone["traffic_after"]) == (1, None, 90, None)


def test_an_endpoint_that_the_plan_leaves_out_stays_as_it_is(served):
    served.declare({"model_alias.score.champion": {**ALIAS, "version": 3}})
    plan = served.plan()
    del plan.changes["serving_endpoint.live"]
    (current, old) = blast(plan, served.resources, CHAMPION)["endpoints"]
    assert (current["follows"], current["from"], current["to"]) == (True, 1, 1)
    assert (old["follows"], old["to"]) == (False, 2)


def test_what_follows_another_alias_or_serves_another_model_is_not_named(served):
    served.settled({"model_alias.score.challenger": {**ALIAS, "alias": "challenger", "version": 2}})
    served.settled({"serving_endpoint.dark": endpoint("score-dark", entity("next", "@challenger"))})
    assert ("score-dark", "next") not in uses(served)[0]
    assert uses(served, "prod.ml.score@challenger")[0]["score-dark", "next"]["follows"] is True
    assert uses(served, "prod.ml.other@champion") == ({}, [])


def test_what_a_rollout_serves_beside_an_entity_counts_as_the_entity(served):
    """Two rows of the platform are one entity on its way."""
    plan = served.plan()
    change = plan.changes["serving_endpoint.live"]
    plan.rollouts["serving_endpoint.live"] = Rollout(
        change.address, change.id, "starts", (Move("current", "1", "3", "current-v3"),), ((10, "30m"),), 0, 10
    )
    change.desired = endpoint(
        "score-live", entity("current", "1", 81), entity("current-v3", "3", 9), entity("old", "2", 10)
    )
    current, old = blast(plan, served.resources, CHAMPION)["endpoints"]
    assert (current["entity"], old["entity"]) == ("current", "old")
    assert (current["from"], current["to"], current["traffic_before"], current["traffic_after"]) == (1, 3, 90, 90)
    assert current["rollout"]["percent"] == 10


def test_jobs_are_those_that_the_alias_names(served):
    jobs = [{"job": "score_daily", "schedule": "02:00 every day"}, {"job": "report", "note": "ask risk"}]
    served.declare({"model_alias.score.champion": {**ALIAS, "consumers": jobs}})
    assert uses(served)[1] == [
        {"job": "report", "schedule": None, "note": "ask risk"},
        {"job": "score_daily", "schedule": "02:00 every day", "note": None},
    ]
    assert uses(served, "prod.ml.score@challenger")[1] == []


def test_naming_a_job_is_remembered_and_sends_nothing(served):
    served.settled({"model_alias.score.champion": {**ALIAS, "consumers": [{"job": "score_daily"}]}})
    assert served.plan().empty
    served.declare({"model_alias.score.champion": {**ALIAS, "consumers": [{"job": "score_weekly"}]}})
    (change,) = served.plan().active()
    assert (change.action, change.risk) == ("update", "safe")
    assert served.provider.handler("model_alias").read(CHAMPION).values == ALIAS
