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
SIGNS = {"warning": "⚠️", "excused": "☑️"}
SEVERITIES = {"error": "❌", "warning": "⚠️", "note": "💡"}


def standing(diagnostics: Sequence[Diagnostic], blocked: Sequence[Change], policy: Sequence[Result]) -> list[Section]:
    """Return what stands in the way: errors, rules that deny, and blocked changes."""
    denied: dict[str, list[Result]] = {}
    for one in policy:
        if one["blocks"]:
            denied.setdefault(one["code"], []).append(one)
    errors = [one for one in diagnostics if one.severity == "error"]
    items = [Item(partial(_denied, group), partial(_denied_everywhere, group)) for group in denied.values()]
    items += [_diagnostic(one) for one in errors]
    items += [Item(partial(_blocked, one)) for one in blocked]
    return [Section(RANK, items, full=FULL, one="objection")] if items else []


def findings(diagnostics: Sequence[Diagnostic], policy: Sequence[Result]) -> list[Section]:
    """Return what somebody may want to look at: warnings, and rules that something excuses."""
    told = [one for one in diagnostics if one.severity != "error"]
    open_ = [one for one in policy if one["outcome"] != "passed" and not one["blocks"]]
    items = [*map(_diagnostic, told), *map(_result, sorted(open_, key=lambda one: word_of(one) == "excused"))]
    if not items:
        return []
    return [Section(12, items, f"#### Findings ({len(items)})\n\n", full=15, one="finding")]


def _blocked(one: Change) -> str:
    """Return a change that apply would refuse, and what lifts it."""
    return f"- ⛔ {bold('blocked')} {code(one.address)}: {plain(one.blocked)}\n"


def _denied(group: Sequence[Result]) -> str:
    """Return a rule that denies the plan, with the first place where it does."""
    first, more = group[0], len(group) - 1
    rest = f" and {count(more, 'time', 'times')} more" if more else ""
    return f"- ❌ {bold('denied')} {_told(first)}{rest}\n"


def _denied_everywhere(group: Sequence[Result]) -> str:
    """Return a rule that denies the plan with the places where it does, and what to do."""
    first = group[0]
    notes = [plain(line, SUMMARY) for line in first["detail"].split("\n") if line.strip()][:FEW]
    notes += [f"no longer excused: {_excuse(first['exception'])}"] if first["exception"] else []
    notes += [f"hint: {plain(first['hint'])}"] if first["hint"] else []
    lines = [f"- ❌ {bold('denied')} {'<br>'.join([_told(first), *notes])}\n"]
    lines += [f"  - {_place(one)}: {plain(one['summary'], SUMMARY)}\n" for one in group[1:FEW]]
    lines += [f"  - and {len(group) - FEW} more\n"] if len(group) > FEW else []
    return "".join(lines)


def _result(one: Result) -> Item:
    """Return a result that does not deny the plan."""
    said = word_of(one)
    line = f"- {SIGNS[said]} {said} {_told(one)}"
    excused = "excused" if said == "excused" else "no longer excused"
    more = f"<br>{excused}: {_excuse(one['exception'])}" if one["exception"] else ""
    more += f"<br>hint: {plain(one['hint'])}" if one["hint"] and said != "excused" else ""
    return Item(lambda: f"{line}\n", lambda: f"{line}{more}\n")


def _told(one: Result) -> str:
    """Return the code of a result, what it found, and where."""
    unknown = " (unknown)" if one["outcome"] == "unknown" else ""
    where = f" · {code(one['address'])}" if one["address"] else ""
    return f"{code(one['code'], 40)}{unknown} {plain(one['summary'], SUMMARY)}{where}"


def _place(one: Result) -> str:
    """Return where a rule found something."""
    return code(one["address"]) or "the plan"


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
