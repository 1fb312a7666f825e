"""Town: a team's repository, its GitHub and its workspace, all on this machine, and what people do there."""

import io
import json
import os
import subprocess
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import yaml
from repository import MAIN, Repository
from workflow import Event, Job, Played, Runner

from mlplan.core.effect import SystemClock
from mlplan.core.values import Values
from mlplan.providers.local import outside
from mlplan.providers.local.register import Logged, register
from mlplan.providers.local.workspace import Workspace
from mlplan.testing.forge import GitHubServer
from mlplan.testing.server import Server

HERE = Path(__file__).parents[2]
EXAMPLES = HERE / "examples" / "github" / "workflows"
REPOSITORY = "acme/fraud"
ENVIRONMENTS = ("staging", "prod")
LISTED = "environment: [dev, staging, prod]"
JOB = "job"
"""Who asks GitHub for a job's own token, which the workspace's server plays as well."""
PLANNER = "plan-identity"
KEYS = {"AWS_ACCESS_KEY_ID": "owner", "AWS_SECRET_ACCESS_KEY": "of the owner"}
KEYS_OF_BOTO3 = {name.lower(): value for name, value in KEYS.items()}
OWNER = "olga@example.com"
BUCKET, REGION = "acme-mlplan-state", "us-east-1"
PROJECT = """\
project: fraud
default_environment: staging
environments:
  staging: {provider: {databricks: {host: "HOST"}}}
  prod: {provider: {databricks: {host: "HOST"}}, protected: true}
state: {s3: {bucket: acme-mlplan-state, region: us-east-1, endpoint_url: "STORE"}}
policy: policy.yaml
"""
RESOURCES = """\
resources:
  catalogs:
    main: {name: "${environment.name}"}
  schemas:
    ml: {catalog_name: "${resources.catalogs.main.name}", name: ml}
  registered_models:
    fraud_score:
      catalog_name: ${resources.catalogs.main.name}
      schema_name: ${resources.schemas.ml.name}
      name: fraud_score
      tags: {team: risk}
      grants: [{principal: scoring-service, privileges: [EXECUTE]}]
"""
SERVING = """\
resources:
  serving_endpoints:
    fraud_score:
      name: fraud-score-${environment.name}
      served_entities:
        - name: current
          entity_name: ${resources.registered_models.fraud_score.full_name}
          entity_version: "@champion"
          traffic_percentage: 100
          workload_size: Small
          scale_to_zero_enabled: false
"""
POLICY = """\
gates:
  - {model: "*.fraud_score", alias: champion, environments: [prod], metric: auc, min: FLOOR}
approvals:
  - {name: model risk, environments: [prod], kinds: [model_alias], users: [rosa]}
"""
MODEL = """\
flavors:
  python_function: {loader_module: mlflow.sklearn, python_version: 3.11.7}
signature:
  inputs: '[{"type": "double", "name": "amount", "required": true}]'
  outputs: '[{"type": "long", "required": true}]'
"""
AUC = (0.87, 0.92, 0.61)
"""Of the versions 1, 2 and 3."""


class Around(NamedTuple):
    """What a town is in: the workspace behind its server, a store for state, mlplan, and the environments it works with."""

    workspace: Workspace
    store: str
    program: Path
    environments: tuple[str, ...] = ENVIRONMENTS


class Town:
    """Everything that the story happens in."""

    def __init__(self, root: Path, server: Server, github: GitHubServer, around: Around) -> None:
        self.root, self.server, self.github = root, server, github
        self.workspace, self.store, program, environments = around
        self.environments = environments
        self.program, self.job_token = program, server.tokens.add(JOB)
        self.repository = Repository(root)
        self.branches: dict[int, str] = {}
        for name in (PLANNER, *map(writer, environments)):
            server.tokens.client(name)
        actions = {
            "acme/mlplan/.github/actions/mlplan": self._install,
            "actions/checkout": self._checkout,
            "actions/upload-artifact": self._upload,
            "aws-actions/configure-aws-credentials": self._sign_in,
        }
        self.runner = Runner(
            root / "runs", os.environ["PATH"], actions, self._token, self._identity,
            {"GITHUB_API_URL": github.url, "GITHUB_SERVER_URL": "https://github.com"}, REPOSITORY, self._variables,
        )  # fmt: skip

    def found(self) -> None:
        """Start the project: made by its owner, with version 1 of the model in both environments, and then guarded."""
        self.repository.commit(MAIN, self.files(), "olga")
        self.by_hand("apply", "--auto-approve")
        (self.root / "MLmodel").write_text(MODEL, encoding="utf-8")
        for environment in self.environments:
            for auc in AUC:
                logged = Logged(metrics={"auc": auc})
                register(self.workspace, f"{environment}.ml.fraud_score", self.root, logged, SystemClock())
        aliases = {f"environments/{one}.yaml": champion(1) for one in self.environments}
        self.repository.commit(MAIN, {"resources/serving.yaml": SERVING, **aliases}, "olga")
        self.by_hand("apply", "--auto-approve")
        recorded = self.by_hand("snapshot", "--out", "snapshot.json", keep="snapshot.json")
        snapshots = {f"snapshots/{name}.json": text for name, text in recorded.items()}
        self.repository.commit(MAIN, {"policy.yaml": policy(), **snapshots}, "olga")

    def files(self) -> dict[str, str]:
        """Return the project as its owner wrote it, with the workflows copied as the README says."""
        project = PROJECT.replace("HOST", self.server.url).replace("STORE", self.store)
        listed = f"environment: [{', '.join(self.environments)}]"
        copied = {
            f".github/workflows/{path.name}": path.read_text(encoding="utf-8").replace(LISTED, listed)
            for path in EXAMPLES.glob("*.yml")
        }
        return {"mlplan.yaml": project, "resources/main.yaml": RESOURCES, "policy.yaml": "gates: []\n", **copied}

    def by_hand(self, *words: str, keep: str = "") -> dict[str, str]:
        """Run a command of the owner's in every environment, at main; return what it printed, or wrote to `keep`."""
        return {environment: self.by_owner(environment, *words, keep=keep) for environment in self.environments}

    def by_owner(self, environment: str, *words: str, keep: str = "") -> str:
        """Run a command of the owner's in one environment, at main."""
        place = self.root / f"by-hand-{len(list(self.root.iterdir()))}"
        self.repository.checkout(MAIN, place)
        owner = {"PATH": self._path(), "HOME": str(self.root), "DATABRICKS_TOKEN": self.server.token, **KEYS}
        done = subprocess.run(
            ["mlplan", *words, "-e", environment], cwd=place, env=owner, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return (place / keep).read_text(encoding="utf-8") if keep else done.stdout

    def open(self, number: int, files: dict[str, str], who: str, fork: str = "") -> None:
        """Open a pull request."""
        branch = self.branches[number] = f"change-{number}"
        sha = self.repository.commit(branch, files, who)
        self.github.open_pull(number, author=who, fork=fork)
        self.github.written[number].clear()
        self.github.push(number, who, sha)

    def push(self, number: int, files: dict[str, str], who: str) -> None:
        """Add a commit to a pull request."""
        self.github.push(number, who, self.repository.commit(self.branches[number], files, who))

    def plan(self, number: int) -> list[Job]:
        """Let the workflows that a pull request starts run."""
        pull = self.github.pulls[number]
        merged = self.repository.trial(number, self.branches[number])
        self.github.trial_merge(number, merged)
        payload = {"action": "synchronize", "number": number, "pull_request": pull}
        event = Event("pull_request", merged, f"refs/pull/{number}/merge", payload, MAIN, self.branches[number])
        return self._play("plan.yml", event, merged)

    def review(self, number: int, who: str, state: str = "APPROVED") -> list[Job]:
        """Let somebody review a pull request as it is now, and the workflows run that this starts."""
        pull = self.github.pulls[number]
        self.github.review(number, who, state, pull["head"]["sha"])
        payload = {"action": "submitted", "review": {"state": state.lower()}, "pull_request": pull}
        merged = self.repository.trial(number, self.branches[number])
        event = Event("pull_request_review", merged, f"refs/pull/{number}/merge", payload, MAIN, self.branches[number])
        return self._play("review.yml", event, merged)

    def merge(self, number: int) -> str:
        """Merge a pull request as one commit, and return it."""
        sha = self.repository.squash(self.branches[number], "github")
        return self.github.merge(number, sha)

    def pushed(self) -> list[Job]:
        """Let the workflows that a push to main starts run, for its last commit."""
        sha = self.repository.head()
        return self._play("apply.yml", Event("push", sha, f"refs/heads/{MAIN}", {"after": sha}), sha)

    def nightly(self) -> list[Job]:
        """Let the workflows that the clock starts run."""
        sha = self.repository.head()
        return self._play("drift.yml", Event("schedule", sha, f"refs/heads/{MAIN}", {"schedule": "daily"}), sha)

    def plan_kept(self, number: int, environment: str) -> dict[str, Any]:
        """Return the newest plan that a run of a pull request kept."""
        name = f"mlplan-plan-{environment}-{self.github.pulls[number]['head']['sha']}"
        newest = max(one["id"] for one in self.github.artifacts if one["name"] == name)
        with zipfile.ZipFile(io.BytesIO(self.github.archives[newest])) as archive:
            return json.loads(archive.read("plan.json"))

    def apply_without_approvals(self, number: int, environment: str) -> subprocess.CompletedProcess[str]:
        """Run the last command of apply.yml as its identity, at the trial merge, without what the step before it makes."""
        place = self.root / f"without-{number}"
        place.mkdir()
        self.repository.checkout(f"refs/pull/{number}/merge", place / "merged")
        (place / "plan.json").write_text(json.dumps(self.plan_kept(number, environment)), encoding="utf-8")
        steps = yaml.safe_load((EXAMPLES / "apply.yml").read_text(encoding="utf-8"))["jobs"]["apply"]["steps"]
        [command] = [step["run"] for step in steps if step["name"] == "Apply it"]
        job = Job("apply", {}, place, {})
        signed_in = {
            "PATH": self._path(), "HOME": str(place), "ENVIRONMENT": environment,
            "DATABRICKS_AUTH_TYPE": "github-oidc", "DATABRICKS_CLIENT_ID": writer(environment), **KEYS,
        }  # fmt: skip
        signed_in |= self._identity(job, Event("push", "", "", {}))
        words = ["bash", "-e", "-c", command.replace(" --approvals approvals.json", "")]
        return subprocess.run(words, cwd=place, env=signed_in, check=False, capture_output=True, text=True)

    def alias(self, environment: str) -> int:
        """Return the version that the alias points to on the workspace."""
        return int(self._live("model_alias", f"{environment}.ml.fraud_score@champion")["version"])

    def serves(self, environment: str) -> int:
        """Return the version that the endpoint serves."""
        [entity] = self._live("serving_endpoint", f"fraud-score-{environment}")["served_entities"]
        return int(entity["entity_version"])

    def tags(self, environment: str) -> dict[str, str]:
        """Return the tags of the model that are not mlplan's own."""
        found = self._live("registered_model", f"{environment}.ml.fraud_score")["tags"]
        return {name: value for name, value in found.items() if not name.startswith("mlplan.")}

    def move(self, environment: str, version: int) -> None:
        """Move the alias by hand, past everybody."""
        outside.set_fields(
            self.workspace, "model_alias", f"{environment}.ml.fraud_score@champion", {"version": str(version)}
        )

    def ledger(self, environment: str) -> list[dict[str, Any]]:
        """Return what the ledger of an environment holds, which nobody has changed."""
        self.by_owner(environment, "history", "verify")
        return json.loads(self.by_owner(environment, "history", "-o", "json"))["records"]

    def states(self) -> dict[str, str]:
        """Return the version of every object in the bucket."""
        client = boto3.client("s3", region_name=REGION, endpoint_url=self.store, **KEYS_OF_BOTO3)
        found = client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return {one["Key"]: one["ETag"] for one in found}

    def writes(self) -> list[str]:
        """Return the requests that may have changed the workspace, with who made them."""
        return [f"{one.principal} {one.call}" for one in self.server.log.writing()]

    def _live(self, kind: str, id_: str) -> Values:
        row = self.workspace.find(kind, id_)
        assert row is not None, id_
        return row.values

    def _play(self, file: str, event: Event, commit: str) -> list[Job]:
        place = self.root / f"workflow-{self.runner.runs}"
        self.repository.checkout(commit, place)
        done = self.runner.play(place / ".github" / "workflows" / file, event)
        return [one for one in done if one.conclusion != "skipped"]

    def _path(self) -> str:
        return f"{self.program.parent}{os.pathsep}{os.environ['PATH']}"

    def _install(self, played: Played, given: dict[str, str]) -> None:
        assert not list(played.job.place.iterdir()), "something is checked out already"
        played.more["PATH"] = self._path()

    def _checkout(self, played: Played, given: dict[str, str]) -> None:
        assert given["persist-credentials"] == "false"
        self.repository.checkout(given.get("ref", played.event.sha), played.job.place / given["path"])

    def _sign_in(self, played: Played, given: dict[str, str]) -> None:
        assert played.job.permissions["id-token"] == "write"
        assert given["aws-region"] == REGION
        played.more |= {"AWS_ACCESS_KEY_ID": given["role-to-assume"], "AWS_SECRET_ACCESS_KEY": "of the hour"}

    def _upload(self, played: Played, given: dict[str, str]) -> None:
        path = played.job.place / given["path"]
        pull = played.event.payload.get("pull_request")
        head = pull["head"]["sha"] if pull else played.event.sha
        self.github.keep_artifact(
            given["name"], {path.name: path.read_bytes()}, head,
            workflow=f".github/workflows/{played.file}", event=played.event.name,
        )  # fmt: skip

    def _token(self, permissions: dict[str, str], event: Event) -> str:
        return self.github.reader if foreign(event) else self.github.token

    def _identity(self, job: Job, event: Event) -> dict[str, str]:
        assert not foreign(event), "GitHub gives a fork's job no identity"
        asked = f"{self.server.url}/__mlplan/id-token?run=1"
        return {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": self.job_token, "ACTIONS_ID_TOKEN_REQUEST_URL": asked}

    def _variables(self, environment: str) -> dict[str, str]:
        known = {
            "MLPLAN_ALLOWED_HOSTS": self.server.url, "MLPLAN_PLAN_CLIENT_ID": PLANNER,
            "MLPLAN_STATE_READER_ROLE": "reader-of-state", "MLPLAN_STATE_REGION": REGION,
        }  # fmt: skip
        own = {"MLPLAN_APPLY_CLIENT_ID": writer(environment), "MLPLAN_STATE_WRITER_ROLE": "writer-of-state"}
        return known | (own if environment else {})


def foreign(event: Event) -> bool:
    """Tell whether a fork's pull request is what happened."""
    pull = event.payload.get("pull_request")
    return bool(pull) and pull["head"]["repo"]["full_name"] != REPOSITORY


def writer(environment: str) -> str:
    """Return the identity that may write in an environment."""
    return f"apply-identity-{environment}"


def champion(version: int) -> str:
    """Return the overlay of an environment."""
    return f"resources:\n  registered_models:\n    fraud_score:\n      aliases: {{champion: {version}}}\n"


def policy(floor: float = 0.85) -> str:
    """Return the policy: what a champion must reach, and who must agree."""
    return POLICY.replace("FLOOR", str(floor))
