"""Groups: who is in them, as the workspace's directory (SCIM) tells.

One request per group. A member is a number and a name for people, which is what grants call it for groups
only: users and service principals that do not show as an address take one request each. A group stays
unknown when it cannot be read or does not stand alone under its name, when it shows no members to someone
who does not administer the workspace, and when there are more than MOST to ask about.

[unverified]: that the members of account groups show in every workspace that they are assigned to.
"""

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from typing import NamedTuple

from mlplan.core.errors import PlatformError
from mlplan.core.values import Values
from mlplan.kinds.naming import principal
from mlplan.providers.databricks.client import Client
from mlplan.providers.databricks.handler import path

SCIM = "/api/2.0/preview/scim/v2"
ADMINS = "admins"
MOST = 200
"""So many members of one group are asked about one by one."""
NAMED = {"Users": "userName", "ServicePrincipals": "applicationId", "Groups": "displayName"}
"""What grants call a principal, by its sort."""


class Member(NamedTuple):
    """A member as its group shows it."""

    sort: str
    number: str
    display: str

    @property
    def name(self) -> str:
        """Return what grants call it; empty when only its own page tells."""
        return self.display if self.sort == "Groups" or (self.sort == "Users" and "@" in self.display) else ""


def members(
    client: Client, pool: Executor, groups: Iterable[str], *, administers: bool
) -> Mapping[str, frozenset[str]]:
    """Return the direct members of each group that is known."""
    names = list(dict.fromkeys(groups))
    found = {
        name: listed
        for name, listed in zip(names, pool.map(lambda name: _listed(client, name), names), strict=True)
        if listed is not None and (listed or administers)
    }
    asked = {name: [one for one in listed if not one.name] for name, listed in found.items()}
    people = list(dict.fromkeys(one for those in asked.values() if len(those) <= MOST for one in those))
    called = dict(zip(people, pool.map(lambda one: _called(client, one), people), strict=True))
    told = {name: [one.name or called.get(one, "") for one in listed] for name, listed in found.items()}
    return {name: frozenset(map(principal, those)) for name, those in told.items() if all(those)}


def _listed(client: Client, name: str) -> list[Member] | None:
    """Return the members that a group shows; None when it cannot be told which group it is, or it cannot be read."""
    query = {"filter": f"displayName eq {json.dumps(name, ensure_ascii=False)}", "attributes": "id,displayName,members"}
    try:
        answer = client.get(f"{SCIM}/Groups", query)
    except PlatformError:
        return None
    groups = [one for one in answer.get("Resources") or () if one.get("displayName") == name]
    return [_member(one) for one in groups[0].get("members") or ()] if len(groups) == 1 else None


def _member(raw: Values) -> Member:
    """Return a member of a group."""
    sort = str(raw.get("$ref") or "").rpartition("/")[0].rpartition("/")[2]
    return Member(sort, str(raw.get("value") or ""), str(raw.get("display") or ""))


def _called(client: Client, member: Member) -> str:
    """Return what grants call a principal; nothing when nobody tells."""
    name = NAMED.get(member.sort)
    if name is None or not member.number:
        return ""
    try:
        answer = client.get(path(f"{SCIM}/{member.sort}", member.number), {"attributes": f"id,{name}"})
    except PlatformError:
        return ""
    return str(answer.get(name) or "")
