"""Promotion: an alias that moves, as a reviewer has to see it: the versions, the evidence, who is touched, the way back."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mlplan.core.change import Change
from mlplan.render.dossier import Dossier
from mlplan.render.markdown.change import BLOCKED
from mlplan.render.markdown.evidence import LOOKED_AT, SEVERITY, SIGNS, Results, gate, table
from mlplan.render.markdown.section import Item, Section
from mlplan.render.markdown.text import bold, code, plain
from mlplan.render.promotion import HEADINGS, VERBS, behind, move_of, moving, traffic
from mlplan.render.review import Review, word_of
from mlplan.render.value import show
from mlplan.render.words import count

RANK, FULL = 3, 7
MOST = 12
"""So many endpoints, jobs, columns, parameters or unknown things are named."""
HELD = 3
"""So many earlier holders are named."""


def promotions(changes: Sequence[Change], review: Review) -> Iterator[Section]:
    """Yield the aliases that move, by the sort of move."""
    results = by_address(review.policy)
    for move, title in HEADINGS.items():
        group = [change for change in changes if move_of(change, review.evidence) == move]
        items = [_item(change, move, review.evidence.get(change.id, {}), results[change.address]) for change in group]
        if items:
            yield Section(RANK, items, f"#### {title} ({len(items)})\n\n", full=FULL, one=VERBS[move].replace(" ", "-"))


def by_address(policy: Sequence[Mapping[str, Any]]) -> dict[str, list[tuple[str, Mapping[str, Any]]]]:
    """Return what the rules say, by address, each with what it comes to."""
    made: dict[str, list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
    for one in policy:
        made[one["address"]].append(("ok" if one["outcome"] == "passed" else word_of(one), one))
    return made


def _item(change: Change, sort: str, found: Dossier, results: Results) -> Item:
    """Return a move, in a line and in full."""
    return Item(lambda: _short(change, sort, found, results), lambda: _whole(change, sort, found, results))


def _number(number: int, said: str) -> str:
    """Return so many results of one sort."""
    return count(number, said) if said == "warning" else f"{number} {said}"


def _short(change: Change, sort: str, found: Dossier, results: Results) -> str:
    """Return the line of a move, with what stands in its way."""
    move = moving(change)
    assert move is not None
    says = [said for said, _ in results]
    counted = [f"{SIGNS[said]} {_number(says.count(said), said)}" for said in SEVERITY[:2] if said in says]
    waits = [f"⏸ later: {plain(change.held)}"] if change.held else []
    waits += [f"once {_listed(behind(change, found), show(move.after))}"] if change.after and not waits else []
    stands = [BLOCKED] if change.blocked else []
    why = [plain(change.reason)] if change.reason else []
    title = f"{bold(f'{VERBS[sort]} {code(change.id)} {_versions(show(move.before), show(move.after))}')}"
    return f"{' · '.join([title, *_moved(move.cause, show(move.recorded)), *waits, *why, *stands, *counted])}\n"


def _whole(change: Change, sort: str, found: Dossier, results: Results) -> str:
    """Return a move with its evidence."""
    parts = [_short(change, sort, found, results), table(found, results)]
    parts.append("".join(f"- {line}\n" for line in _lines(found, results)))
    return "\n".join(part for part in parts if part) + "\n"


def _lines(found: Dossier, results: Results) -> Iterator[str]:
    """Yield what a table does not hold."""
    data = found.get("data") or {}
    if data.get("reason"):
        sign = "✅" if data.get("same") else "⚠️"
        said = gate(results, LOOKED_AT["data"], ok="")
        yield f"{bold('Data')} {said.strip() or sign} {plain(data['reason'])}"
    params = [f"{code(one['name'], 60)} {_pair(one['before'], one['after'])}" for one in found.get("params") or ()]
    yield from _joined("Parameters", params)
    yield from _registered(found)
    yield from _touched(found)
    yield from _joined(
        "Unknown ⚠️", [f"{plain(name)}: {plain(why)}" for name, why in (found.get("unknown") or {}).items()]
    )
    yield from _joined("Held before", [_held(one) for one in (found.get("history") or ())[-HELD:]])
    if found.get("rollback"):
        yield f"{bold('Rollback')} {code(found['rollback'], 400)}"


def _touched(found: Dossier) -> Iterator[str]:
    """Yield who is touched: endpoints that serve the model, and jobs that load it by the alias."""
    endpoints = [_endpoint(one) for one in found.get("endpoints") or ()]
    jobs = [_job(one) for one in found.get("jobs") or ()]
    touched = [count(len(endpoints), "endpoint")] if endpoints else []
    touched += [f"{count(len(jobs), 'job')} {'loads' if len(jobs) == 1 else 'load'} it"] if jobs else []
    yield from _many(f"{bold('Blast radius')} {' · '.join(touched)}", [*endpoints, *jobs])


def _registered(found: Dossier) -> Iterator[str]:
    """Yield who registered the new version and when, and what it was in another environment."""
    known = (found.get("registered") or {}).get(str(found.get("to"))) or {}
    parts = [f"{name} {plain(str(known[key]), 80)}" for name, key in (("by", "by"), ("at", "at")) if known.get(key)]
    url = ((found.get("versions") or {}).get(str(found.get("to"))) or {}).get("run_url")
    run = f", run {code(url, 300)}" if url else ""
    if parts or run:
        yield f"{bold('Registered')} {' '.join(parts)}{run}"
    origin = found.get("origin")
    if origin:
        held = "".join(
            f", {code('@' + one['alias'], 80)} since {plain(one['since'], 40)}" for one in origin["held"][:HELD]
        )
        seen = f"{code(origin['environment'], 80)} as {code(origin['model'])} {_version(origin['version'])}"
        yield f"{bold('Seen in')} {seen}{held}"


def _endpoint(one: Mapping[str, Any]) -> str:
    """Return an endpoint, what it will serve with this plan, and what depends on it."""
    moves = one.get("from") and str(one["from"]) != str(one["to"])
    versions = _versions(str(one["from"]), str(one["to"])) if moves else _version(one["to"])
    notes = [] if one.get("follows", True) else ["named by its number"]
    notes += ["sleeps without traffic"] if one.get("scale_to_zero") else []
    notes += [f"answers logged to {code(one['inference_table'])}"] if one.get("inference_table") else []
    told = ", ".join([f"{versions}, {traffic(one)}", *notes])
    return f"{code(str(one['id']))} ({code(one['address'])}), entity {code(str(one['entity']), 80)}: {told}"


def _job(one: Mapping[str, Any]) -> str:
    """Return a declared job that loads the model by the alias."""
    rest = [code(str(one[name])) for name in ("schedule", "note") if one.get(name)]
    return ", ".join([f"job {code(str(one.get('job') or one.get('name')))}", *rest])


def _held(one: Mapping[str, Any]) -> str:
    """Return a version that held the alias before."""
    until = f" until {plain(one['until'], 40)}" if one.get("until") else ""
    by = f", by {code(one['by'], 80)}" if one.get("by") else ""
    return f"{_version(one['version'])} since {plain(one['since'], 40)}{until}{by}"


def _many(title: str, lines: Sequence[str]) -> Iterator[str]:
    """Yield a title with its lines below it; nothing when there are none."""
    if lines:
        rest = [f"and {len(lines) - MOST} more"] if len(lines) > MOST else []
        yield "".join([title, *(f"\n  - {line}" for line in [*lines[:MOST], *rest])])


def _joined(title: str, parts: Sequence[str]) -> Iterator[str]:
    """Yield a title with its parts on one line; nothing when there are none."""
    if parts:
        rest = [f"and {len(parts) - MOST} more"] if len(parts) > MOST else []
        yield f"{bold(title)} {', '.join([*parts[:MOST], *rest])}"


def _versions(before: str, after: str) -> str:
    """Return the version that goes and the one that comes."""
    return f"{_version(before)} → {_version(after)}"


def _version(number: object) -> str:
    """Return a version as people write it."""
    return plain(f"v{number}", 20)


def _listed(endpoints: Sequence[str], version: str) -> str:
    """Return the endpoints that serve a version before the alias moves."""
    few = ", ".join(code(one) for one in endpoints[:HELD])
    more = f" and {len(endpoints) - HELD} more" if len(endpoints) > HELD else ""
    return f"{few}{more} {'serves' if len(endpoints) == 1 else 'serve'} {_version(version)}"


def _moved(cause: str, recorded: str) -> list[str]:
    """Return who moved the alias, when it was not the configuration alone."""
    if cause == "drift":
        return ["drift: moved outside of mlplan"]
    return [f"config and drift: last applied {_version(recorded)}"] if cause == "both" else []


def _pair(before: object, after: object) -> str:
    """Return a value before and after."""
    if before is None or before == "":
        return f"{plain(show(after), 60)} (new)"
    return (
        f"{plain(show(before), 60)} → {plain(show(after), 60)}"
        if after is not None
        else f"{plain(show(before), 60)} (gone)"
    )
