"""Workspace: objects of a local workspace as text."""

from collections.abc import Mapping, Sequence
from typing import Any

from mlplan.core.path import text
from mlplan.kinds import KINDS
from mlplan.render.escape import visible
from mlplan.render.row import leaves
from mlplan.render.value import show
from mlplan.render.words import count


def objects_text(found: Sequence[Mapping[str, Any]]) -> str:
    """Return the objects, one per line, with their status where it is not simply live."""
    if not found:
        return "There is nothing.\n"
    width = max(len(one["kind"]) for one in found)
    made = []
    for one in found:
        status = "" if one["status"] == "live" else f"  ({one['status']})"
        made.append(f"{one['kind']:<{width}}  {visible(one['id'])}{status}")
    return "\n".join([*made, "", f"{count(len(found), 'object')}."]) + "\n"


def object_text(found: Mapping[str, Any]) -> str:
    """Return one object with its fields."""
    status = "" if found["status"] == "live" else f"  ({found['status']})"
    made = [f"{found['kind']}  {visible(found['id'])}{status}"]
    pairs = [leaf for name, value in found["values"].items() for leaf in _leaves(found["kind"], name, value)]
    pairs += [(name, show(value)) for name, value in sorted(found["outputs"].items())]
    width = max((len(name) for name, _ in pairs), default=0)
    made.extend(f"  {visible(name):<{width}}  {value}" for name, value in pairs)
    if found.get("reason"):
        made.append(f"  reason: {visible(found['reason'])}")
    return "\n".join(made) + "\n"


def _leaves(kind: str, name: str, value: object) -> list[tuple[str, str]]:
    """Return a field's plain values with their paths; kinds that nobody declares have no rules."""
    if kind not in KINDS:
        return [(name, show(value))]
    return [(text(path), show(leaf)) for path, leaf in leaves(kind, (name,), value)]
