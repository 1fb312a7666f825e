"""Moves: addresses that changed while their objects stayed."""

from collections.abc import Iterable

from mlplan.core import address
from mlplan.core.declaration import Moved
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.state import Entry


def follow_moves(entries: dict[str, Entry], moved: Iterable[Moved]) -> tuple[dict[str, Entry], dict[str, str]]:
    """Return the entries under their new addresses, and the old address of each that moved.

    What is nested in a moved resource (its aliases, grants and permissions) moves with it.
    """
    renamed = {move.from_address: move.to_address for move in moved}
    if not renamed:
        return entries, {}
    made: dict[str, Entry] = {}
    origins: dict[str, str] = {}
    for old, entry in entries.items():
        new = _follow(old, renamed)
        made[new] = entry
        if new != old:
            origins[new] = old
    for new, entry in made.items():
        needs = tuple(_follow(one, renamed) for one in entry.needs)
        if needs != entry.needs:
            made[new] = entry._replace(needs=needs)
    return made, origins


def collisions(entries: dict[str, Entry], moved: Iterable[Moved]) -> list[Diagnostic]:
    """Return a finding for each move whose new address is taken."""
    return [
        Diagnostic(
            code="MLE402",
            summary=f"cannot move {move.from_address} to {move.to_address}: state holds both",
            address=move.to_address,
            hint="remove the `moved:` entry, or forget one of them with `mlplan state rm`",
        )
        for move in moved
        if move.from_address in entries and move.to_address in entries
    ]


def _follow(old: str, renamed: dict[str, str]) -> str:
    """Return where an address is now."""
    seen: set[str] = set()
    while old not in seen:
        seen.add(old)
        old = renamed.get(old) or _nested(old, renamed) or old
    return old


def _nested(old: str, renamed: dict[str, str]) -> str | None:
    """Return where an address nested in a moved resource is now."""
    kind, key = address.kind_of(old), address.key_of(old)
    if kind == "model_alias" and "." in key:
        model, _, alias = key.partition(".")
        parent = renamed.get(address.join("registered_model", model))
        return parent and address.join(kind, address.key_of(parent), alias)
    if kind in ("grants", "permissions") and "." in key:
        parent = renamed.get(key)
        return parent and address.join(kind, parent)
    return None
