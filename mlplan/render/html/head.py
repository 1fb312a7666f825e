"""Head: what the plan is about, what stands in its way, and how much of what it does."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from mlplan.core.diagnostic import has_errors
from mlplan.core.rule import RISKS
from mlplan.render.finding import total
from mlplan.render.html.tag import NOTHING, Markup, join, tag
from mlplan.render.human import HEADINGS
from mlplan.render.review import word_of
from mlplan.render.sheet import Sheet
from mlplan.render.summary import WORDS, objections, sentence
from mlplan.render.words import count

SHORT, DIGEST = 12, len("sha256:") + 16
"""Characters of a commit and of a digest that are shown at the top; the whole digest stands at the end."""


def counts(sheet: Sheet) -> dict[str, int]:
    """Return the number of changes per action, and of those that this apply does not make."""
    plan = sheet.plan
    more = {"unselected": plan.unselected, "blocked": len(plan.blocked), "held": len(plan.held)}
    return {**plan.counts(), **more}


def header(sheet: Sheet) -> Markup:
    """Return where this looks and where it would write."""
    heading, found = sheet.heading, sheet.document
    title = tag("h1", heading.project, tag("span", " · ", class_="dot", aria_hidden="true"), heading.environment)
    guard = tag("span", "protected", class_="badge warn") if heading.protected else None
    mode = tag("span", "destroy", class_="badge bad") if sheet.plan.mode == "destroy" else None
    rows = [("provider", heading.provider), ("state", heading.state.removeprefix("state ")), *_saved(sheet)]
    theme = tag("button", "theme: auto", type="button", id="theme", hidden=True)
    top = tag("div", tag("div", title, guard, mode, class_="title"), theme, class_="top")
    notice = _snapshot(found) if found.get("snapshot") else None
    return tag("header", top, _facts(rows), notice)


def verdict(sheet: Sheet) -> Markup:
    """Return the plan in a sentence, and whether apply would take it."""
    plan = sheet.plan
    found = has_errors(plan.diagnostics)
    reasons = _reasons(sheet)
    line = tag("p", sentence(plan, sheet.review.evidence), class_="sentence")
    left = f"{count(plan.unselected, 'other change')} not in this plan." if plan.unselected else ""
    more = tag("p", left, class_="faint") if left else None
    if reasons:
        why = _with_command(total(plan.diagnostics)) if found else f"{' and '.join(reasons)}."
        told = tag("p", tag("strong", "Apply refuses this plan"), ": ", why)
        return tag("section", line, told, more, class_="verdict bad", role="status")
    waits = sum(int(one["count"]) - len(one.get("given") or ()) for one in sheet.document.get("approvals") or ())
    if waits > 0:
        told = tag("p", f"Waits for {count(waits, 'approval')}.")
        return tag("section", line, told, more, class_="verdict warn", role="status")
    warned = _warnings(sheet)
    weigh = f" {count(warned, 'warning')} to weigh." if warned else ""
    clear = tag("p", f"Nothing stands in its way.{weigh}") if weigh or not plan.empty else None
    return tag("section", line, clear, more, class_=f"verdict {'warn' if warned else 'good'}", role="status")


def chips(sheet: Sheet) -> Markup:
    """Return how many changes there are of each action and each risk; each chip shows just those below."""
    active = list(sheet.plan.active())
    risks = Counter(one.risk for one in active)
    found = sheet.plan.counts()
    made = [
        _chip("action", action, sign, found[action], action) for action, (sign, _, _) in WORDS.items() if found[action]
    ]
    risky = [_chip("risk", risk, "", risks[risk], HEADINGS[risk].lower()) for risk in RISKS if risks[risk]]
    blocked = len(sheet.plan.blocked)
    risky += [_chip("blocked", "yes", "", blocked, "blocked")] if blocked else []
    return tag("nav", *made, *risky, class_="chips", aria_label="Changes by action and risk") if made else NOTHING


def footer(sheet: Sheet) -> Markup:
    """Return what binds the plan."""
    found = sheet.document
    if not found:
        return NOTHING
    lead = "Plan " if _reasons(sheet) else "Apply accepts only "
    digest = tag("p", lead, tag("code", found["digest"]), ".")
    rows = [
        ("configuration", found["config"]["digest"]),
        ("files", ", ".join(found["config"]["files"])),
        ("written by", f"mlplan {found['tool']['version']}"),
    ]
    return tag("footer", digest, _facts(rows))


def _reasons(sheet: Sheet) -> list[str]:
    """Return why apply refuses the plan, in few words each."""
    plan = sheet.plan
    if has_errors(plan.diagnostics):
        return ["it has errors"]
    old = ["it was made from a snapshot"] if sheet.document.get("snapshot") else []
    return objections(plan, sheet.review.denied) + old


def _warnings(sheet: Sheet) -> int:
    """Return the number of warnings, of the engine and of the rules."""
    told = sum(one.severity == "warning" for one in sheet.plan.diagnostics)
    return told + sum(word_of(one) == "warning" for one in sheet.review.policy if one["outcome"] != "passed")


def _with_command(text: str) -> Markup:
    """Return a sentence of ours with the command in it as code."""
    before, _, rest = text.partition("`")
    command, _, after = rest.rpartition("`")
    return join(before, tag("code", command), after)


def _saved(sheet: Sheet) -> list[tuple[str, str]]:
    """Return what only a saved plan knows."""
    found = sheet.document
    if not found:
        return []
    git = found["git"]
    dirty = " with uncommitted changes" if git and not git["clean"] else ""
    rows = [("commit", f"{git['commit'][:SHORT]}{dirty}")] if git else []
    return [
        *rows,
        ("created", found["created"]),
        ("holds until", found["expires"]),
        ("digest", f"{found['digest'][:DIGEST]}…"),
    ]


def _snapshot(found: Mapping[str, Any]) -> Markup:
    """Return the notice that the platform itself was not asked."""
    digest = tag("code", str(found["snapshot"]))
    told = join("It was made from the recording ", digest, ", not from the platform, and cannot be applied.")
    title = f"From a snapshot of {found['snapshot_time']}. " if found.get("snapshot_time") else "From a snapshot. "
    return tag("p", tag("strong", title), told, class_="notice warn")


def _facts(rows: list[tuple[str, str]]) -> Markup:
    """Return labelled values."""
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", text)) for name, text in rows if text), class_="facts")


def _chip(facet: str, value: str, sign: str, number: int, word: str) -> Markup:
    """Return a link to the changes of one sort."""
    mark = tag("span", sign, class_=f"sign {value}", aria_hidden="true") if sign else None
    names = {"class_": f"chip {facet} {value}", "href": "#changes", "data_facet": facet, "data_value": value}
    return tag("a", mark, tag("b", str(number)), f" {word}", **names)
