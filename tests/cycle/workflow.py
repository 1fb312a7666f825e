"""Workflow: the jobs of a workflow file, and their commands run in order as a runner of GitHub's would."""

import hashlib
import itertools
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import expression
import yaml

PATIENCE = 120


@dataclass(frozen=True)
class Event:
    """What happened, and what GitHub tells of it."""

    name: str
    sha: str
    ref: str
    payload: dict
    base_ref: str = ""
    head_ref: str = ""


@dataclass
class Step:
    """A step that was played."""

    name: str
    outcome: str
    env: dict = field(default_factory=dict)
    code: int = 0
    out: str = ""
    err: str = ""


@dataclass
class Job:
    """A job that was played, or would have been: one that is skipped has no steps."""

    name: str
    matrix: dict
    place: Path
    permissions: dict
    steps: list[Step] = field(default_factory=list)
    conclusion: str = "skipped"

    def step(self, name: str) -> Step:
        return next(one for one in self.steps if one.name == name)

    @property
    def told(self) -> str:
        """Everything that it printed."""
        return "\n".join(f"[{one.name}: {one.outcome} {one.code}]\n{one.out}{one.err}" for one in self.steps)

    @property
    def summary(self) -> str:
        path = self.place.parent / "summary.md"
        return path.read_text(encoding="utf-8") if path.exists() else ""


@dataclass
class Runner:
    """Plays workflows; `actions` by their names play what `uses:` names, `github` is what each job is told of GitHub."""

    root: Path
    path: str
    actions: dict[str, Any]
    token: Any
    """token(permissions) -> the job's own token."""
    identity: Any
    """identity(job, event) -> variables with which a job that may asks for its OIDC token."""
    urls: dict[str, str]
    repository: str
    variables: Any
    """variables(environment) -> the `vars` that a job in that GitHub environment sees."""
    runs: int = 0

    def play(self, file: Path, event: Event) -> list[Job]:
        """Play every job of a workflow, one after the other, as often as its matrix says."""
        workflow = yaml.safe_load(file.read_text(encoding="utf-8"))
        self.runs += 1
        done = []
        for name, block in workflow["jobs"].items():
            for matrix in combinations(block):
                done.append(self._job(workflow["name"], file.name, name, block, matrix, event))
                if done[-1].conclusion == "failure" and fails_fast(block):
                    break
        return done

    def _job(self, workflow, file, name, block, matrix, event):
        place = self.root / f"run{self.runs}-{name}-{'-'.join(matrix.values())}" / "workspace"
        place.mkdir(parents=True)
        job = Job(name, matrix, place, block["permissions"])
        played = Played(self, job, block, event, workflow, file)
        if expression.holds(block.get("if"), played.contexts, played.functions):
            for step in block["steps"]:
                job.steps.append(played.step(step))
            job.conclusion = "failure" if played.failed else "success"
        return job


class Played:
    """One job while it runs."""

    def __init__(self, runner, job, block, event, workflow, file):
        self.runner, self.job, self.block, self.event = runner, job, block, event
        self.workflow, self.file = workflow, file
        self.failed = False
        self.more: dict[str, str] = {}
        """What actions add to the environment of the steps after them."""
        self.functions = {
            "always": lambda: True,
            "cancelled": lambda: False,
            "failure": lambda: self.failed,
            "success": lambda: not self.failed,
            "hashFiles": self.hash_files,
        }
        self.token = runner.token(job.permissions, event)
        self.contexts = {"matrix": job.matrix, "github": self.github(), "vars": {}, "runner": {}}
        environment = self.filled(block.get("environment", ""))
        self.contexts["vars"] = runner.variables(environment)

    def github(self):
        event = self.event
        told = {"event": event.payload, "event_name": event.name, "sha": event.sha, "ref": event.ref}
        return told | {
            "base_ref": event.base_ref, "head_ref": event.head_ref, "repository": self.runner.repository,
            "token": self.token, "run_id": str(self.runner.runs), "workflow": self.workflow,
        }  # fmt: skip

    def filled(self, text):
        return expression.fill(text, self.contexts, self.functions)

    def hash_files(self, *patterns):
        found = [path for one in patterns for path in self.job.place.glob(one)]
        data = b"".join(path.read_bytes() for path in sorted(found))
        return hashlib.sha256(data).hexdigest() if found else ""

    def step(self, step):
        if not expression.holds(step.get("if"), self.contexts, self.functions):
            return Step(step["name"], "skipped")
        done = self.used(step) if "uses" in step else self.ran(step)
        self.failed |= done.outcome == "failure" and not step.get("continue-on-error", False)
        return done

    def used(self, step):
        name, _, commit = step["uses"].partition("@")
        assert len(commit) == 40, step["uses"]
        given = {key: self.filled(value) for key, value in step.get("with", {}).items()}
        self.runner.actions[name](self, given)
        return Step(step["name"], "success")

    def ran(self, step):
        env = self.environment(step)
        script = self.job.place.parent / f"step{len(self.job.steps)}.sh"
        script.write_text(step["run"], encoding="utf-8")
        done = subprocess.run(
            ["bash", "-e", script],
            cwd=self.job.place, env=env, check=False, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        outcome = "failure" if done.returncode else "success"
        return Step(step["name"], outcome, env, done.returncode, done.stdout, done.stderr)

    def environment(self, step):
        """Return the variables of a step: nothing of this machine's but where programs are."""
        temp = self.job.place.parent
        payload = temp / "event.json"
        payload.write_text(json.dumps(self.event.payload), encoding="utf-8")
        event, run = self.event, self.runner
        given = {
            "PATH": run.path, "HOME": str(temp), "LANG": "C.UTF-8", "CI": "true", "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.job.place), "GITHUB_REPOSITORY": run.repository, "GITHUB_SHA": event.sha,
            "GITHUB_REF": event.ref, "GITHUB_BASE_REF": event.base_ref, "GITHUB_HEAD_REF": event.head_ref,
            "GITHUB_EVENT_NAME": event.name, "GITHUB_EVENT_PATH": str(payload), "GITHUB_RUN_ID": str(run.runs),
            "GITHUB_RUN_ATTEMPT": "1", "GITHUB_WORKFLOW": self.workflow, "GITHUB_JOB": self.job.name,
            "GITHUB_WORKFLOW_REF": f"{run.repository}/.github/workflows/{self.file}@{event.ref}",
            "GITHUB_STEP_SUMMARY": str(temp / "summary.md"), "GITHUB_OUTPUT": str(temp / "output"),
            "GITHUB_ENV": str(temp / "env"), "GITHUB_PATH": str(temp / "path"), "RUNNER_TEMP": str(temp),
        }  # fmt: skip
        if self.job.permissions.get("id-token") == "write":
            given |= run.identity(self.job, event)
        blocks = (self.block.get("env", {}), step.get("env", {}))
        said = {name: self.filled(value) for block in blocks for name, value in block.items()}
        return given | run.urls | self.more | said


def combinations(block):
    """Return what each instance of a job sees as `matrix`."""
    axes = block.get("strategy", {}).get("matrix", {})
    return [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]


def fails_fast(block):
    """Tell whether the instances of a job after one that failed are not tried."""
    return block.get("strategy", {}).get("fail-fast", True)
