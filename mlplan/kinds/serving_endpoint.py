"""Serving endpoint: a REST front for models; it serves version numbers, so mlplan moves it with its alias."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from mlplan.core.kind import Link, Model, Problem, Spec
from mlplan.core.rule import (
    ENGINE,
    IDENTITY,
    IMMUTABLE,
    OPT_IN,
    UNORDERED,
    WRITE_ONLY,
    Computed,
    Fixed,
    Follows,
    Keyed,
    Normal,
    Risky,
)
from mlplan.core.values import Values
from mlplan.kinds.endpoint_paste import flatten, loosen_endpoint, loosen_entity
from mlplan.kinds.endpoint_rules import problems
from mlplan.kinds.external_model import ExternalModel
from mlplan.kinds.gateway import AiGateway
from mlplan.kinds.naming import FullName, Text
from mlplan.kinds.rollout import Rollout
from mlplan.kinds.secret_field import Setting

VERSION_PATTERN = r"^([1-9][0-9]*|@[A-Za-z_][A-Za-z0-9_-]*)$"
NO_UPDATE = "the API has no call that changes it; delete and create the endpoint to do so"


class ServedEntity(Model):
    """One model behind the endpoint, and its share of the traffic."""

    model_config = ConfigDict(json_schema_extra=loosen_entity)

    name: Text = Field(description="The name that traffic and dashboards know it by; the model's own when unset.")
    entity_name: FullName | None = Field(None, description="The registered model: catalog.schema.name.")
    entity_version: Annotated[
        Annotated[str, StringConstraints(pattern=VERSION_PATTERN)] | Annotated[int, Field(ge=1)] | None,
        Normal(str),
        Follows("entity_name"),
        Risky("traffic"),
    ] = Field(None, description='A version number, or "@alias" to serve whatever the alias points at.')
    external_model: ExternalModel | None = Field(None, description="A model that another provider serves.")
    traffic_percentage: Annotated[int, Field(ge=0, le=100), Risky("traffic")] = Field(
        description="Its share of the traffic; all shares add up to 100."
    )
    workload_size: Annotated[Literal["Small", "Medium", "Large"] | None, Computed("Small")] = Field(
        None, description="Concurrency band: Small 4, Medium 8 to 16, Large 16 to 64."
    )
    workload_type: Annotated[
        Literal[
            "CPU", "CPU_MEDIUM", "CPU_LARGE",
            "GPU_SMALL", "GPU_MEDIUM", "GPU_LARGE", "GPU_XLARGE", "GPU_XLARGE_8", "MULTIGPU_MEDIUM",
        ] | None,
        Computed("CPU"),
    ] = Field(None, description="The machine type.")  # fmt: skip
    scale_to_zero_enabled: Annotated[bool | None, Computed(default=False), Risky("traffic")] = Field(
        None, description="Let it sleep without traffic; the next caller waits for a cold start."
    )
    min_provisioned_concurrency: Annotated[int | None, Field(ge=0), Computed()] = Field(
        None, description="Least number of requests in parallel."
    )
    max_provisioned_concurrency: Annotated[int | None, Field(ge=1), Computed()] = Field(
        None, description="Largest number of requests in parallel."
    )
    min_provisioned_throughput: Annotated[int | None, Field(ge=0), Computed()] = Field(
        None, description="Least tokens per second."
    )
    max_provisioned_throughput: Annotated[int | None, Field(ge=0), Computed()] = Field(
        None, description="Largest tokens per second."
    )
    provisioned_model_units: Annotated[int | None, Field(ge=1), Computed()] = Field(
        None, description="Model units of a foundation model."
    )
    burst_scaling_enabled: Annotated[bool | None, WRITE_ONLY] = Field(
        None, description="Allow bursts above the provisioned throughput; the platform takes it and never shows it."
    )
    environment_vars: dict[str, Setting] | None = Field(
        None, description="Environment of the model's process; secrets as {{secrets/scope/key}}."
    )
    instance_profile_arn: Annotated[Text | None, Computed()] = Field(None, description="AWS instance profile.")


class EndpointTag(Model):
    """A tag of the endpoint."""

    key: Text = Field(description="The tag's name.")
    value: str | None = Field(None, description="The tag's value.")


class Notifications(Model):
    """Who hears of updates."""

    on_update_success: Annotated[list[Text] | None, UNORDERED] = Field(None, description="Addresses told of successes.")
    on_update_failure: Annotated[list[Text] | None, UNORDERED] = Field(None, description="Addresses told of failures.")


class ServingEndpoint(Spec):
    """A model serving endpoint."""

    model_config = ConfigDict(json_schema_extra=loosen_endpoint)

    kind = "serving_endpoint"
    plural = "serving_endpoints"
    id_format = "{name}"
    outputs = {"endpoint_id": "The server's own id, which permissions are kept under."}
    permission_type = "serving_endpoint"
    carrier = "tags"
    nested = ("permissions",)
    delete_risk = "outage"

    name: Annotated[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=63)], IDENTITY] = Field(
        description="The endpoint's name, part of its URL."
    )
    served_entities: Annotated[list[ServedEntity], Keyed("name")] = Field(
        min_length=1, description="The models behind it, known by name; their order means nothing."
    )
    tags: Annotated[list[EndpointTag] | None, OPT_IN, Keyed("key")] = Field(
        None, description="All tags of the endpoint."
    )
    ai_gateway: Annotated[AiGateway | None, OPT_IN] = Field(
        None, description="Inference tables, usage tracking, rate limits and guardrails."
    )
    email_notifications: Annotated[Notifications | None, OPT_IN] = Field(None, description="Who hears of updates.")
    route_optimized: Annotated[bool | None, Computed(default=False), IMMUTABLE] = Field(
        None, description="The low-latency network path; can only be chosen at creation."
    )
    description: Annotated[str | None, Fixed(NO_UPDATE)] = Field(None, description="Text for people.")
    budget_policy_id: Annotated[Text | None, Fixed(NO_UPDATE)] = Field(None, description="The budget that pays.")
    rollout: Annotated[Rollout | None, ENGINE] = Field(
        None, description="Move traffic in steps when a served version changes; at once when unset."
    )

    @classmethod
    def desugar(cls, values: Values) -> Values:
        """Accept the API's nested `config` and fill in names and shares that are plain."""
        return flatten(values)

    @classmethod
    def check(cls, values: Values) -> Iterator[Problem]:
        """Refuse what the serving API refuses minutes later."""
        yield from problems(values)

    @classmethod
    def links(cls, values: Values) -> Iterator[Link]:
        """Yield the models that it serves, and the schema of its inference table."""
        for entity in values.get("served_entities") or ():
            if entity.get("entity_name"):
                yield Link("registered_model", entity["entity_name"], contains=False)
        table = (values.get("ai_gateway") or {}).get("inference_table_config") or {}
        if table.get("catalog_name") and table.get("schema_name"):
            yield Link("catalog", table["catalog_name"], contains=False)
            yield Link("schema", f"{table['catalog_name']}.{table['schema_name']}", contains=False)
