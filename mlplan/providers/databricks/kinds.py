"""Kinds: what a Databricks workspace has handlers for, each imported when it is first used."""

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from mlplan.providers.databricks.handler import DatabricksHandler, Reach

HANDLERS: Mapping[str, str] = {
    "catalog": "CatalogHandler",
    "schema": "SchemaHandler",
    "volume": "VolumeHandler",
    "experiment": "ExperimentHandler",
    "registered_model": "RegisteredModelHandler",
    "model_alias": "ModelAliasHandler",
    "grants": "GrantsHandler",
    "permissions": "PermissionsHandler",
    "serving_endpoint": "ServingEndpointHandler",
}
"""Kind, and its class in the module of its name."""


def handler_of(kind: str, reach: Reach) -> DatabricksHandler:
    """Return the handler of one of the HANDLERS."""
    made = getattr(import_module(f"mlplan.providers.databricks.{kind}"), HANDLERS[kind])
    return cast("DatabricksHandler", made(reach))
