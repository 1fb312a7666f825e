"""Unlike: where two plans differ, leaf by leaf, in words: what the reviewed one says, and what holds now."""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from mlplan.render.value import pair, show
from mlplan.render.words import count

MOST = 20
"""So many differences are told."""
Document = Mapping[str, Any]


class _Missing:
    """What stands where one side has nothing."""


MISSING = _Missing()


def unlike(was: object, now: object, place: str = "") -> Iterator[tuple[str, object, object]]:
    """Yield each leaf that differs, with its place; a value of another type differs, as true does from 1."""
    if isinstance(was, dict) and isinstance(now, dict):
        for name in [*was, *(name for name in now if name not in was)]:
            yield from unlike(was.get(name, MISSING), now.get(name, MISSING), f"{place}.{name}".lstrip("."))
    elif isinstance(was, list) and isinstance(now, list):
        for at, (one, other) in enumerate(zip_longest(was, now, fillvalue=MISSING)):
            yield from unlike(one, other, f"{place}.{at}".lstrip("."))
    elif type(was) is not type(now) or was != now:
        yield place, was, now


def alike(was: object, now: object) -> bool:
    """Tell whether two JSON values are the same."""
    return next(unlike(was, now), None) is None


def told(was: object, now: object, place: str = "") -> list[str]:
    """Return a line for each difference."""
    return [f"{at}: {_sides(one, other)}" for at, one, other in unlike(was, now, place)]


def change_told(was: Document | None, now: Document | None) -> list[str]:
    """Return lines for a change that is not as it was reviewed; None for one that stands in one of the plans only."""
    if was is None or now is None:
        only = was or now or {}
        whole = f"{only['action']} {only['id']}"
        says = f"the plan says {whole}, now nothing is to be done" if now is None else f"not in the plan, now {whole}"
        return [f"{only['address']}: {says}", *(f"  {_field(one)}" for one in only["fields"])]
    if alike(was, now):
        return []
    if was["action"] != now["action"]:
        return [f"{was['address']}: the plan says {was['action']} {was['id']}, now {now['action']} {now['id']}"]
    mine, other = ({one["path"]: one for one in side["fields"]} for side in (was, now))
    paths = [*mine, *(path for path in other if path not in mine)]
    fields = [
        f"  {path}: {_field_sides(mine.get(path), other.get(path))}"
        for path in paths
        if not alike(mine.get(path), other.get(path))
    ]
    rest = [f"  {line}" for line in told(_rest(was), _rest(now))]
    return [f"{was['address']}: not as in the plan", *(fields + rest or ["  a field stands twice, or elsewhere"])]


def cut(lines: list[str]) -> str:
    """Return the first lines, and how many more there are."""
    more = [f"and {count(len(lines) - MOST, 'more line')}"] if len(lines) > MOST else []
    return "\n".join([*lines[:MOST], *more])


def _rest(change: Document) -> dict[str, Any]:
    """Return a change without its fields."""
    return {name: value for name, value in change.items() if name != "fields"}


def _field_sides(was: Document | None, now: Document | None) -> str:
    """Return what a field's change is in either plan."""
    if was is None or now is None:
        return f"the plan leaves it, now {_move(now)}" if now else f"the plan says {_move(was or {})}, now nothing"
    if alike([was["before"], was["after"]], [now["before"], now["after"]]):
        return "; ".join(told(was, now))
    return f"the plan says {_move(was)}, now {_move(now)}"


def _field(one: Document) -> str:
    """Return one field of a change."""
    return f"{one['path']}: {_move(one)}"


def _move(one: Document) -> str:
    """Return from what to what a field goes."""
    after = show(one["after"]) if one["known_after_apply"] is None else "(known after apply)"
    before = show(one["before"])
    if before == after:
        before, after = pair(one["before"], one["after"])
    cause = "" if one["cause"] == "config" else f" ({one['cause']})"
    return f"{before} -> {after}{cause}"


def _sides(was: object, now: object) -> str:
    """Return both sides of a difference."""
    if was is MISSING:
        return f"was not there, is {_short(now)}"
    if now is MISSING:
        return f"was {_short(was)}, is not there"
    if isinstance(was, dict | list) or isinstance(now, dict | list):
        return f"was {_short(was)}, is {_short(now)}"
    old, new = (_short(was), _short(now)) if isinstance(was, str) and isinstance(now, str) else pair(was, now)
    return f"was {old}, is {new}"


def _short(value: object) -> str:
    """Return a value in few characters; digests are known by their beginning."""
    text = value if isinstance(value, str) else ""
    return f"{text.removeprefix('sha256:')[:12]}..." if text.startswith("sha256:") else show(value)
