"""Findings: what the engine and the rules have to say, what denies the plan first, and who has to agree."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from mlplan.core.diagnostic import Diagnostic
from mlplan.core.source import Source
from mlplan.render.approvals import asked
from mlplan.render.html.tag import NOTHING, Child, Markup, join, spans, tag
from mlplan.render.review import WORDS, excuse, word_of
from mlplan.render.sheet import Sheet
from mlplan.render.words import count

TONES = {"error": "bad", "warning": "warn", "note": "note", "denied": "bad", "excused": "note"}
FEW = 20
"""So many results of one rule are shown at once; more are folded."""
SAID_ONCE = frozenset({"address", "detail", "hint"})
"""What is said once for all results of a rule when it is the same in all."""

Result = Mapping[str, Any]


def findings(sheet: Sheet) -> Markup:
    """Return the engine's findings."""
    found = sheet.plan.diagnostics
    return tag("section", tag("h2", f"Findings ({len(found)})"), *map(_diagnostic, found)) if found else NOTHING


def policy(sheet: Sheet) -> Markup:
    """Return what the rules say: failures in full and worst first, the others folded."""
    found = sheet.review.policy
    if not found:
        return NOTHING
    groups: dict[tuple[int, str, str], list[Result]] = {}
    for one in found:
        if one["outcome"] != "passed":
            groups.setdefault((list(WORDS).index(word_of(one)), one["code"], one["title"]), []).append(one)
    passed = [one for one in found if one["outcome"] == "passed"]
    title = f"Policy ({count(len(found) - len(passed), 'finding')}, {len(passed)} passed)"
    return tag(
        "section", tag("h2", title), *(_rule(groups[key]) for key in sorted(groups)), _passed(passed), id="policy"
    )


def approvals(sheet: Sheet) -> Markup:
    """Return who has to agree to the plan."""
    found = sheet.document.get("approvals") or []
    if not found:
        return NOTHING
    return tag("section", tag("h2", f"Approvals ({len(found)})"), *map(_approval, found), id="approvals")


def _diagnostic(one: Diagnostic) -> Markup:
    """Return one finding of the engine, with the place that is meant."""
    head = tag("h3", _badge(one.severity, one.severity), " ", tag("code", one.code), " ", _first(one.summary))
    place = _place(one)
    quoted = tag("pre", one.source.text) if one.source and one.source.text else None
    return tag(
        "article", head, place, quoted, _detail(one.detail), _hint(one.hint), class_=f"finding {TONES[one.severity]}"
    )


def _place(one: Diagnostic) -> Markup | None:
    """Return where a finding is."""
    parts = [str(one.source) if isinstance(one.source, Source) else "", one.address]
    told = [tag("code", part) for part in parts if part]
    return tag("p", join(*(join(" ", part) for part in told)), class_="faint") if told else None


def _rule(found: Sequence[Result]) -> Markup:
    """Return the results of one rule that come to the same."""
    word = word_of(found[0])
    badge = _badge(word, word)
    head = tag("summary", badge, " ", tag("code", found[0]["code"]), " ", tag("b", found[0]["title"]), _number(found))
    opened = word == "denied" or len(found) <= FEW
    same = frozenset(name for name in SAID_ONCE if len(found) > 1 and len({one[name] for one in found}) == 1)
    once = tag("div", *_about(found[0], same), class_="result") if any(found[0][name] for name in same) else None
    results = (_result(one, same) for one in found)
    return tag("details", head, *results, once, class_=f"finding {TONES[word]}", open=opened)


def _number(found: Sequence[Result]) -> Markup | None:
    """Return how many results there are, where there is more than one."""
    return tag("span", f" {len(found)} times", class_="faint") if len(found) > 1 else None


def _result(one: Result, same: AbstractSet[str] = frozenset()) -> Markup:
    """Return one result of a rule, without what is the same in all of them."""
    unknown = " (unknown)" if one["outcome"] == "unknown" else ""
    excused = "excused: " if word_of(one) == "excused" else "no longer excused: "
    why = tag("p", excused, excuse(one["exception"])) if one["exception"] else None
    return tag("div", tag("p", one["summary"], unknown), *_about(one, SAID_ONCE - same), why, class_="result")


def _about(one: Result, names: AbstractSet[str]) -> Iterator[Markup | None]:
    """Yield where a rule found something, what else there is to say, and what to do."""
    if "address" in names and one["address"]:
        yield tag("p", tag("a", tag("code", one["address"]), href=f"#{one['address']}"))
    if "detail" in names:
        yield _detail(one["detail"])
    if "hint" in names and word_of(one) != "excused":
        yield _hint(one["hint"])


def _passed(found: Sequence[Result]) -> Markup | None:
    """Return the results that nobody has to look at, folded."""
    if not found:
        return None
    rows = [
        tag(
            "tr", tag("td", tag("code", one["code"])), tag("td", one["summary"]), tag("td", tag("code", one["address"]))
        )
        for one in found
    ]
    table = tag("table", tag("tbody", *rows), class_="wide")
    title = tag("summary", _badge("passed", "good"), f" {count(len(found), 'result')}")
    return tag("details", title, tag("div", table, class_="scroll"), class_="finding good")


def _approval(one: Mapping[str, Any]) -> Markup:
    """Return one requirement: how many, of whom, and who has agreed already."""
    given = one.get("given") or []
    met = len(given) >= int(one["count"])
    word = "given" if met else "missing"
    head = tag("h3", _badge(word, "good" if met else "warn"), " ", tag("b", str(one["name"])))
    told = tag("p", asked(one))
    by = tag("p", f"by {', '.join(map(str, given))}") if given else None
    on = tag(
        "p", *(join(tag("a", tag("code", str(at)), href=f"#{at}"), " ") for at in one["addresses"]), class_="faint"
    )
    return tag("article", head, told, by, on, class_=f"finding {'good' if met else 'warn'}")


def _badge(word: str, tone: str) -> Markup:
    """Return a word that stands out; its colour only repeats what it says."""
    return tag("span", word, class_=f"badge {TONES.get(tone, tone)}")


def _first(text: str) -> Child:
    """Return a summary, whose further lines stand below its first."""
    first, *rest = text.split("\n")
    return join(first, spans("\n".join(rest), "div")) if rest else first


def _detail(text: str) -> Markup | None:
    """Return the lines of a detail."""
    return tag("div", spans(text, "div"), class_="detail") if text else None


def _hint(text: str) -> Markup | None:
    """Return what to do about it."""
    return tag("p", tag("b", "hint"), ": ", _first(text), class_="hint") if text else None
