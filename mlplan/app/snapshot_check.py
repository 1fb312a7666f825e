"""Snapshot check: whether objects and entries of state have the fields that their kinds declare, whoever wrote the file."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from mlplan.core.address import is_address
from mlplan.kinds import KINDS, spec

Document = Mapping[str, Any]


def malformed(document: Document) -> Iterator[str]:
    """Yield what no platform and no state holds, which the form of the document does not rule out."""
    for place, one in enumerate(document["resources"]):
        if not (isinstance(one["address"], str) and is_address(one["address"])):
            yield f"resources.{place}: its address is none"
        yield from _values(f"resources.{place}.values", one["kind"], one["values"])
    for place, one in enumerate(document["pending"]):
        entry = one["entry"]
        yield from _values(f"pending.{place}.entry.values", entry["kind"], entry["values"])
    for place, one in enumerate(document["objects"]):
        if one["found"] is not None:
            yield from _values(f"objects.{place}.found.values", one["kind"], one["found"]["values"])


def _values(place: str, kind: Any, values: Any) -> Iterator[str]:
    """Yield which fields have another type than the kind declares, or lack what names them.

    What a platform says is taken as it is otherwise: it may know words, and leave out fields, that a declaration may not.
    """
    if kind not in KINDS:
        yield f"{place}: mlplan knows no kind {kind}"
        return
    try:
        spec(kind).model_validate(values)
    except ValidationError as error:
        for one in error.errors(include_input=False, include_url=False):
            where = one["loc"]
            absent = one["type"] == "missing" and (len(where) > 1 or spec(kind).shape()[str(where[0])].identity)
            if absent or one["type"].endswith("_type"):
                yield f"{'.'.join((place, *map(str, where)))}: {one['msg'].lower()}"
