"""Policy file: what `policy.yaml` may hold; `policy` reads it, and `schema` makes its JSON Schema."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from mlplan.core.kind import Model
from mlplan.core.policy import Level, Reading, Subject

Act = Literal["create", "update", "replace", "delete", "restore", "import", "forget", "move"]
Risk = Literal["data_loss", "outage", "access", "traffic", "safe"]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=600)]
Patterns = list[Name]

_ENVIRONMENTS = "Where it applies: names or patterns of environments."
_RESOURCES = "What it is about: addresses or patterns such as serving_endpoint.*."
_UNKNOWN = "deny: what cannot be known counts as failed. allow: it is reported and stops nothing."


class RuleBlock(Model):
    """How one rule is set within a scope."""

    level: Level | None = Field(None, description='"off" (quoted), warn or deny; the rule\'s own when unset.')
    environments: Patterns = Field([], description=f"{_ENVIRONMENTS} Where the rule applies on its own when empty.")
    resources: Patterns = Field([], description=f"{_RESOURCES} Everything when empty.")
    unknown: Reading = Field("deny", description=_UNKNOWN)
    options: dict[str, Any] = Field({}, description="The rule's own options; `mlplan explain CODE` lists them.")


class HeldBlock(Model):
    """An alias that a version must have held."""

    environment: Name | None = Field(None, description="Where; the environment of the plan when unset.")
    alias: Name | None = Field(None, description="The alias; the gate's own when unset.")
    at_least: str | None = Field(None, description="For how long without a break: 90s, 30m, 24h or 7d.")


class GateBlock(Model):
    """What the promotion of an alias must fulfil: exactly one of `metric`, `held` and `tag`."""

    alias: Name = Field("*", description="The alias that moves, or a pattern.")
    model: Name = Field("*", description="The model's full name, or a pattern.")
    environments: Patterns = Field([], description=f"{_ENVIRONMENTS} All of them when empty.")
    level: Literal["warn", "deny"] = Field("deny", description="What a failure means.")
    unknown: Reading = Field("deny", description=_UNKNOWN)
    metric: Name | None = Field(None, description="A metric of the new version, as its run logged it.")
    min: float | None = Field(None, description="The least value of the metric.")
    max: float | None = Field(None, description="The largest value of the metric.")
    max_drop: float | None = Field(None, ge=0, description="By how much it may fall below the version in place.")
    max_rise: float | None = Field(None, ge=0, description="By how much it may rise above the version in place.")
    same_data: bool | None = Field(None, description="Figures that are not of the same data count as unknown.")
    held: HeldBlock | None = Field(None, description="An alias that the version must have held before.")
    tag: dict[Name, str] | None = Field(None, min_length=1, description="Tags that the version must have.")


class CustomBlock(Model):
    """A rule of the project's own: an expression that must hold."""

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=False)

    code: Name = Field(description="Its code, such as ACME001; MLP and MLE are mlplan's own.")
    title: Text = Field(description="What must hold, in words.")
    level: Level = Field("deny", description='"off" (quoted), warn or deny.')
    subject: Subject = Field(alias="for", description="What it looks at, one at a time.")
    when: Text | None = Field(None, description="An expression: only where it holds is the rule asked.")
    check: Text = Field(description="The expression that must hold.")
    message: Text | None = Field(None, description="What to say when it does not; the title when unset.")
    hint: Text | None = Field(None, description="What to do then.")
    environments: Patterns = Field([], description=f"{_ENVIRONMENTS} All of them when empty.")
    resources: Patterns = Field([], description=f"{_RESOURCES} Everything when empty.")
    unknown: Reading = Field("deny", description=_UNKNOWN)


class ExceptionBlock(Model):
    """A failure that is accepted for a reason, and until a day."""

    rule: Name = Field(description="The rule's code.")
    resource: Name = Field(description="The address that results name, or a pattern; * for a plan as a whole.")
    environments: Patterns = Field([], description=f"{_ENVIRONMENTS} All of them when empty.")
    reason: Text = Field(description="Why it is accepted.")
    expires: Name = Field(description='The last day on which it holds, in UTC and quoted: "2026-12-31".')
    approved_by: Name | None = Field(None, description="Who accepted it.")


class ApprovalBlock(Model):
    """People who must agree to changes before they are applied."""

    name: Name = Field(description="What they answer for, such as model risk.")
    users: list[Name] = Field([], description="Accounts at the code host, any of whom may agree.")
    teams: list[Name] = Field([], description="Teams whose members may agree, each as organization/team.")
    count: int = Field(1, ge=1, le=20, description="How many of them it takes.")
    environments: Patterns = Field([], description=f"{_ENVIRONMENTS} All of them when empty.")
    kinds: list[Name] = Field([], description="Kinds of resources whose changes it takes; all when empty.")
    resources: Patterns = Field([], description=f"{_RESOURCES} Everything when empty.")
    actions: list[Act] = Field([], description="What happens to them, such as delete; everything when empty.")
    risks: list[Risk] = Field([], description="What is at stake; everything when empty.")
    allow_author: bool = Field(False, description="Whoever wrote the change may agree to it, too.")  # noqa: FBT003
    distinct: bool = Field(False, description="Nobody who is counted for it is counted for another one.")  # noqa: FBT003


class PolicyFile(Model):
    """A policy file, with the forms of `rules` left to its reader."""

    rules: dict[Name, Any] = Field(
        {}, description="Rules by code: a level, a block, or blocks of which the first fits."
    )
    gates: list[GateBlock] = Field([], description="What promotions must fulfil.")
    custom: list[CustomBlock] = Field([], description="Rules of the project's own.")
    exceptions: list[ExceptionBlock] = Field([], description="Failures that are accepted for a while.")
    approvals: list[ApprovalBlock] = Field([], description="Who must agree to which changes.")
    plugins: list[Name] = Field([], description="Installed distributions whose rules are loaded; no other is.")


class PolicyDocument(PolicyFile):
    """The file that `policy:` in mlplan.yaml names."""

    model_config = ConfigDict(title="mlplan policy")

    rules: dict[Name, Level | RuleBlock | list[RuleBlock]] = Field(
        {}, description="Rules by code: a level, a block, or blocks of which the first whose scope fits counts."
    )
