"""Gateway: what stands in front of an endpoint: inference tables, limits, guardrails."""

from typing import Annotated, Literal

from pydantic import Field

from mlplan.core.kind import Model
from mlplan.core.rule import UNORDERED, Computed, Keyed
from mlplan.kinds.naming import Principal, Text, UcName


class InferenceTable(Model):
    """The table that requests and answers are logged to."""

    catalog_name: UcName | None = Field(None, description="The table's catalog.")
    schema_name: UcName | None = Field(None, description="The table's schema.")
    table_name_prefix: Annotated[UcName | None, Computed()] = Field(None, description="The start of the table's name.")
    enabled: bool = Field(description="Whether requests are logged.")


class UsageTracking(Model):
    """The system tables of usage."""

    enabled: bool = Field(description="Whether usage is tracked.")


class Fallback(Model):
    """What happens when a served entity fails."""

    enabled: bool = Field(description="Whether another entity answers in its place.")


class RateLimit(Model):
    """So many calls or tokens in a period."""

    key: Literal["user", "endpoint", "user_group", "service_principal"] | None = Field(
        None, description="What is counted together; the endpoint when unset."
    )
    principal: Principal | None = Field(None, description="The user, group or service principal it is for.")
    renewal_period: Literal["minute"] = Field(description="The period.")
    calls: Annotated[int | None, Field(ge=0)] = Field(None, description="Calls in a period.")
    tokens: Annotated[int | None, Field(ge=0)] = Field(None, description="Tokens in a period.")


class Pii(Model):
    """What happens to personal data."""

    behavior: Literal["NONE", "BLOCK", "MASK"] = Field(description="Let it pass, block or mask it.")


class GuardrailSide(Model):
    """Checks on one side of the model."""

    safety: bool | None = Field(None, description="Filter unsafe content.")
    pii: Pii | None = Field(None, description="Personal data.")
    invalid_keywords: Annotated[list[Text] | None, UNORDERED] = Field(None, description="Words that block a request.")
    valid_topics: Annotated[list[Text] | None, UNORDERED] = Field(None, description="Topics that are allowed.")


class Guardrails(Model):
    """Checks before and after the model."""

    input: GuardrailSide | None = Field(None, description="On what goes in.")
    output: GuardrailSide | None = Field(None, description="On what comes out.")


class AiGateway(Model):
    """Databricks AI Gateway."""

    inference_table_config: InferenceTable | None = Field(None, description="Log requests and answers to a table.")
    usage_tracking_config: UsageTracking | None = Field(None, description="Track usage in system tables.")
    rate_limits: Annotated[list[RateLimit] | None, Keyed("key", "principal")] = Field(
        None, description="Limits, one per key and principal."
    )
    guardrails: Guardrails | None = Field(None, description="Checks of contents.")
    fallback_config: Fallback | None = Field(None, description="What happens when an entity fails.")
