"""Pipelines to copy for GitLab and Azure DevOps: identities apart, no secret, no script beyond mlplan's own commands."""

import re

import pytest
import yaml

PINNED = re.compile(r"mlplan\[policy,s3\] @ git\+https://git\.example\.com/acme/mlplan@[0-9a-f]{40}")
MAY_RUN = re.compile(
    r'(mlplan|\$CI_BUILDS_DIR/mlplan/bin/(mlplan|python -I)|git fetch|git show|mkdir -p|export PATH=|python -[mI]|"?\S*/bin/python"? -I) ?'
)
SHELLS = ("bash", "script", "inlineScript", "before_script", "after_script")


@pytest.fixture(scope="module")
def gitlab(root):
    return yaml.safe_load((root / "examples/gitlab/.gitlab-ci.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=["azure-pipelines.yml", "apply.yml"])
def azure(root, request):
    return yaml.safe_load((root / "examples/azure-devops" / request.param).read_text(encoding="utf-8"))


def under(value, name):
    """Yield everything that stands under a key, wherever that is."""
    if isinstance(value, dict):
        yield from (each for key, each in value.items() if key == name)
        yield from (each for key, part in value.items() if key != name for each in under(part, name))
    elif isinstance(value, list):
        yield from (each for part in value for each in under(part, name))


def lines(document):
    """Return every line that a shell runs."""
    found = [text for name in SHELLS for text in under(document, name)]
    return [
        line for text in found for part in ([text] if isinstance(text, str) else text) for line in part.splitlines()
    ]


def test_mlplan_is_pinned(gitlab, azure):
    assert PINNED.fullmatch(gitlab["variables"]["MLPLAN"])
    assert PINNED.fullmatch(azure["variables"]["MLPLAN"])


def test_a_shell_runs_mlplan_and_little_else(gitlab, azure):
    for line in lines(gitlab) + lines(azure):
        assert MAY_RUN.match(line) or line.startswith('echo "##vso['), line
        assert "${{" not in line, line
        assert "&&" not in line, line


def test_only_main_is_applied_and_one_at_a_time(gitlab):
    apply = gitlab["apply"]
    assert apply["rules"] == [
        {"if": '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH', "when": "manual"}
    ]
    assert (apply["environment"], apply["resource_group"]) == ({"name": "$ENVIRONMENT"}, "mlplan-$ENVIRONMENT")
    writes = [name for name, job in gitlab.items() if isinstance(job, dict) and job.get("extends") == ".writes"]
    assert writes == ["apply"]


def test_a_fork_gets_no_identity(gitlab):
    fork = gitlab["offline plan of fork"]
    assert not {".reads", ".writes"} & set(fork["extends"])
    assert "--snapshot" in "".join(fork["script"])
    assert "id_tokens" not in gitlab[".mlplan"]


def test_what_runs_for_pull_requests_cannot_apply(root):
    text = (root / "examples/azure-devops/azure-pipelines.yml").read_text(encoding="utf-8")
    assert "mlplan apply" not in text
    assert "azureSubscription" not in text
    other = yaml.safe_load((root / "examples/azure-devops/apply.yml").read_text(encoding="utf-8"))
    assert other["pr"] == "none"
    assert other["trigger"] == {"branches": {"include": ["main"]}}


def test_checkouts_leave_no_token_behind(azure):
    def steps(value):
        return [step for found in under(value, "steps") for step in found]

    checkouts = [step for step in steps(azure) if "checkout" in step]
    assert checkouts
    assert all(step["persistCredentials"] is False for step in checkouts)
