"""Identity: who acts in the workspace, and which of the needed privileges it is known to lack."""

from collections.abc import Iterator

from mlplan.core.errors import Denied
from mlplan.core.values import Values
from mlplan.kinds.grants import ALL, APART
from mlplan.kinds.naming import principal
from mlplan.providers.databricks.client import Client
from mlplan.providers.databricks.grants import TYPES
from mlplan.providers.databricks.handler import UC, path
from mlplan.providers.databricks.privileges import Need

COLLECTIONS = {"catalog": "catalogs", "schema": "schemas", "volume": "volumes", "registered_model": "models"}
EVERYONE = "account users"


def lacking(client: Client, me: Values, needs: list[Need]) -> list[str] | None:
    """Return what the principal lacks on objects of Unity Catalog that exist; None when it may not even ask.

    Workspace objects, the metastore, and what is not there yet are not looked into.
    """
    names = {principal(str(me.get("userName"))), *(str(one.get("display")) for one in me.get("groups") or ()), EVERYONE}
    owned: set[str] = set()
    found: list[str] = []
    try:
        for need in needs:
            if need.kind in COLLECTIONS:
                found += _lacks(client, need, names, owned)
    except Denied:
        return None
    return found


def _lacks(client: Client, need: Need, names: set[str], owned: set[str]) -> Iterator[str]:
    """Yield the privileges that nobody among these names holds on an object; owners hold all."""
    raw = client.find(path(f"{UC}/{COLLECTIONS[need.kind]}", need.id))
    if raw is None:
        return
    above = (need.id.rsplit(".", depth)[0] for depth in range(need.id.count(".") + 1))
    if principal(str(raw.get("owner"))) in names or owned.intersection(above):
        owned.add(need.id)
        return
    held = _held(client, need, names)
    for privilege in need.privileges:
        if privilege not in held and (ALL not in held or privilege in APART):
            yield f"{privilege} on {need.kind} {need.id}"


def _held(client: Client, need: Need, names: set[str]) -> set[str]:
    """Return the privileges on an object, inherited ones included."""
    at = path(f"{UC}/effective-permissions", TYPES.get(need.kind, need.kind), need.id)
    return {
        str(one["privilege"])
        for page in client.pages(at, "privilege_assignments", {"max_results": 0})
        for row in page
        if principal(row["principal"]) in names
        for one in row.get("privileges") or ()
    }
