"""Snapshot model: what the file of `mlplan snapshot` may hold; it is read through this, and makes its schema."""

from typing import Any, Literal

from pydantic import Field

from mlplan.app.document_model import Count, Digest, Moment, Part, StatePart, Tool

Texts = dict[str, str]


class PlatformPart(Part):
    """The platform that was read."""

    name: str
    version: str
    where: str
    user: str = Field(description="The principal that recorded, as whom a plan from this is made.")
    identity: Texts = Field(description="What else the platform tells of that principal.")
    knows: list[Literal["groups", "versions"]] = Field(description="What the platform tells beside objects.")
    kinds: dict[str, list[Literal["blocks", "refuses", "waits"]]] = Field(description="Its kinds, and their abilities.")


class BoundPart(Part):
    """Digests of what the project said about where to look; a plan from the snapshot must say the same."""

    provider: Digest
    state: Digest


class ObjectPart(Part):
    """An object that was asked for."""

    kind: str
    id: str
    found: "FoundPart | None" = Field(description="Nothing when there is no such object, or it could not be read.")
    unreadable: str | None = Field(description="Why it could not be read.")


class FoundPart(Part):
    """An object as it was."""

    id: str
    values: dict[str, Any]
    outputs: dict[str, Any]
    status: Literal["live", "updating", "failed", "deleted"]


class DatasetPart(Part):
    """A data set that a run logged."""

    name: str
    digest: str
    context: str


class GitPart(Part):
    """The code that a run ran."""

    commit: str
    branch: str
    repository: str
    clean: bool | None


class SignaturePart(Part):
    """What a model takes and returns, as MLflow writes it: each part a list of columns."""

    inputs: list[dict[str, Any]] = []
    outputs: list[dict[str, Any]] = []
    params: list[dict[str, Any]] = []
    is_signature_from_type_hint: bool = False


class EvidencePart(Part):
    """A model version, as far as the platform tells."""

    full_name: str
    version: int
    status: str
    created_at: float | None
    created_by: str
    run_id: str
    run_url: str
    source: str
    digest: str
    tags: Texts
    aliases: list[str]
    metrics: dict[str, float | Literal["nan", "inf", "-inf"]]
    params: Texts
    datasets: list[DatasetPart]
    git: GitPart
    signature: SignaturePart | None
    requirements: list[str] | None
    python_version: str
    mlflow_version: str
    unknown: dict[
        Literal["run", "metrics", "params", "datasets", "git", "signature", "requirements", "environment"], str
    ]


class VersionPart(Part):
    """A version that was asked for."""

    model: str
    version: int
    found: EvidencePart | None = Field(description="Nothing when there is no such version, or it could not be read.")
    unread: str | None = Field(description="Why nothing is known of it.")


class ModelPart(Part):
    """All versions of a model, without their runs and files."""

    model: str
    versions: list[EvidencePart]


class GroupPart(Part):
    """A name that was looked up among groups."""

    name: str
    members: list[str] | None = Field(description="Nothing when the platform knows no such group.")


class HeldPart(Part):
    """A move of an alias, from the ledger."""

    id: str
    time: str
    verb: str
    who: str
    before: dict[str, Any]
    after: dict[str, Any]


class LedgerPart(Part):
    """What the ledger of one environment tells of aliases."""

    environment: str
    damaged: bool
    moves: list[HeldPart]


class SnapshotDocument(Part):
    """A recording of mlplan: all that a plan of the project read, so that it can be made without the platform."""

    format_version: Literal["1.0"]
    tool: Tool
    project: str
    environment: str
    platform: PlatformPart
    bound: BoundPart
    state: StatePart
    resources: list[dict[str, Any]] = Field(description="The entries of state, each with its `address`.")
    pending: list[dict[str, Any]] = Field(description="Steps that a stopped run began.")
    ledgers: list[LedgerPart]
    objects: list[ObjectPart]
    versions: list[VersionPart]
    models: list[ModelPart]
    groups: list[GroupPart]
    left_out: Count = Field(description="Objects that a pull request may ask for and that were too many to read.")
    created: Moment
    digest: Digest = Field(description="sha256 of the canonical JSON of everything else.")
