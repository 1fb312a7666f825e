"""Serving endpoint: one object behind five calls without a transaction, of which each edit makes only those it needs.

Cheap calls go first (tags, gateway), then the configuration that takes minutes, then notifications.
Whatever fails, the endpoint is never deleted: it goes on serving what it served before.
"""

import os
from collections.abc import Iterable, Sequence
from typing import cast

from mlplan.core.change import Object
from mlplan.core.errors import Invalid, NotFound, NotReady
from mlplan.core.provider import Edit
from mlplan.core.secret import reveal
from mlplan.core.values import Values
from mlplan.providers.databricks.client import SERVING
from mlplan.providers.databricks.endpoint_form import config_body, flat, split, without_secrets
from mlplan.providers.databricks.endpoint_ready import failure, is_ready, moving_to, status
from mlplan.providers.databricks.handler import DatabricksHandler, path, touched
from mlplan.providers.databricks.listing import Look
from mlplan.providers.databricks.shaping import merged
from mlplan.providers.databricks.wait import once_free

PATIENCE = 35 * 60.0
"""Seconds that an update may take."""
POLL = (2.0, 15.0)
"""The first and the longest pause between two looks, in seconds."""
ON_CREATE = ("name", "tags", "ai_gateway", "email_notifications", "route_optimized", "description", "budget_policy_id")
LISTS = ("on_update_success", "on_update_failure")


class ServingEndpointHandler(DatabricksHandler):
    """Serving endpoints."""

    kind = "serving_endpoint"

    def read(self, id: str) -> Object | None:  # noqa: A002 - the word of the house
        """Return the endpoint with the configuration that it serves or is moving to, or None when there is none."""
        raw = self.client.find(path(SERVING, id))
        return None if raw is None else self._object(id, raw)

    def gathered(self, look: Look, ids: Sequence[str]) -> Iterable[Object]:
        """Return those of the endpoints that exist, one by one: a list shows neither traffic nor sizes."""

        def one(id_: str) -> Object | None:
            raw = look.once(("endpoint", id_), lambda: self.client.find(path(SERVING, id_)))
            return None if raw is None else self._object(id_, raw, look)

        return [found for found in look.each(one, ids) if found is not None]

    def carrying(self, key: str, value: str) -> Iterable[Object]:
        """Return the endpoints that carry this tag: one list, and a read for each, as lists show neither traffic nor sizes."""
        listed = self.client.get(SERVING).get("endpoints") or ()
        tagged = [str(raw["name"]) for raw in listed if {"key": key, "value": value} in (raw.get("tags") or ())]
        return [found for found in self.reach.looks.each(self.read, tagged) if found is not None]

    def create(self, id: str, desired: Values) -> Object:  # noqa: A002
        """Begin to make the endpoint; `wait` tells when it serves."""
        body = {name: desired[name] for name in ON_CREATE if name in desired}
        raw = self.client.write("POST", SERVING, _revealed({**body, "config": split(desired["served_entities"])}))
        return self._object(id, raw, None, desired)

    def update(self, id: str, edit: Edit) -> Object:  # noqa: A002
        """Make the calls that the edit needs, each against what is there at that moment."""
        names = touched(edit)
        raw = self._need(id)
        if "tags" in names:
            self._tag(id, raw, edit.desired)
        if "ai_gateway" in names:
            self._gateway(id, raw, edit)
        if "served_entities" in names:
            self._configure(id, edit)
        if "email_notifications" in names:
            self._notify(id, raw, edit)
        return self.settled(id, edit) if names else self._object(id, raw)

    def delete(self, id: str, recorded: Values) -> None:  # noqa: A002, ARG002
        """Take the endpoint down."""
        self.client.remove(path(SERVING, id))

    def wait(self, id: str) -> Object:  # noqa: A002
        """Return once the endpoint serves what it was told to; NotReady with the platform's reason when it fails."""
        clock = self.reach.clock
        deadline = clock.monotonic() + PATIENCE
        pause, longest = POLL
        while True:
            raw = self._need(id)
            if is_ready(raw):
                return self._object(id, raw)
            if status(raw) == "failed":
                raise failure(self.client, id, raw)
            if clock.monotonic() + pause > deadline:
                state = raw.get("state") or {}
                hint = "it may still become ready; the next apply goes on waiting"
                raise NotReady(f"endpoint {id} is not ready after {PATIENCE / 60:.0f} minutes: {state}", hint=hint)
            clock.sleep(pause)
            pause = min(pause * 1.5, longest)

    def _tag(self, id: str, raw: Values, desired: Values) -> None:  # noqa: A002
        """Send the difference between the tags that are there and the desired ones."""
        live = {tag["key"]: tag.get("value") or "" for tag in raw.get("tags") or ()}
        wanted = {tag["key"]: tag.get("value") or "" for tag in desired.get("tags") or ()}
        add = [{"key": key, "value": value} for key, value in wanted.items() if live.get(key) != value]
        gone = [key for key in live if key not in wanted]
        body = ({"add_tags": add} if add else {}) | ({"delete_tags": gone} if gone else {})
        if body:
            self.client.write("PATCH", path(SERVING, id, "tags"), body)

    def _gateway(self, id: str, raw: Values, edit: Edit) -> None:  # noqa: A002
        """Replace the gateway; an empty one takes it away."""
        rules = self.shape["ai_gateway"]
        assert rules.shape is not None
        named = [field.path[1:] for field in edit.fields if field.path[0] == "ai_gateway"]
        body = merged(raw.get("ai_gateway") or {}, edit.desired.get("ai_gateway") or {}, rules.shape, named)
        self.client.write("PUT", path(SERVING, id, "ai-gateway"), _revealed(body))

    def _configure(self, id: str, edit: Edit) -> None:  # noqa: A002
        """Replace the configuration, once no other update is under way."""
        named = [field.path for field in edit.fields]

        def send() -> Values:
            config = moving_to(self._need(id))
            body = config_body(config, edit.desired, self.shape, named)
            return self.client.write("PUT", path(SERVING, id, "config"), _revealed(body))

        once_free(self.reach.clock, send, PATIENCE, POLL[1])

    def _notify(self, id: str, raw: Values, edit: Edit) -> None:  # noqa: A002
        """Replace who hears of updates; empty lists take everyone off."""
        live, wanted = raw.get("email_notifications") or {}, edit.desired.get("email_notifications") or {}
        body = {**live, **{name: wanted.get(name) or [] for name in LISTS}}
        self.client.write("PATCH", path(SERVING, id, "notifications"), {"email_notifications": body})

    def _need(self, id: str) -> Values:  # noqa: A002
        """Return what the API says of an endpoint that must be there."""
        raw = self.client.find(path(SERVING, id))
        if raw is None:
            raise NotFound(f"endpoint {id} does not exist")
        return raw

    def _object(self, id: str, raw: Values, look: Look | None = None, known: Values | None = None) -> Object:  # noqa: A002
        """Return an endpoint as the API shows it; secrets stand as they are declared."""
        if known is None:
            why = look.wanted.get(self.kind, {}).get(id) if look else self.reach.looks.wanted(self.kind, id)
            known = (why.declared or why.recorded if why else None) or {}
        values = without_secrets(flat(raw, moving_to(raw), self.shape), known)
        outputs = {"endpoint_id": str(raw["id"])} if raw.get("id") else {}
        return Object(id, self.spec.canonical(values), outputs, status(raw))


def _revealed(body: Values) -> Values:
    """Return a body with the contents of its `{env: NAME}` variables; this is the only place that holds them."""
    try:
        return cast("Values", reveal(body, os.environ))
    except KeyError as error:
        raise Invalid(f"the variable {error.args[0]} is not set", code="MLE547", hint="set it for apply") from error
