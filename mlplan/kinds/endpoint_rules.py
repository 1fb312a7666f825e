"""Endpoint rules: what the serving API refuses, said before anything is sent."""

from collections.abc import Iterator

from mlplan.core.kind import Problem
from mlplan.core.secret import is_reference, looks_secret
from mlplan.core.values import Unknown, Values


def problems(values: Values) -> Iterator[Problem]:
    """Yield what is wrong with an endpoint whose fields are each valid."""
    entities = values.get("served_entities") or []
    for place, entity in enumerate(entities):
        yield from _entity_problems(("served_entities", place), entity)
    total = sum(entity.get("traffic_percentage") or 0 for entity in entities)
    if total != 100:  # noqa: PLR2004 - per cent
        yield Problem(
            ("served_entities",), f"traffic_percentage adds up to {total}, not 100", "change the shares so that they do"
        )
    table = (values.get("ai_gateway") or {}).get("inference_table_config") or {}
    if table.get("enabled") and not (table.get("catalog_name") and table.get("schema_name")):
        yield Problem(
            ("ai_gateway", "inference_table_config"),
            "an enabled inference table needs a catalog_name and a schema_name",
            "add both",
        )


def _entity_problems(path: tuple[str | int, ...], entity: Values) -> Iterator[Problem]:
    """Yield what is wrong with one served entity."""
    if bool(entity.get("entity_name")) == bool(entity.get("external_model")):
        yield Problem(path, "a served entity is either an entity_name or an external_model", "set exactly one of them")
    if entity.get("entity_name") and not entity.get("entity_version"):
        yield Problem(path, "entity_name needs an entity_version", 'add a number, or "@champion" to follow the alias')
    if entity.get("workload_size") and entity.get("max_provisioned_concurrency"):
        yield Problem(
            (*path, "workload_size"),
            "workload_size and max_provisioned_concurrency exclude each other",
            "keep one of them",
        )
    for name, setting in (entity.get("environment_vars") or {}).items():
        if not isinstance(setting, str) or isinstance(setting, Unknown) or is_reference(setting):
            continue
        if looks_secret(name, setting):
            yield Problem(
                (*path, "environment_vars", name),
                f"{name} looks like a secret and is written in the clear",
                "use {{secrets/scope/key}}, or {env: NAME} to send a variable's content",
            )
