"""Evidence: what is known of one model version, and what is not, each with its reason.

A provider fills in what it can read. Whatever it cannot stands in `unknown` with the reason, so that
nobody takes a missing piece for a good one.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple

from mlplan.core.secret import masked
from mlplan.core.values import Values

Piece = Literal["run", "metrics", "params", "datasets", "git", "signature", "requirements", "environment"]
READY = "READY"


class Dataset(NamedTuple):
    """A data set that a run logged; equal digests mean equal data."""

    name: str
    digest: str
    context: str = ""
    """What it was for: training, evaluation."""


class Git(NamedTuple):
    """The code that a run ran."""

    commit: str = ""
    branch: str = ""
    repository: str = ""
    clean: bool | None = None
    """Whether the tree had no uncommitted changes; None when the run does not say."""


NO_GIT = Git()


@dataclass(frozen=True, slots=True)
class VersionEvidence:
    """One registered version of a model, as far as its platform tells."""

    full_name: str
    version: int
    status: str = READY
    created_at: float | None = None
    """Seconds since the epoch."""
    created_by: str = ""
    run_id: str = ""
    run_url: str = ""
    """Where a person looks at the run; empty when there is no such place."""
    source: str = ""
    """Where it was registered from, such as `models:/m-...` or a directory."""
    digest: str = ""
    """sha256 over the model's files, where the platform knows it."""
    tags: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    metrics: Mapping[str, float] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    datasets: tuple[Dataset, ...] = ()
    git: Git = NO_GIT
    signature: Values | None = None
    """`inputs`, `outputs` and `params` as MLflow writes them; None when the model has none."""
    requirements: tuple[str, ...] | None = None
    """Lines of requirements.txt; None when the model lists none."""
    python_version: str = ""
    mlflow_version: str = ""
    unknown: Mapping[Piece, str] = field(default_factory=dict)
    """What could not be read, each with the reason."""

    def __post_init__(self) -> None:
        """Mask what looks like a secret: plans and snapshots keep evidence, and runs log whatever they were given."""
        for name in ("tags", "params"):
            pairs: Mapping[str, str] = getattr(self, name)
            object.__setattr__(self, name, {key: masked(value, key) for key, value in pairs.items()})
        if self.requirements is not None:
            object.__setattr__(self, "requirements", tuple(map(masked, self.requirements)))
        object.__setattr__(self, "source", masked(self.source))
        object.__setattr__(self, "git", self.git._replace(repository=masked(self.git.repository)))

    def as_json(self) -> dict[str, Any]:
        """Return the form that plan documents carry."""
        made = asdict(self)
        made["datasets"] = [one._asdict() for one in self.datasets]
        made["git"] = self.git._asdict()
        made["aliases"] = list(self.aliases)
        made["requirements"] = None if self.requirements is None else list(self.requirements)
        return {**made, "tags": dict(self.tags), "metrics": dict(self.metrics), "params": dict(self.params)}
