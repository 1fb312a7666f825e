"""The whole way of a change on one machine: the workflows that others copy, run command by command."""

import re
from contextlib import closing

import pytest
from launcher import launcher
from town import (
    BUCKET,
    ENVIRONMENTS,
    JOB,
    OWNER,
    PLANNER,
    REPOSITORY,
    RESOURCES,
    Around,
    Town,
    champion,
    policy,
    writer,
)

from mlplan.providers.local.store import Store
from mlplan.providers.local.workspace import Workspace
from mlplan.testing.forge import GitHubServer
from mlplan.testing.objects.moto_server import serving
from mlplan.testing.server import Server, Settings

BOT = "github-actions[bot]"
DIGEST = re.compile(r"digest=(sha256:[0-9a-f]{64})")
PROMOTION = {"environments/prod.yaml": champion(2)}
FETCH, APPLY = "Fetch the plan that was reviewed, and who approved it", "Apply it"


only_prod = pytest.mark.parametrize("town", [("prod",)], indirect=True, ids=["prod"])


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    with launcher(tmp_path_factory.mktemp("program") / "bin") as found:
        yield found


@pytest.fixture
def town(request, tmp_path, program):
    """Return a town with two environments, or those that the test asks for."""
    with closing(Store(tmp_path / "workspace.db")) as store, serving(BUCKET) as bucket:
        workspace = Workspace(store, OWNER)
        with Server(workspace, Settings(workspace_id=0)) as server, GitHubServer(REPOSITORY) as github:
            environments = getattr(request, "param", ENVIRONMENTS)
            made = Town(tmp_path, server, github, Around(workspace, bucket, program, environments))
            made.found()
            server.log.clear()
            yield made


def test_from_the_pull_request_to_the_drift_that_is_found_and_gone(town, figure):
    told = [
        it_is_planned_and_told_once(town),
        the_author_cannot_approve_it(town),
        without_approval_nothing_is_applied(town),
        approved_and_merged_it_is_applied(town),
        what_is_applied_is_what_was_reviewed(town),
        a_second_run_finds_nothing_to_do(town),
        drift_is_one_issue_that_closes(town),
    ]
    assert town.github.leaked == []
    for number, line in enumerate(told, start=1):
        figure(f"pull request, {number}: {line}")


def it_is_planned_and_told_once(town):
    before = town.states()
    town.open(1, PROMOTION, "ana")
    for _ in range(2):
        staging, prod = town.plan(1)
        assert [staging.conclusion, prod.conclusion] == ["success", "success"], staging.told + prod.told
    [comment] = town.github.comments(1)
    assert comment["user"]["login"] == BOT
    assert "v1" in comment["body"]
    assert set(town.github.labels[1]) == {"mlplan:fraud/prod", "mlplan:fraud/prod:promotion"}
    assert marks(town, 1) == {"mlplan/fraud/staging": "success", "mlplan/fraud/prod": "pending"}
    assert town.writes() == []
    assert town.states() == before
    assert {one.principal for one in town.server.log.entries} <= {PLANNER, JOB, ""}
    asked = len(town.server.log.entries)
    return f"two plans of two environments, one comment; {asked} requests to the workspace, none that writes"


def the_author_cannot_approve_it(town):
    [*_, prod] = town.review(1, "ana")
    assert prod.step("See who approved it").code == 6, prod.told
    assert marks(town, 1)["mlplan/fraud/prod"] == "pending"
    return "the author's own approval does not count: exit 6"


def without_approval_nothing_is_applied(town):
    done = town.apply_without_approvals(1, "prod")
    assert done.returncode == 6, done.stdout + done.stderr
    assert town.writes() == []
    return "apply without a record of approvals: exit 6, no request that writes"


def approved_and_merged_it_is_applied(town):
    [*_, prod] = town.review(1, "rosa")
    assert prod.conclusion == "success", prod.told
    assert marks(town, 1)["mlplan/fraud/prod"] == "success"
    merged = town.merge(1)
    assert merged != town.github.pulls[1]["head"]["sha"]
    staging, prod = town.pushed()
    assert [staging.conclusion, prod.conclusion] == ["success", "success"], staging.told + prod.told
    assert (town.alias("prod"), town.serves("prod")) == (2, 2)
    assert (town.alias("staging"), town.serves("staging")) == (1, 1)
    writes = town.writes()
    assert {one.partition(" ")[0] for one in writes} == {writer("prod")}
    paths = [one.rpartition(" ")[2] for one in writes]
    assert paths.index("/api/2.0/serving-endpoints/fraud-score-prod/config") < max(
        place for place, path in enumerate(paths) if path.endswith("/aliases/champion")
    )
    return f"approved by rosa, merged as another commit, applied with {len(writes)} writes, the endpoint first"


def what_is_applied_is_what_was_reviewed(town):
    commented = DIGEST.search(town.github.comments(1)[0]["body"])[1]
    kept = town.plan_kept(1, "prod")["digest"]
    [*_, last] = [one for one in town.ledger("prod") if one.get("plan")]
    assert commented == kept == last["plan"]
    assert (last["commit"], last["approved"]) == (town.repository.head(), "rosa (acme/fraud#1)")
    return f"the digest of the comment, of the plan's file and of the ledger are one: {commented[:19]}..."


def a_second_run_finds_nothing_to_do(town):
    before, ledger = len(town.writes()), town.ledger("prod")
    staging, prod = town.pushed()
    assert [staging.conclusion, prod.conclusion] == ["success", "success"], prod.told
    assert len(town.writes()) == before
    assert town.ledger("prod") == ledger
    return "the same apply once more: nothing to do, nothing written"


def drift_is_one_issue_that_closes(town):
    assert [job.conclusion for job in town.nightly()] == ["success", "success"]
    assert town.github.issues == {}
    town.move("prod", 1)
    for _ in range(2):
        assert [job.conclusion for job in town.nightly()] == ["success", "success"]
    [issue] = town.github.issues.values()
    assert issue["state"] == "open"
    assert "model_alias.fraud_score.champion" in issue["body"]
    town.move("prod", 2)
    assert [job.conclusion for job in town.nightly()] == ["success", "success"]
    [issue] = town.github.issues.values()
    assert issue["state"] == "closed"
    return f"an alias moved by hand: issue {issue['number']}, opened once, updated, closed when it was put back"


@only_prod
def test_what_happens_between_review_and_merge(town, figure):
    told = [an_approval_is_for_one_commit(town), another_change_is_no_hindrance(town), a_hand_is(town)]
    for number, line in enumerate(told, start=1):
        figure(f"meanwhile, {number}: {line}")


def an_approval_is_for_one_commit(town):
    town.open(4, PROMOTION, "ana")
    town.plan(4)
    town.review(4, "rosa")
    assert marks(town, 4)["mlplan/fraud/prod"] == "success"
    town.push(4, {"environments/prod.yaml": champion(2) + "# as agreed\n"}, "ana")
    town.plan(4)
    assert marks(town, 4)["mlplan/fraud/prod"] == "pending"
    [*_, prod] = town.review(4, "ben", "COMMENTED")
    assert prod.step("See who approved it").code == 6
    assert "rosa approved commit" in prod.told
    town.review(4, "rosa")
    assert marks(town, 4)["mlplan/fraud/prod"] == "success"
    town.plan(4)
    [*_, prod] = town.review(4, "ben", "COMMENTED")
    assert "before this plan was made" in prod.told
    town.review(4, "rosa")
    assert marks(town, 4)["mlplan/fraud/prod"] == "success"
    assert len(town.github.comments(4)) == 1
    return "a commit after the approval voids it, and so does a new plan; approved again, the mark is green again"


def another_change_is_no_hindrance(town):
    town.open(5, {"resources/main.yaml": RESOURCES.replace("team: risk", "team: fraud")}, "ben")
    town.plan(5)
    town.merge(5)
    assert [job.conclusion for job in town.pushed()] == ["success"]
    assert town.tags("prod") == {"team": "fraud"}
    return "another pull request is merged and applied first: commit, configuration and state serial are others now"


def a_hand_is(town):
    town.move("prod", 3)
    town.server.log.clear()
    town.merge(4)
    [*_, prod] = town.pushed()
    assert prod.step(APPLY).code == 3, prod.told
    assert "model_alias.fraud_score.champion" in prod.step(APPLY).err
    assert town.writes() == []
    town.move("prod", 1)
    assert [job.conclusion for job in town.pushed()] == ["success"]
    assert (town.alias("prod"), town.serves("prod"), town.tags("prod")) == (2, 2, {"team": "fraud"})
    return "an alias that was moved by hand: exit 3 with the difference, no write; put back, it is applied"


@only_prod
def test_a_stranger_s_pull_request_is_planned_without_identity_or_network(town, figure):
    town.open(2, PROMOTION, "mallory", fork="mallory/fraud")
    jobs = town.plan(2)
    assert [job.name for job in jobs] == ["offline"]
    assert [job.conclusion for job in jobs] == ["success"], jobs[0].told
    assert "v1" in jobs[0].summary
    for job in jobs:
        given = {name for step in job.steps for name in step.env}
        assert not {name for name in given if name.startswith(("DATABRICKS_", "ACTIONS_", "AWS_"))}
        assert "GITHUB_TOKEN" not in given
    assert town.server.log.entries == []
    assert town.github.log == []
    figure("a stranger's pull request: an offline plan, no identity, no token, no request to anybody")


@only_prod
def test_a_change_that_lowers_the_bar_for_itself_is_judged_by_the_bar_that_stands(town, figure):
    worse = {"environments/prod.yaml": champion(3), "policy.yaml": policy(0.1).replace("model_alias", "volume")}
    town.open(3, worse, "ana")
    [*_, prod] = town.plan(3)
    assert prod.conclusion == "failure", prod.told
    assert prod.step("Plan").code == 6, prod.told
    assert prod.step("Tell the pull request").outcome == "success"
    [comment] = town.github.comments(3)
    assert "MLP060" in comment["body"]
    assert marks(town, 3)["mlplan/fraud/prod"] == "failure"
    assert "mlplan:fraud/prod:denied" in town.github.labels[3]
    assert town.writes() == []
    [asked] = town.plan_kept(3, "prod")["approvals"]
    assert asked["from"]["users"] == ["rosa"]
    town.merge(3)  # by somebody who may do everything
    [prod] = town.pushed()
    assert prod.conclusion == "failure"
    assert (prod.step(FETCH).code, prod.step(APPLY).outcome) == (6, "skipped"), prod.told
    assert town.writes() == []
    town.github.review(3, "rosa", "APPROVED", town.github.pulls[3]["head"]["sha"])
    [*_, prod] = town.pushed()
    assert prod.step(APPLY).code == 6, prod.told
    assert town.writes() == []
    figure(
        "a promotion that lowers its own bar: denied by the policy of main (exit 6); merged all the same, it is not applied"
    )


def marks(town, number):
    """Return the newest mark of each name on the last commit of a pull request."""
    sha = town.github.pulls[number]["head"]["sha"]
    return {one["context"]: one["state"] for one in town.github.statuses[sha]}
