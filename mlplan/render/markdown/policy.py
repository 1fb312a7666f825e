"""Policy: what the rules say: what denies the plan rule by rule and first, the rest folded."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from mlplan.core.change import Change
from mlplan.core.diagnostic import Diagnostic
from mlplan.render.markdown.section import Item, Section
from mlplan.render.markdown.text import bold, code, plain
from mlplan.render.review import word_of
from mlplan.render.words import count

Result = Mapping[str, Any]
FEW = 12
"""So many places are named where one rule denies the plan; the others are counted."""
SUMMARY = 240
RANK, FULL = 1, 5
SIGNS = {"denied": "❌", "warning": "⚠️", "excused": "☑️"}
SEVERITIES = {"error": "❌", "warning": "⚠️", "note": "💡"}


def standing(diagnostics: Sequence[Diagnostic], blocked: Sequence[Change], policy: Sequence[Result]) -> list[Section]:
    """Return what stands in the way: rules that deny, errors, and blocked changes."""
    denied = _alike([one for one in policy if one["blocks"]], "code")
    errors = [one for one in diagnostics if one.severity == "error"]
    items = [*map(_group, denied), *map(_diagnostic, errors), *(Item(partial(_blocked, one)) for one in blocked)]
    return [Section(RANK, items, full=FULL, one="objection")] if items else []


def findings(diagnostics: Sequence[Diagnostic], policy: Sequence[Result]) -> list[Section]:
    """Return what somebody may want to look at: warnings, and rules that something excuses."""
    told = [one for one in diagnostics if one.severity != "error"]
    found = [one for one in policy if one["outcome"] != "passed" and not one["blocks"]]
    groups = _alike(sorted(found, key=lambda one: word_of(one) == "excused"), "code", "outcome", "hint", "exception")
    items = [*map(_diagnostic, told), *map(_group, groups)]
    title = f"#### Findings ({len(told) + len(found)})\n\n"
    return [Section(12, items, title, full=15, one="sort of finding", many="sorts of finding")] if items else []


def _alike(found: Sequence[Result], *names: str) -> list[list[Result]]:
    """Return results in groups that have all of these in common."""
    groups: dict[str, list[Result]] = {}
    for one in found:
        groups.setdefault(repr([one[name] for name in names]), []).append(one)
    return list(groups.values())


def _blocked(one: Change) -> str:
    """Return a change that apply would refuse, and what lifts it."""
    return f"- ⛔ {bold('blocked')} {code(one.address)}: {plain(one.blocked)}\n"


def _group(alike: Sequence[Result]) -> Item:
    """Return the results of a rule, once for all the places where it found something."""
    return Item(partial(_short, alike), partial(_full, alike))


def _short(alike: Sequence[Result]) -> str:
    """Return a rule's results in a line: the first, and the number of the others."""
    more = len(alike) - 1
    rest = f" and {count(more, 'time', 'times')} more" if more else ""
    return f"- {_said(alike[0])} {_told(alike[0])}{rest}\n"


def _full(alike: Sequence[Result]) -> str:
    """Return a rule's results with the places where it found something, and what to do."""
    first = alike[0]
    notes = [plain(line, SUMMARY) for line in first["detail"].split("\n") if line.strip()][:FEW]
    excused = word_of(first) == "excused"
    notes += [f"{'' if excused else 'no longer '}excused: {_excuse(first['exception'])}"] if first["exception"] else []
    notes += [f"hint: {plain(first['hint'])}"] if first["hint"] and not excused else []
    lines = [f"- {_said(first)} {'<br>'.join([_told(first), *notes])}\n"]
    lines += [f"  - {_place(one, first)}\n" for one in alike[1:FEW]]
    lines += [f"  - and {len(alike) - FEW} more\n"] if len(alike) > FEW else []
    return "".join(lines)


def _said(one: Result) -> str:
    """Return what a result comes to; what denies stands out."""
    said = word_of(one)
    return f"{SIGNS[said]} {bold(said) if said == 'denied' else said}"


def _told(one: Result) -> str:
    """Return the code of a result, what it found, and where."""
    unknown = " (unknown)" if one["outcome"] == "unknown" else ""
    where = f" · {code(one['address'])}" if one["address"] else ""
    return f"{code(one['code'], 40)}{unknown} {plain(one['summary'], SUMMARY)}{where}"


def _place(one: Result, first: Result) -> str:
    """Return where else a rule found something, and what."""
    where = f"{code(one['address'])}: " if one["address"] not in ("", first["address"]) else "also: "
    return f"{where}{plain(one['summary'], SUMMARY)}"


def _excuse(found: Mapping[str, Any]) -> str:
    """Return why a failed rule is excused, and until when."""
    by = f", approved by {code(found['approved_by'], 80)}" if found["approved_by"] else ""
    return f"{plain(found['reason'], SUMMARY)} (until {code(found['expires'], 40)}{by})"


def _diagnostic(one: Diagnostic) -> Item:
    """Return a finding of the plan itself."""
    parts = [code(str(one.source))] if one.source else []
    parts += [code(one.address)] if one.address else []
    where = f" · {' '.join(parts)}" if parts else ""
    line = f"- {SEVERITIES[one.severity]} {one.severity} {code(one.code, 40)} {plain(one.summary, SUMMARY)}{where}"
    hint = f"<br>hint: {plain(one.hint)}" if one.hint else ""
    return Item(lambda: f"{line}\n", lambda: f"{line}{hint}\n")
