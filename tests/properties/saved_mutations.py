"""Mutations: one change each of what a saved plan binds: files, command line, git, state, platform, program, time."""

import shutil
from dataclasses import replace

from saved_worlds import OPTIONS, Agreeing

from mlplan.app.apply import apply
from mlplan.app.local import delete
from mlplan.app.session import Session
from mlplan.app.state import remove

CHAMPION, FRONT, GRANTS = "main.ml.score@champion", "front", "registered_model/main.ml.score"


def config_text(world, random, patch):
    world.edit("resources/main.yaml", "comment: ", f"comment: other{random.randrange(9)}")


def config_of_the_unchanged(world, random, patch):
    world.edit("resources/main.yaml", "name: main, ", "name: main, lifecycle: {prevent_destroy: true}, ")


def config_more(world, random, patch):
    world.write(f"resources/{random.choice('abc')}.yaml", "resources: {experiments: {more: {name: /Shared/more}}}\n")


def config_broken(world, random, patch):
    world.write("resources/main.yaml", "resources: [\n")


def config_default(world, random, patch):
    world.edit("mlplan.yaml", "default: risk", "default: fraud")


def config_protected(world, random, patch):
    world.edit("mlplan.yaml", "prod: {", "prod: {protected: true, ")


def policy_text(world, random, patch):
    world.edit("policy.yaml", "min: 0.8", f"min: 0.{random.randrange(10, 79)}")


def policy_stricter(world, random, patch):
    world.edit("policy.yaml", "min: 0.8", "min: 0.99")


def policy_level(world, random, patch):
    world.edit("policy.yaml", "MLP046: warn", "MLP046: " + random.choice(['"off"', "deny"]))


def policy_gone(world, random, patch):
    world.edit("mlplan.yaml", "policy: policy.yaml\n", "")


def variable(world, random, patch):
    return replace(world.request, variables={"team": random.choice(["fraud", "other"])})


def variable_without_effect(world, random, patch):
    return replace(world.request, variables={"spare": "some"})


def variable_of_the_environment(world, random, patch):
    patch.setenv("MLPLAN_VAR_TEAM", "fraud")


def environment(world, random, patch):
    return replace(world.request, environment="dev")


def project(world, random, patch):
    world.edit("mlplan.yaml", "project: fraud", "project: other")


def host(world, random, patch):
    workspaces = world.root / ".mlplan/workspaces"
    shutil.copy(workspaces / "prod.db", workspaces / "other.db")
    world.edit("mlplan.yaml", "prod: {provider: local", "prod: {provider: {local: {path: .mlplan/workspaces/other.db}}")


def commit(world, random, patch):
    world.git("commit", "--quiet", "--allow-empty", "-m", "two")


def tracked_file(world, random, patch):
    world.write(".gitignore", ".mlplan/\n# edited\n")


def no_git(world, random, patch):
    shutil.rmtree(world.root / ".git")


def state_serial(world, random, patch):
    _saved_again(world)


def state_lineage(world, random, patch):
    shutil.rmtree(world.root / ".mlplan/state")
    adopting = replace(OPTIONS, adopt=frozenset(["*"]))
    assert apply(world.request, adopting, Agreeing()).status == "applied"


def state_gone(world, random, patch):
    shutil.rmtree(world.root / ".mlplan/state")


def state_entry(world, random, patch):
    remove(world.request, random.choice(["catalog.main", "experiment.fraud", "model_alias.score.champion"]))


def alias_moved(world, random, patch):
    declared = world.read("resources/main.yaml").partition("champion: ")[2][0]
    world.set("model_alias", CHAMPION, {"version": {"2": "3", "3": "2"}[declared]})


def alias_gone(world, random, patch):
    delete(world.hand, "model_alias", CHAMPION, force=False, permanently=False)


def endpoint(world, random, patch):
    world.set("serving_endpoint", FRONT, {"served_entities[m].workload_size": "Large"})


def endpoint_gone(world, random, patch):
    delete(world.hand, "serving_endpoint", FRONT, force=False, permanently=False)


def grants(world, random, patch):
    world.set("grants", GRANTS, {"grants[someone].privileges": random.choice(["EXECUTE", "MANAGE"])})


def tag(world, random, patch):
    world.set("experiment", "/Shared/fraud", {f"tags.{random.choice(['team', 'stage', 'else'])}": "mine"})


def comment(world, random, patch):
    world.set("catalog", "main", {"comment": f"by hand {random.randrange(9)}"})


def metric(world, random, patch):
    declared = world.read("resources/main.yaml").partition("champion: ")[2][0]
    run = world.shown("model_version", f"main.ml.score/{declared}")["values"]["run_id"]
    world.set("run", run, {"metrics.auc": str(0.8 + random.random() / 10)})


def signature(world, random, patch):
    declared = world.read("resources/main.yaml").partition("champion: ")[2][0]
    world.set("model_version", f"main.ml.score/{declared}", {"requirements": '["mlflow==1.0"]'})


def tool(world, random, patch):
    patch.setattr("mlplan.app.document.__version__", f"9.{random.randrange(99)}.0")


def provider(world, random, patch):
    patch.setattr("mlplan.providers.local.handler.LocalProvider.version", "9.9")


def expiry(world, random, patch):
    world.clock.moment += 24 * 3600 + random.randrange(1, 10**7)


def clock_behind(world, random, patch):
    world.clock.moment -= random.randrange(700, 10**7)


def comments(world, random, patch):
    world.edit("resources/main.yaml", "resources:\n", "resources: # as agreed\n")


def alias_done(world, random, patch):
    world.set("model_alias", CHAMPION, {"version": world.read("resources/main.yaml").partition("champion: ")[2][0]})


def other_merged(world, random, patch):
    """Take in another pull request, which was applied."""
    world.edit("mlplan.yaml", "default: none", "default: all")
    config_more(world, random, patch)
    mine = replace(OPTIONS, targets=("experiment.more",))
    assert apply(world.request, mine, Agreeing()).status == "applied"


GIT = (commit, tracked_file, no_git)
MUTATIONS = (
    config_text, config_of_the_unchanged, config_more, config_broken, config_default, config_protected,
    policy_text, policy_stricter, policy_level, policy_gone,
    variable, variable_without_effect, variable_of_the_environment, environment, project, host,
    commit, tracked_file, no_git,
    state_serial, state_lineage, state_gone, state_entry,
    alias_moved, alias_gone, endpoint, endpoint_gone, grants, tag, comment, metric, signature,
    tool, provider, expiry, clock_behind,
)  # fmt: skip
MILD = (config_of_the_unchanged, config_default, policy_level)
"""What may come to the same plan, or to another one."""
REMOTE = tuple(one for one in MUTATIONS if one not in (*GIT, host, provider))
"""Those that make sense where the platform is behind a host."""
AFTER_A_MERGE = (
    commit, tracked_file, no_git, comments, state_serial, policy_text, policy_gone, alias_done, other_merged,
)  # fmt: skip
"""What --reviewed leaves free."""
STRONGER = tuple(one for one in MUTATIONS if one not in AFTER_A_MERGE and one not in MILD)
"""What it does not."""


def _saved_again(world):
    with Session(world.request) as session:
        lease = session.backend.lock("test")
        try:
            lease.save(session.backend.read())
        finally:
            lease.release()
