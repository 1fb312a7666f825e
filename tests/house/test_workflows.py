"""Workflows: pinned actions, least permissions, and no expression that a shell would run."""

import re

import pytest
import yaml

PINNED = re.compile(r"^[\w.-]+/[\w./-]+@[0-9a-f]{40}$")
USES = re.compile(r"^\s*(?:- )?uses: *(?P<action>\S+)(?P<comment>.*)$", re.MULTILINE)


@pytest.fixture(scope="module")
def workflows(root):
    paths = sorted((root / ".github" / "workflows").glob("*.y*ml"))
    assert paths, "the project has no workflow"
    return {path.name: path.read_text(encoding="utf-8") for path in paths}


def steps(document):
    return [step for job in document["jobs"].values() for step in job["steps"]]


def test_actions_are_pinned_to_commits_with_their_version(workflows):
    loose = [
        f"{name}: {match['action']}"
        for name, text in workflows.items()
        for match in USES.finditer(text)
        if not PINNED.match(match["action"]) or not re.match(r" # v\d+\.\d+\.\d+$", match["comment"])
    ]
    assert loose == []


def test_nothing_is_permitted_but_what_a_job_asks_for(workflows):
    for name, text in workflows.items():
        document = yaml.safe_load(text)
        assert document["permissions"] == {}, name
        for job in document["jobs"].values():
            assert job["permissions"] == {"contents": "read"}, name


def test_no_workflow_runs_a_stranger_s_code_with_our_rights(workflows):
    """`on` is read as true by YAML 1.1, which is why mlplan's own reader refuses such words."""
    for name, text in workflows.items():
        assert "pull_request_target" not in text, name
        assert "workflow_run" not in text, name


def test_expressions_reach_a_shell_only_as_variables(workflows):
    found = [
        f"{name}: {step['run']}"
        for name, text in workflows.items()
        for step in steps(yaml.safe_load(text))
        if "${{" in step.get("run", "")
    ]
    assert found == []


def test_checkouts_leave_no_token_behind(workflows):
    for text in workflows.values():
        for step in steps(yaml.safe_load(text)):
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_ci_runs_what_the_readme_says(workflows, root):
    assert any(".ci/run" in step.get("run", "") for step in steps(yaml.safe_load(workflows["ci.yml"])))
    script = root / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "\nmake test\n" in script.read_text(encoding="utf-8")
