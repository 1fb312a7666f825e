"""Serving: endpoints follow aliases, log what they are asked, stay awake, and serve what is ready."""

from collections.abc import Iterator

from pydantic import Field

from mlplan.core.evidence import READY
from mlplan.core.kind import Model
from mlplan.core.values import Values
from mlplan.policy.reading import entities
from mlplan.policy.rule import Seen, Verdict, failed, passed, rule, unknown

ENDPOINT = ("serving_endpoint",)


class Latency(Model):
    """Which endpoints cannot wait for a cold start."""

    tags: dict[str, str] = Field(
        {"latency": "critical"}, description="An endpoint with any of these tags is critical; every one when empty."
    )


@rule("MLP010", "endpoints follow an alias instead of a version number", "resource", kinds=ENDPOINT)
def follows_alias(seen: Seen) -> Iterator[Verdict]:
    """Judge how an endpoint says which versions it serves."""
    served = entities(seen.values)
    fixed = [one for one in served if not str(one.get("entity_version", "")).startswith("@")]
    for one in fixed[:1]:
        told = f"{one.get('name', one['entity_name'])} serves version {one.get('entity_version')} by its number"
        yield failed(told, hint='write `entity_version: "@champion"`, so that a promotion moves it')
    if served and not fixed:
        yield passed()


@rule("MLP011", "endpoints log requests to an inference table", "resource", kinds=ENDPOINT)
def logs_requests(seen: Seen) -> Iterator[Verdict]:
    """Judge whether an endpoint's inference table is on."""
    if not entities(seen.values):
        return
    table = (seen.values.get("ai_gateway") or {}).get("inference_table_config") or {}
    if table.get("enabled") is True:
        yield passed()
    else:
        hint = (
            "add `ai_gateway: {inference_table_config: {..., enabled: true}}`; what was not logged cannot be monitored"
        )
        yield failed("the endpoint logs no requests", hint=hint)


@rule(
    "MLP012", "latency-critical endpoints do not scale to zero", "resource",
    level="deny", kinds=ENDPOINT, options=Latency,
)  # fmt: skip
def stays_awake(seen: Seen) -> Iterator[Verdict]:
    """Judge whether a critical endpoint may fall asleep."""
    if not _critical(seen.values, seen.options.tags):
        return
    asleep = [one for one in seen.values.get("served_entities") or () if one.get("scale_to_zero_enabled") is True]
    for one in asleep[:1]:
        told = f"{one.get('name', 'an entity')} may scale to zero, and the next caller waits for a cold start"
        yield failed(told, hint="set `scale_to_zero_enabled: false`")
    if not asleep:
        yield passed()


@rule("MLP013", "traffic goes to versions that are ready", "promotion", level="deny", everywhere=True)
def serves_ready(seen: Seen) -> Iterator[Verdict]:
    """Judge the versions that get traffic once the endpoints have followed the alias."""
    served = [one for one in seen.subject.get("endpoints") or () if one.get("traffic_after")]
    states = {(str(one.get("id", one.get("address"))), one.get("to")): _status(seen, one) for one in served}
    waiting = sorted((name, number, state) for (name, number), state in states.items() if state not in (READY, None))
    blind = sorted(name for (name, _), state in states.items() if state is None)
    if waiting:
        name, number, state = waiting[0]
        yield failed(f"{name} would send traffic to v{number}, which is {state}", hint="wait until it is READY")
    elif blind:
        yield unknown(f"the status of the version that {blind[0]} would serve is not known")
    elif served:
        yield passed()


def _critical(values: Values, tags: dict[str, str]) -> bool:
    """Tell whether an endpoint bears one of the tags; with no tags to look for, each is critical."""
    borne = {one.get("key"): one.get("value") for one in values.get("tags") or ()}
    return not tags or any(borne.get(key) == value for key, value in tags.items())


def _status(seen: Seen, endpoint: Values) -> str | None:
    """Return the status of the version that an endpoint will serve, as far as it is known."""
    versions: Values = seen.subject.get("versions") or {}
    status: str | None = (versions.get(str(endpoint.get("to"))) or {}).get("status")
    return status
