"""Reading: what several rules take out of a resource's fields."""

from collections.abc import Iterator
from datetime import datetime

from mlplan.core.values import Values
from mlplan.policy.rule import Seen, Verdict, unknown

ROWS = ("grants", "permissions")
_NAMES = ("principal", "user_name", "group_name", "service_principal_name")


def is_open(text: str) -> bool:
    """Tell whether a text still holds a reference that only apply resolves."""
    return "${" in text


def entities(values: Values) -> list[Values]:
    """Return the registered models that an endpoint serves; models of other providers have no versions."""
    return [one for one in values.get("served_entities") or () if one.get("entity_name")]


def principals(values: Values) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield everyone whom a resource gives something, with what it is: privileges, a level, or OWNER."""
    for name, rights, _ in rows(values):
        yield name, rights
    if values.get("owner"):
        yield str(values["owner"]), frozenset({"OWNER"})


def rows(values: Values) -> Iterator[tuple[str, frozenset[str], bool]]:
    """Yield each row of grants or permissions: the principal, its rights, and whether it is a person."""
    for field in ROWS:
        for row in values.get(field) or ():
            key = next((key for key in _NAMES if row.get(key)), "")
            name = str(row.get(key, ""))
            rights = row["privileges"] if "privileges" in row else [row.get("level", "")]
            yield name, frozenset(rights), key == "user_name" or is_person(name)


def is_person(principal: str) -> bool:
    """Tell whether a principal is a person: users are known by their addresses."""
    return "@" in principal


def gap(seen: Seen, what: str, *pieces: str) -> Iterator[Verdict]:
    """Yield that a piece of evidence on the new version is unknown, with the reason, when it is."""
    why = seen.gap(*pieces)
    if why:
        yield unknown(f"{what} is not known", detail=why)


def version(seen: Seen) -> str:
    """Return the version that a promotion leads to, for people."""
    return f"v{seen.subject.get('to')}"


def seconds(moment: str) -> float:
    """Return the seconds since the epoch of an RFC 3339 time."""
    return datetime.fromisoformat(moment).timestamp()
