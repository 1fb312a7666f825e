"""Document model: what the JSON documents may hold; saved plans are read through it, and it makes the schemas."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from mlplan.core.plan import Verb
from mlplan.core.rollout import Standing

Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Moment = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
Action = Literal["no-op", "create", "update", "replace", "delete", "restore", "import", "forget", "move"]
Count = Annotated[int, Field(ge=0)]


class Part(BaseModel):
    """A strict part of a document: nothing unknown, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


class Place(Part):
    """A place in the user's files; lines and columns count from 1, and 0 means that it is not known."""

    file: str
    line: int
    column: int
    text: str


class Finding(Part):
    """A diagnostic."""

    code: str = Field(description="The stable code; `mlplan explain CODE` tells more.")
    severity: Literal["error", "warning", "note"]
    summary: str
    detail: str
    address: str
    hint: str
    source: Place | None


class FieldPart(Part):
    """One field that changes."""

    path: str = Field(description="The field; items of keyed lists by their key: served_entities[current].name.")
    before: Any = Field(description="What is there now.")
    after: Any = Field(description="What shall be there; null when it goes, or when only apply can tell.")
    recorded: Any = Field(description="What was last applied.")
    cause: Literal["config", "drift", "both"] = Field(description="Who made the difference.")
    replaces: bool = Field(description="The change of this field replaces the object.")
    known_after_apply: str | None = Field(description="The references whose values only apply can tell.")
    note: str


class ChangePart(Part):
    """What happens to one resource."""

    address: str = Field(description="The resource's address, kind.key.")
    kind: str
    id: str = Field(description="The platform's own name of the object.")
    before_id: str | None = Field(description="Its name until now, when it is renamed.")
    action: Action
    risk: Literal["data_loss", "outage", "access", "traffic", "safe"]
    reason: str
    fields: list[FieldPart]
    moved_from: str | None
    create_first: bool
    after: list[str] = Field(description="Addresses whose changes come first.")
    blocked: str | None = Field(description="Why apply refuses this change, and what lifts it.")
    held: str | None = Field(description="Why it is left for a later apply: a rollout that is under way.")


class StepPart(Part):
    """One thing to do."""

    number: int
    verb: Verb
    address: str
    needs: list[int] = Field(description="Steps that must have succeeded before.")


class Tool(Part):
    """The program that wrote the document."""

    name: Literal["mlplan"]
    version: str


class ProviderPart(Part):
    """The platform that was read."""

    name: str
    version: str
    where: str


class OptionsPart(Part):
    """What the command line asked for beyond the configuration."""

    targets: list[str]
    excludes: list[str]
    adopt: list[str]
    take_over: list[str]
    allow_destroy: list[str]
    abort_rollout: list[str]
    restart_rollout: list[str]
    variables: dict[str, str] = Field(description="Variables given as --var; applying the plan needs them again.")


class ConfigPart(Part):
    """The configuration that was planned."""

    digest: Digest = Field(description="sha256 over files, policy, rules of plugins, options and variables.")
    files: list[str]
    plugins: dict[str, str] = Field(description="Versions of the distributions whose rules the policy names.")


class GitPart(Part):
    """Where the project's files stood in git."""

    commit: str
    clean: bool


class StatePart(Part):
    """The state that was planned from; an empty lineage means that there was none, and is a value too."""

    lineage: str
    serial: Count


class Summary(Part):
    """The number of changes per action."""

    create: Count
    update: Count
    replace: Count
    delete: Count
    restore: Count
    import_: Count = Field(alias="import")
    forget: Count
    move: Count
    no_op: Count = Field(alias="no-op")
    unselected: Count = Field(description="Changes that --target and --exclude leave for another time.")
    blocked: Count = Field(description="Changes that apply refuses.")
    held: Count = Field(description="Changes that a rollout leaves for a later apply.")


class MovePart(Part):
    """A served entity on its way from a version to another."""

    entity: str
    from_version: str
    to_version: str
    beside: str = Field(description="The name under which the new version is served meanwhile.")


class RolloutStepPart(Part):
    """A share of the traffic and how long it stays."""

    percent: int
    duration: str


class RolloutPart(Part):
    """An endpoint whose traffic moves step by step."""

    address: str
    id: str
    standing: Standing = Field(description="What this plan does: move traffic, wait, or return to the start.")
    entities: list[MovePart]
    steps: list[RolloutStepPart]
    before: int = Field(description="The share in per cent that the new version has now.")
    percent: int = Field(description="The share that it has after this plan.")
    due: float | None = Field(description="When the next step may be taken, in seconds since the epoch.")
    why: str = Field(description="What it waits for, beside time.")


class PeoplePart(Part):
    """Who may agree: any of the users, and whoever is in any of the teams."""

    users: list[str]
    teams: list[str] = Field(description="Each as organization/team.")


class ApprovalPart(Part):
    """People who must agree to changes before they are applied."""

    name: str
    from_: PeoplePart = Field(alias="from")
    count: Annotated[int, Field(ge=1)] = Field(description="How many of them it takes.")
    addresses: list[str] = Field(description="The changes that it takes them for.")
    author: Literal["excluded", "allowed"] = Field(description="Whether whoever wrote the change may be one of them.")
    distinct: bool = Field(description="Nobody who is counted for it is counted for another one.")


class PlanDocument(Part):
    """A saved plan of mlplan: what apply would do, and everything that it was made from."""

    format_version: Literal["1.0"]
    tool: Tool
    project: str
    environment: str
    protected: bool
    mode: Literal["apply", "destroy"]
    provider: ProviderPart
    options: OptionsPart
    config: ConfigPart
    git: GitPart | None
    state: StatePart
    reads: dict[str, str] = Field(description="A digest of each object as it was read, or `absent`, by kind:id.")
    changes: list[ChangePart] = Field(description="Everything but no-ops, worst risk first.")
    steps: list[StepPart]
    summary: Summary
    rollouts: list[RolloutPart]
    evidence: dict[str, dict[str, Any]] = Field(description="What speaks for and against each move, by model@alias.")
    access: dict[str, Any] = Field(description="Who gains and who loses what, and what nobody could tell.")
    policy: list[dict[str, Any]] = Field(description="What each rule says of the plan.")
    approvals: list[ApprovalPart] = Field(description="Who has to agree to the plan, by the policy.")
    snapshot: str = Field(description="Digest of the recording that was read instead of the platform, or nothing.")
    snapshot_time: str = Field(description="When that recording was made, or nothing.")
    diagnostics: list[Finding]
    created: Moment
    expires: Moment
    digest: Digest = Field(description="sha256 of the canonical JSON of everything else.")


class ValidateDocument(Part):
    """What `mlplan validate` found."""

    format_version: Literal["1.0"]
    valid: bool
    project: str | None
    environment: str | None
    resources: Count | None
    files: list[str] | None
    diagnostics: list[Finding]


class DriftPart(Part):
    """One object that is not as it was last applied."""

    address: str
    kind: str
    id: str
    status: Literal["gone", "deleted", "changed", "skew"]
    fields: list[FieldPart]


class DriftDocument(Part):
    """What `mlplan drift` found: `before` is what was applied, `after` what is there."""

    format_version: Literal["1.0"]
    project: str
    environment: str
    state: StatePart
    drifted: list[DriftPart]
    diagnostics: list[Finding]


class EntryPart(Part):
    """One object that the project owns, as it was last applied."""

    address: str
    kind: str
    id: str
    values: dict[str, Any]
    outputs: dict[str, Any]
    needs: list[str]
    protect: bool


class StateDocument(Part):
    """What `mlplan show` tells of state."""

    format_version: Literal["1.0"]
    project: str
    environment: str
    state: StatePart
    resources: list[EntryPart]


class DonePart(Part):
    """What became of one step."""

    number: int
    verb: str
    address: str
    status: Literal["done", "failed", "unknown", "skipped"]
    message: str


class ApplyDocument(Part):
    """What `mlplan apply` or `mlplan destroy` did."""

    format_version: Literal["1.0"]
    project: str
    environment: str
    status: Literal["nothing to do", "applied", "partly applied", "failed", "declined", "refused", "denied"]
    state: StatePart
    steps: list[DonePart]
    summary: Summary
    diagnostics: list[Finding]
