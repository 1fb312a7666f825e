"""Canaries: secrets in every place that can hold one, every command at its most talkative, and not one of them is told."""

import logging
import os
import subprocess
from pathlib import Path

import pytest

from mlplan.cli.entry import run
from mlplan.core.secret import MASK
from mlplan.kinds import external_model
from mlplan.providers.local.register import Logged, register
from mlplan.testing.forge import GitHubServer

SONG = "Zq7Canary"
"""What no output, file or log line may hold, in any case of letters."""
PLAINTEXT = "_plaintext"
FILLED = {"aws_region": "eu-west-1", "bedrock_provider": "amazon", "custom_provider_url": "https://models.example.com",
          "databricks_workspace_url": "https://other.example.com", "project_id": "p", "region": "r", "key": "X-Key"}  # fmt: skip
"""What providers' settings need beside their secrets."""
PROJECT = """\
project: quiet
default_environment: dev
environments:
  dev: {provider: {databricks: {host: HOST, token: {env: ACME_TOKEN}}}}
  other: {provider: {databricks: {host: HOST, token: {env: ACME_TOKEN}}}}
variables: {note: {type: string, default: first}}
"""
RESOURCES = """\
resources:
  catalogs: {main: {name: main, comment: "${var.note}"}}
  schemas: {ml: {catalog_name: main, name: ml}}
  registered_models: {m: {catalog_name: main, schema_name: ml, name: m, aliases: {champion: VERSION}}}
  experiments: {e: {name: /Shared/e, tags: {note: "${var.note}"}}}
  serving_endpoints:
    own:
      name: own
      served_entities:
        - {name: current, entity_name: main.ml.m, entity_version: "@champion", workload_size: Small, scale_to_zero_enabled: true,
           environment_vars: {API_TOKEN: {env: SET_BY_HAND}, OTHER: "{{secrets/scope/key}}"}}
EXTERNAL
"""
MODEL = """\
flavors: {python_function: {loader_module: m, python_version: 3.11.7}}
signature: {inputs: '[{"type": "double", "name": "x", "required": true}]', outputs: '[{"type": "long", "required": true}]'}
"""
FORMS = ("human", "json", "markdown", "html")
READING = [
    ["validate"], ["validate", "-o", "json"], ["drift"], ["drift", "-o", "json"], ["graph"], ["graph", "-o", "json"], ["show"],
    ["show", "-o", "json"], ["show", "serving_endpoint.own"], ["state", "list"], ["state", "show", "serving_endpoint.own"],
    ["state", "pull"], ["history"], ["history", "-o", "json"], ["history", "verify"], ["history", "m", "champion"], ["whoami"],
    ["whoami", "-o", "json"], ["permissions", "--for", "apply"], ["policy", "list"], ["snapshot", "--out", "snapshot.json"],
    ["plan", "--destroy"],
    ["plan", "--snapshot", "snapshot.json"],
    ["diff", "-e", "dev", "-e", "other"],
    ["state", "rebuild", "--dry-run"],
 ["plan", "--steps", "--out", "saved.json"], *(["plan", "-o", form] for form in FORMS),
    *(["show", "saved.json", "-o", form] for form in FORMS), ["ci", "summary", "saved.json"], ["ci", "annotate", "saved.json"],
    ["explain", "serving_endpoint.served_entities"], ["promote", "m", "champion", "2"],
]  # fmt: skip

TELLING = [
    ["ci", "comment", "saved.json", "--labels"], ["ci", "status", "saved.json"], ["ci", "summary", "saved.json"],
    ["ci", "annotate", "saved.json"], ["ci", "approvals", "saved.json", "--out", "approvals.json"],
    ["ci", "status", "saved.json", "--approvals", "approvals.json"], ["ci", "issue", "drift.json"],
    ["ci", "comment", "saved.json", "--approvals", "approvals.json", "-o", "json"],
]  # fmt: skip
FETCH = ["ci", "fetch", "--out", "fetched.json"]

REBUILD = "state rebuild --dry-run"
"""It is refused, since there is a state."""


def song(name):
    """Return a secret of its own."""
    return f"{SONG}-{name}"


def models():
    """Return the settings of each company's models, with a variable for every secret that may be sent in the clear."""
    for name, field in external_model.ExternalModel.model_fields.items():
        if name.endswith("_config"):
            yield (
                name.removesuffix("_config").replace("custom_provider", "custom").replace("_", "-"),
                name,
                settings(inner(field.annotation)),
            )


def inner(annotation):
    """Return the model in an optional field."""
    return next(one for one in annotation.__args__ if one is not type(None))


def settings(model):
    """Return a company's settings."""
    made = {}
    for name, field in model.model_fields.items():
        if name.endswith(PLAINTEXT):
            made[name] = f"{{env: CANARY_{name.upper()}}}"
        elif name.endswith("_auth") and "api_key_auth" not in made:
            made[name] = flow(settings(inner(field.annotation)))
        elif name in FILLED:
            made[name] = FILLED[name]
    return made


def flow(pairs):
    """Return a mapping in YAML's flow style."""
    return f"{{{', '.join(f'{name}: {value}' for name, value in pairs.items())}}}"


def external():
    """Return an endpoint for each company."""
    lines = []
    for provider, name, made in models():
        entity = (
            f"name: served, external_model: {{name: m, provider: {provider}, task: llm/v1/chat, {name}: {flow(made)}}}"
        )
        key = name.removesuffix("_config")
        lines.append(f"    {key}: {{name: {key}, served_entities: [{{{entity}}}]}}")
    return "\n".join(lines)


@pytest.fixture
def heard(capsys, caplog, tmp_path):
    """Return a call that gives back everything that was said and written since the start."""
    caplog.set_level(logging.DEBUG)
    for name in ("databricks.sdk", "urllib3", "requests"):
        caplog.set_level(logging.DEBUG, logger=name)
    said = []

    def everything():
        said.extend(capsys.readouterr())
        said.append(caplog.text)
        files = [path for path in tmp_path.rglob("*") if path.is_file() and ".git" not in path.parts]
        kept = [path.read_bytes().decode("utf-8", "replace") for path in files if "workspace.db" not in path.name]
        return "\n".join([*said, *kept])

    return everything


@pytest.fixture
def secrets(monkeypatch, server):
    """Set every secret, and settings of other programs that hold one."""
    for _, _, made in models():
        for name in (part.strip("{} ").split(" ")[-1] for value in made.values() for part in str(value).split(",")):
            if name.startswith("CANARY_"):
                monkeypatch.setenv(name, song(name))
    token = server.tokens.add("deployer@example.com", song("token"))
    names = {"ACME_TOKEN": token, "SET_BY_HAND": song("hand"), "GITHUB_TOKEN": song("github"), "AWS_SECRET_ACCESS_KEY": song("aws"),
             "HTTPS_PROXY": f"http://user:{song('proxy')}@127.0.0.1:9", "NO_PROXY": "127.0.0.1,localhost",
             "MLPLAN_DEBUG": "1"}  # fmt: skip
    for name, value in names.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def project(server, workspace, secrets, tmp_path, tmp_path_factory, monkeypatch):
    """Return a project in a repository whose remote has a password, with runs that logged what they should not have."""
    root = tmp_path / "project"
    (root / "resources").mkdir(parents=True)
    (root / "mlplan.yaml").write_text(PROJECT.replace("HOST", server.url))
    monkeypatch.chdir(root)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    for words in (["init", "-q"], ["remote", "add", "origin", f"https://ana:{song('git')}@git.example.com/a.git"]):
        subprocess.run(["git", *words], check=True)
    write(root, "VERSION", "1", aliases=False)
    model = tmp_path_factory.mktemp("model")
    (model / "MLmodel").write_text(MODEL)
    (model / "requirements.txt").write_text(
        f"--extra-index-url https://u:{song('index')}@pypi.example.com/simple\nnumpy==2.4.6\n"
    )
    assert run(["apply", "--auto-approve", "--target", "registered_model.*"]) == 0
    for number in (1, 2):
        tags = {
            "mlflow.source.git.repoURL": f"https://{song('repo')}@git.example.com/a.git",
            "mlflow.source.git.commit": "a" * 40,
        }
        params = {"api_key": song(f"param{number}"), "url": f"https://u:{song('url')}@x.example.com/{number}"}
        register(workspace, "main.ml.m", model, Logged(params=params, tags=tags, metrics={"auc": 0.5}), server.clock)
    write(root, "VERSION", "1")
    return root


def write(root, old, new, *, aliases=True):
    """Write the resources."""
    text = RESOURCES.replace(old, new).replace("EXTERNAL", external())
    text = text if aliases else text.replace(", aliases: {champion: 1}", "").partition("  serving_endpoints:")[0]
    (root / "resources" / "main.yaml").write_text(text)


def silent(text):
    """Return the lines around whatever was told."""
    low = text.lower()
    places = [place for place in range(len(low)) if low.startswith(SONG.lower(), place)]
    return [text[max(0, place - 80) : place + 40] for place in places[:5]]


def test_no_command_tells_a_secret(project, heard, server, figure):
    assert run(["apply", "--auto-approve"]) == 0, heard()[-3000:]
    sent = [value for name, value in os.environ.items() if name.startswith("CANARY_")]
    (project / "resources" / "main.yaml").write_text(
        (project / "resources" / "main.yaml").read_text().replace("champion: 1", "champion: 2")
    )
    done = {" ".join(words): run(words) for words in READING}
    assert {words: code for words, code in done.items() if code not in (0, 6) and words != REBUILD} == {}, heard()[
        -3000:
    ]
    assert run(["apply", "saved.json", "--auto-approve"]) == 0, heard()[-3000:]
    assert run(["destroy", "--auto-approve", "--allow-destroy", "*"]) == 5  # a model with versions stays
    text = heard()
    assert silent(text) == []
    assert MASK in text
    figure(
        f"canaries: {len(sent) + 12} secrets, {len(READING) + 4} commands, {len(text)} characters of output, files and logs"
    )


@pytest.mark.parametrize("status", [400, 403, 500])
@pytest.mark.parametrize(
    ("target", "name"),
    [("serving_endpoint.openai", "CANARY_OPENAI_API_KEY_PLAINTEXT"), ("serving_endpoint.own", "hand")],
    ids=["plaintext", "variable"],
)
def test_a_platform_that_repeats_a_secret_is_not_repeated(project, heard, server, status, target, name):
    message = f"bad value {song(name)}, token {song('token')}"
    server.faults.status("POST */serving-endpoints*", status, times=None, message=message)
    assert run(["apply", "--auto-approve", "--target", target]) != 0
    text = heard()
    assert "bad value" in text
    assert silent(text) == []


def test_a_wrong_token_is_not_told(project, heard, monkeypatch):
    monkeypatch.setenv("ACME_TOKEN", song("wrong"))
    for words in (["plan"], ["whoami"], ["apply", "--auto-approve"]):
        assert run(words) != 0
    assert silent(heard()) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{env: CANARY_OPENAI_API_KEY_PLAINTEXT}", song("literal")),
        ("{env: SET_BY_HAND}", song("literal")),
        ("https://models.example.com", f"https://u:{song('login')}@models.example.com"),
        ("name: /Shared/e", f"name: /Shared/e, artifact_location: s3://u:{song('login')}@bucket/x"),
    ],
    ids=["secret-field", "environment-variable", "url", "location"],
)
def test_a_literal_is_refused_and_not_repeated(project, heard, old, new):
    path = project / "resources" / "main.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    check_refused(path, heard)


def test_a_password_in_the_providers_url_is_refused_and_not_repeated(project, heard, server):
    path = project / "mlplan.yaml"
    path.write_text(path.read_text().replace("http://", f"http://u:{song('login')}@"))
    check_refused(path, heard)


def check_refused(path, heard):
    """Assert that the project is refused, and that nothing of what its file holds is told."""
    for words in (["validate"], ["plan"], ["validate", "-o", "json"]):
        assert run(words) == 1
    said = heard().replace(path.read_text(), "")
    assert "MLE206" in said
    assert silent(said) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("note", "dapi0123456789abcdef0123"), ("api_token", song("var")), ("note", f"https://u:{song('var')}@x")],
)
def test_a_variable_that_looks_like_a_secret_is_refused(project, heard, name, value):
    path = project / "mlplan.yaml"
    path.write_text(path.read_text().replace("variables: {", "variables: {api_token: {type: string, default: x}, "))
    assert run(["plan", "--out", "saved.json", "--var", f"{name}={value}"]) == 1
    said = heard()
    assert "MLE206" in said
    assert value not in said


@pytest.fixture
def job(project, monkeypatch, tmp_path, capsys):
    """Return a GitHub whose pull request 7 plans a promotion, with this process a job of it; its files are written."""
    assert run(["apply", "--auto-approve"]) == 0
    (project / "policy.yaml").write_text("approvals:\n  - {name: risk, kinds: [model_alias], users: [ben]}\n")
    (project / "mlplan.yaml").write_text(f"{(project / 'mlplan.yaml').read_text()}policy: policy.yaml\n")
    write(project, "VERSION", "2")
    assert run(["plan", "--out", "saved.json"]) == 0
    capsys.readouterr()
    assert run(["drift", "-o", "json"]) == 0
    (project / "drift.json").write_text(capsys.readouterr().out)
    with GitHubServer(token=song("github")) as github:
        head = github.open_pull(7)
        github.review(7, "ben", "APPROVED", head)
        github.keep_artifact(f"mlplan-plan-dev-{head}", {"plan.json": Path("saved.json").read_bytes()}, head)
        for name, value in github.environ(tmp_path / "event.json", 7).items():
            monkeypatch.setenv(name, value)
        yield github


def heard_on_both_sides(heard, github):
    """Return everything that was said here, and everything that was sent, the header with the token aside."""
    assert github.leaked == []
    return "\n".join([heard(), *(one.rest for one in github.log), *github.fetched])


def test_github_is_told_no_secret(job, heard, figure):
    assert {" ".join(words): run(words) for words in TELLING} == {" ".join(words): 0 for words in TELLING}, heard()
    assert run(FETCH) == 0, heard()
    text = heard_on_both_sides(heard, job)
    assert {one.token for one in job.log} == {job.token}
    assert len(job.fetched) == 1
    assert MASK in job.comments(7)[0]["body"] + text
    assert silent(text) == []
    figure(f"canaries in ci: {len(TELLING) + 1} commands, {len(job.log)} requests, {len(text)} characters")


@pytest.mark.parametrize("status", [302, 401, 403, 404, 422, 500])
def test_a_github_that_repeats_the_token_is_not_repeated(job, heard, monkeypatch, status):
    monkeypatch.setattr("mlplan.core.effect.SystemClock.sleep", lambda *_: None)
    elsewhere = {"location": f"http://127.0.0.1:1/{song('location')}"} if status == 302 else {}
    job.fault("*", status=status, times=1000, message=f"bad token {song('github')}", headers=elsewhere)
    told = [
        words for words in (*TELLING, FETCH) if words[1] not in ("summary", "annotate") and "--approvals" not in words
    ]
    assert 0 not in [run(words) for words in told], heard()
    assert silent(heard_on_both_sides(heard, job)) == []


def test_a_download_that_is_led_elsewhere_takes_no_token_along(job, heard):
    with GitHubServer(token=song("github")) as other:
        job.fault("GET */zip", status=302, headers={"location": f"{other.url}/elsewhere"})
        assert run(["ci", "comment", "saved.json"]) == 0
        assert run(FETCH) == 1
        assert [(one.path, one.token) for one in other.log] == [("/elsewhere", "")]
        assert silent("\n".join(one.rest for one in other.log)) == []
    assert silent(heard_on_both_sides(heard, job)) == []
