"""Memory: state, drift and imports as text."""

from collections.abc import Mapping, Sequence

from mlplan.core.change import Change, FieldChange
from mlplan.core.path import text
from mlplan.core.state import Entry
from mlplan.kinds import spec
from mlplan.render import field
from mlplan.render.colour import PLAIN, Palette
from mlplan.render.escape import visible
from mlplan.render.human import heading_text
from mlplan.render.row import leaves
from mlplan.render.sheet import Heading
from mlplan.render.value import show
from mlplan.render.words import count

DRIFT_WORDS = {
    "gone": "was deleted",
    "deleted": "was deleted, and can be restored",
    "changed": "was changed",
    "skew": "serves another version than its alias",
}


def entries_text(entries: Mapping[str, Entry]) -> str:
    """Return the addresses in state with their ids, aligned."""
    if not entries:
        return "State is empty.\n"
    width = max(map(len, entries))
    made = [f"{visible(address):<{width}}  {visible(entries[address].id)}" for address in sorted(entries)]
    return "\n".join([*made, "", f"{count(len(entries), 'resource')} in state."]) + "\n"


def entry_text(address: str, entry: Entry, palette: Palette = PLAIN) -> str:
    """Return one entry: its fields as last applied, what only the server knows, and what it was made from."""
    made = [f"{palette.paint('strong', visible(address))}  {visible(entry.id)}"]
    applied = [leaf for name, value in entry.values.items() for leaf in leaves(entry.kind, (name,), value)]
    made.extend(_aligned("as last applied", [(text(path), show(value)) for path, value in applied]))
    made.extend(_aligned("from the platform", [(name, show(value)) for name, value in sorted(entry.outputs.items())]))
    if entry.needs:
        made.append(f"\nneeds\n  {', '.join(map(visible, entry.needs))}")
    if entry.protect:
        made.append("\nprevent_destroy protects it")
    return "\n".join(made) + "\n"


def drift_text(heading: Heading, found: Sequence[tuple[Change, str]], known: int, palette: Palette = PLAIN) -> str:
    """Return the objects that others changed: what was applied, and what is there now."""
    made = [heading_text(heading, palette)]
    for change, status in found:
        head = f"{palette.paint('strong', visible(change.address))}  {visible(change.id)}"
        made.append(f"  {head}  {palette.paint('warn', DRIFT_WORDS[status])}")
        rows = list(field.rows(change))
        width = max((len(row.label) for row in rows), default=0)
        for row in rows:
            tail = f"  {row.tail}" if row.tail else ""
            made.append(f"      {row.sign} {row.label:<{width}}  {row.text}{tail}".rstrip())
            made.extend(f"          | {line}" for line in row.more)
        made.append("")
    if not found:
        told = f"{count(known, 'object')} in state, each as it was last applied" if known else "State is empty"
        return "\n".join([*made, f"No drift. {told}."]) + "\n"
    verb = "differs" if len(found) == 1 else "differ"
    line = f"Drift: {len(found)} of {count(known, 'object')} {verb} from what was last applied."
    return "\n".join([*made, palette.paint("strong", line)]) + "\n"


def drift_change(address: str, kind: str, id_: str, fields: Sequence[FieldChange]) -> Change:
    """Return drift in the form in which fields are shown; that it is drift need not be said per field."""
    plain = tuple(one._replace(cause="config") for one in fields)
    return Change(address, kind, id_, "update", spec(kind).update_risk, fields=plain)


def _aligned(title: str, pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Return a titled block of names and values."""
    if not pairs:
        return []
    width = max(len(name) for name, _ in pairs)
    return [f"\n{title}", *(f"  {visible(name):<{width}}  {value}" for name, value in pairs)]
