"""Register: hand every trained version of ../models to an environment, as the training jobs would.

On Databricks this is `mlflow.register_model`; on the embedded workspace it is `mlplan local register`.

    python train/register.py prod
"""

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def command(environment: str, workspace: str, version: Path) -> list[str]:
    """Return the call that registers one version with its run."""
    run = json.loads((version / "run.json").read_text(encoding="utf-8"))
    made = ["mlplan", "local", "register", "-e", workspace, f"{environment}.ml.{version.parent.name}"]
    return [*made, "--from", str(version.relative_to(ROOT)), *logged(run)]


def logged(run: dict) -> Iterator[str]:
    """Yield the options that tell what a run logged."""
    commit = run["tags"].pop("mlflow.source.git.commit", "")
    if commit:
        yield from ("--git-commit", commit)
    for option, values in (("--metric", run["metrics"]), ("--param", run["params"]), ("--tag", run["tags"])):
        for name, value in values.items():
            yield from (option, f"{name}={value}")
    for one in run["inputs"]:
        yield from ("--dataset", f"{one['name']}={one['digest']}:{one['context']}")


def main(environment: str, workspace: str = "") -> None:
    """Register the versions in the order in which they were trained; `workspace` is where, by another environment."""
    for version in sorted(ROOT.glob("models/*/v*"), key=lambda path: (path.parent.name, int(path.name[1:]))):
        words = command(environment, workspace or environment, version)
        print("$", shlex.join(words[:8]), "...", flush=True)
        subprocess.run(words, cwd=ROOT, check=True)


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["dev"]))
