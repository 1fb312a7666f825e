"""Endpoint ready: when an endpoint serves what it was told to, and why it does not."""

from contextlib import suppress

from mlplan.core.change import Status
from mlplan.core.errors import NotReady, PlatformError
from mlplan.core.values import Values
from mlplan.providers.databricks.client import SERVING, Client
from mlplan.providers.databricks.endpoint_form import entities
from mlplan.providers.databricks.handler import path

FAILED = ("UPDATE_FAILED", "UPDATE_CANCELED")
TAIL = 20
"""Lines of a build log that are shown."""
DEPLOYING = ("DEPLOYMENT_CREATING", "DEPLOYMENT_RECOVERING")


def status(raw: Values) -> Status:
    """Return what an endpoint is doing; a configuration that is pending means that it is still moving."""
    state = raw.get("state") or {}
    if state.get("config_update") in FAILED:
        return "failed"
    deploying = any(
        (one.get("state") or {}).get("deployment") in DEPLOYING for one in entities(raw.get("config") or {})
    )
    moving = state.get("config_update") == "IN_PROGRESS" or bool(raw.get("pending_config"))
    return "updating" if moving or (deploying and state.get("ready") != "READY") else "live"


def is_ready(raw: Values) -> bool:
    """Tell whether an endpoint serves the last configuration that it was given: both of its fields must say so."""
    return status(raw) == "live" and (raw.get("state") or {}).get("ready", "READY") == "READY"


def moving_to(raw: Values) -> Values:
    """Return the configuration that an endpoint serves, or is moving to."""
    pending: Values = raw.get("pending_config") or {}
    serving: Values = raw.get("config") or {}
    return {**serving, **pending} if status(raw) == "updating" and pending else serving


def failure(client: Client, name: str, raw: Values) -> NotReady:
    """Return why an update failed, with what the platform says and the end of the build log."""
    state = (raw.get("state") or {}).get("config_update") or "it is not ready"
    pending = entities(raw.get("pending_config") or {}) or entities(raw.get("config") or {})
    failed = [one for one in pending if (one.get("state") or {}).get("deployment") == "DEPLOYMENT_FAILED"] or pending
    said = [text for one in failed if (text := (one.get("state") or {}).get("deployment_state_message"))]
    logs = [log for one in failed if one.get("entity_name") and (log := _log(client, name, str(one.get("name"))))]
    text = "\n".join([f"endpoint {name} did not become ready: {state}", *said, *logs])
    return NotReady(text, hint="the endpoint is left as it is, and goes on serving what it served before")


def _log(client: Client, name: str, entity: str) -> str:
    """Return the end of an entity's build log; nothing when there is none to read."""
    with suppress(PlatformError):
        logs = str(client.get(path(SERVING, name, "served-models", entity, "build-logs")).get("logs") or "")
        lines = logs.rstrip().splitlines()[-TAIL:]
        return "\n".join([f"build log of {entity}, its last {len(lines)} lines:", *lines]) if lines else ""
    return ""
