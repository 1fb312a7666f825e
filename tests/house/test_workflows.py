"""Workflows, ours and those to copy: pinned actions, least permissions, no expression that a shell would run, no script."""

import re
import subprocess

import pytest
import yaml

PINNED = re.compile(r"^[\w.-]+/[\w./-]+@[0-9a-f]{40}$")
OURS = re.compile(r"/\.github/actions/mlplan@([0-9a-f]{40})")
USES = re.compile(r"^\s*(?:- )?uses: *(?P<action>\S+)(?P<comment>.*)$", re.MULTILINE)
LOGIC = re.compile(
    r"(^|[;&|]\s*|\s)(if|for|while|case|function|eval|source|curl|wget|jq|sed|awk|python\d?\s+-c)\b|&&|\|\||;|\$\("
)
MAY = {
    "ci.yml": {"test": {"contents": "read"}, "action": {"contents": "read"}},
    "plan.yml": {
        "plan": {"contents": "read", "id-token": "write", "pull-requests": "write", "statuses": "write"},
        "offline": {"contents": "read"},
    },
    "apply.yml": {
        "apply": {"contents": "read", "id-token": "write", "actions": "read", "pull-requests": "read"},
    },
    "review.yml": {
        "review": {"contents": "read", "actions": "read", "pull-requests": "read", "statuses": "write"},
    },
    "drift.yml": {"drift": {"contents": "read", "id-token": "write", "issues": "write"}},
}
"""What each job may do, and nothing else."""


@pytest.fixture(scope="module")
def workflows(root):
    folders = (root / ".github" / "workflows", root / "examples" / "github" / "workflows")
    paths = [path for folder in folders for path in sorted(folder.glob("*.y*ml"))]
    return {path.name: path.read_text(encoding="utf-8") for path in paths}


@pytest.fixture(scope="module")
def examples(workflows):
    return {name: text for name, text in workflows.items() if name != "ci.yml"}


@pytest.fixture(scope="module")
def action(root):
    return (root / ".github" / "actions" / "mlplan" / "action.yml").read_text(encoding="utf-8")


def jobs(workflows):
    """Return every job with its workflow's name and its own."""
    return [
        (name, job, block) for name, text in workflows.items() for job, block in yaml.safe_load(text)["jobs"].items()
    ]


def steps(workflows):
    """Return every step with the name of its workflow."""
    return [(name, step) for name, _, block in jobs(workflows) for step in block["steps"]]


def test_every_workflow_is_looked_at(workflows):
    assert workflows.keys() == MAY.keys()


def test_actions_are_pinned_to_commits_with_their_version(workflows, action):
    loose = [
        f"{name}: {match['action']}"
        for name, text in [*workflows.items(), ("action.yml", action)]
        for match in USES.finditer(text)
        if not _pinned(match)
    ]
    assert loose == []


def _pinned(match):
    """Tell whether an action is named by a commit and says its version, or is the one that stands in this tree."""
    if match["action"] == "./.github/actions/mlplan":
        return True
    return PINNED.match(match["action"]) and re.match(r" # v\d+\.\d+\.\d+$", match["comment"])


def test_one_action_has_one_commit(workflows, action):
    found = {}
    for text in [*workflows.values(), action]:
        for match in USES.finditer(text):
            name, _, commit = match["action"].partition("@")
            found.setdefault(name, set()).add(commit)
    assert {name: commits for name, commits in found.items() if len(commits) > 1} == {}


def test_the_mlplan_that_is_installed_is_one_that_has_these_commands(workflows, root):
    """The pin is a commit of this repository; a clone that is not whole cannot tell."""
    [commit] = {found for text in workflows.values() for found in OURS.findall(text)}

    def shown(path):
        words = ["git", "show", f"{commit}:{path}"]
        return subprocess.run(words, cwd=root, check=False, capture_output=True, text=True)

    action = shown(".github/actions/mlplan/action.yml")
    if action.returncode:
        pytest.skip(f"this clone does not have {commit[:12]}")
    assert "pip install" in action.stdout
    table = shown("mlplan/cli/table.py").stdout
    for name, step in steps(workflows):
        for command in re.findall(r"^mlplan (?:ci )?(\w+)", step.get("run", ""), re.MULTILINE):
            assert f'"{command}": Entry(' in table, (name, command)
        for option in re.findall(r" (--[a-z-]+)", step.get("run", "")):
            words = ["git", "grep", "--quiet", "--fixed-strings", "-e", f'"{option}"', commit, "--", "mlplan/cli"]
            assert subprocess.run(words, cwd=root, check=False).returncode == 0, (name, option)


def test_a_workflow_may_nothing_and_a_job_what_it_needs(workflows):
    for name, text in workflows.items():
        assert yaml.safe_load(text)["permissions"] == {}, name
    found = {
        name: {job: block["permissions"] for at, job, block in jobs(workflows) if at == name} for name in workflows
    }
    assert found == MAY


def test_no_workflow_runs_a_stranger_s_code_with_our_rights(workflows):
    """`on` is read as true by YAML 1.1, which is why mlplan's own reader refuses such words."""
    for name, text in workflows.items():
        on = yaml.safe_load(text)[True]
        assert not {"pull_request_target", "workflow_run", "issue_comment", "repository_dispatch"} & set(on), name


def test_what_holds_an_identity_asks_whose_pull_request_it_is(examples):
    """GitHub gives forks no identity anyway; the job that would ask for one is not even begun."""
    same = "github.event.pull_request.head.repo.full_name == github.repository"
    for name, job, block in jobs(examples):
        if name in ("plan.yml", "review.yml"):
            assert block["if"] == (same.replace("==", "!=") if job == "offline" else same), job


def test_expressions_reach_a_shell_only_as_variables(workflows, action):
    found = [f"{name}: {step['run']}" for name, step in steps(workflows) if "${{" in step.get("run", "")]
    found += [step["run"] for step in yaml.safe_load(action)["runs"]["steps"] if "${{" in step.get("run", "")]
    assert found == []


def test_no_secret_is_named(workflows, action):
    """The job's own token is `github.token`, and it goes to the steps that talk to GitHub only."""
    for name, text in [*workflows.items(), ("action.yml", action)]:
        assert "secrets" not in text, name
    for name, step in steps(workflows):
        given = "GITHUB_TOKEN" in step.get("env", {})
        assert given == any(word in step.get("run", "") for word in TALKING), (name, step["name"])
    assert not any("GITHUB_TOKEN" in block.get("env", {}) for _, _, block in jobs(workflows))


TALKING = ("ci comment", "ci status", "ci fetch", "ci approvals", "ci issue")


def test_checkouts_leave_no_token_behind(workflows):
    for name, step in steps(workflows):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False, name


def test_mlplan_is_installed_before_anything_is_checked_out(examples):
    """So no file of a pull request is near while packages are installed."""
    for name, job, block in jobs(examples):
        assert "/.github/actions/mlplan@" in block["steps"][0]["uses"], (name, job)


def test_a_workflow_to_copy_holds_no_script(examples):
    """Whatever needs logic is a command of mlplan, where it is tested."""
    for name, step in steps(examples):
        for line in step.get("run", "").splitlines():
            assert line.startswith("mlplan "), (name, line)
            assert not LOGIC.search(line), (name, line)


def test_jobs_end_and_those_of_one_environment_do_not_meet(examples):
    for name, job, block in jobs(examples):
        assert block["timeout-minutes"] <= 60, (name, job)
        assert "${{ matrix.environment }}" in block["concurrency"]["group"], (name, job)
    [apply] = [block for name, _, block in jobs(examples) if name == "apply.yml"]
    assert apply["concurrency"]["cancel-in-progress"] is False
    assert apply["environment"] == "${{ matrix.environment }}"


def test_ci_runs_what_the_readme_says(workflows, root):
    ours = {name: text for name, text in workflows.items() if name == "ci.yml"}
    assert any(".ci/run" in step.get("run", "") for _, step in steps(ours))
    script = root / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "\nmake test\n" in script.read_text(encoding="utf-8")
