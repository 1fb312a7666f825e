"""Evidence: what every provider makes of the things that MLflow keeps: pieces, git tags, metrics."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from mlplan.core.evidence import Git, Piece

OF_RUN: tuple[Piece, ...] = ("run", "metrics", "params", "datasets", "git")
"""What only the run behind a version tells."""
OF_FILES: tuple[Piece, ...] = ("signature", "requirements", "environment")
"""What only the model's files tell."""
NOT_LISTED: Mapping[Piece, str] = dict.fromkeys((*OF_RUN, *OF_FILES), "a list of versions does not tell it")
NO_RUN = "the version names no run"
CONTEXT_TAG = "mlflow.data.context"
"""The tag of a run's data set that says what it was for."""
COMMIT_TAG = "mlflow.source.git.commit"
BRANCH_TAG = "mlflow.source.git.branch"
REPOSITORY_TAG = "mlflow.source.git.repoURL"
DIRTY_TAG = "mlflow.source.git.dirty"
FOLDER_TAGS = {
    COMMIT_TAG: "mlflow.databricks.gitRepoCommit",
    BRANCH_TAG: "mlflow.databricks.gitRepoReference",
    REPOSITORY_TAG: "mlflow.databricks.gitRepoUrl",
}
"""What stands instead of MLflow's own tags when a notebook ran from a Git folder."""


def git(tags: Mapping[str, str]) -> Git:
    """Return the code that a run ran, as its tags tell; empty where they do not."""
    commit, branch, repository = (tags.get(own) or tags.get(other, "") for own, other in FOLDER_TAGS.items())
    clean = {"false": True, "true": False}.get(tags.get(DIRTY_TAG, "").lower())
    return Git(commit, branch, repository, clean)


def finite(metrics: Iterable[tuple[str, Any]]) -> tuple[dict[str, float], str]:
    """Return the metrics that are numbers, and why others are left out: no plan can compare or hold them."""
    given = {name: float(value) for name, value in metrics}
    left_out = [f"{name} is {value}" for name, value in given.items() if not math.isfinite(value)]
    return {name: value for name, value in given.items() if math.isfinite(value)}, ", ".join(left_out)
