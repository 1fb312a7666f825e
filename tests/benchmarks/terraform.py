"""Terraform: the same resource bodies in `terraform_data`, so that both tools do their core work and nothing else."""

import json
import os
import shutil
from pathlib import Path

from measure import Sample, TooSlowError, once, several

from mlplan.config.project import load

PER_FILE = 20
PATIENCE = 240


def program() -> str | None:
    """Return the binary on PATH."""
    return shutil.which("terraform")


def translate(project: Path, target: Path) -> int:
    """Write every resource of a project, nested ones included, as one `terraform_data`; return how many there are."""
    declaration = load(project).declaration
    assert declaration is not None
    bodies = [(address.replace(".", "_"), resource.values) for address, resource in declaration.resources.items()]
    target.mkdir()
    for start in range(0, len(bodies), PER_FILE):
        part = {name: {"input": _escaped(values)} for name, values in bodies[start : start + PER_FILE]}
        document = {"resource": {"terraform_data": part}}
        (target / f"part_{start:06}.tf.json").write_text(json.dumps(document, indent=1))
    (target / "cli.tfrc").write_text("")
    return len(bodies)


def run(where: Path, *words: str, runs: int = 1) -> Sample | None:
    """Return what a Terraform command took, or None when it took too long."""
    environ = {
        **os.environ,
        "TF_CLI_CONFIG_FILE": str(where / "cli.tfrc"),
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
    }
    try:
        return several(runs, ["terraform", *words], where, seconds=PATIENCE, environ=environ)
    except TooSlowError:
        return None


def prepare(where: Path) -> None:
    """Initialise; `terraform_data` is built in, so nothing is fetched."""
    once(
        ["terraform", "init", "-input=false"],
        where,
        environ={**os.environ, "TF_CLI_CONFIG_FILE": str(where / "cli.tfrc")},
    )


def _escaped(value: object) -> object:
    """Return the value with Terraform's own templates made literal."""
    if isinstance(value, str):
        return value.replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    return [_escaped(item) for item in value] if isinstance(value, list) else value
