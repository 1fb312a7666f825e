"""A comment fits whatever there is to tell: detail gives way first, and what is left out is counted."""

import json
import re
from collections import Counter
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlplan.core.change import Change, FieldChange
from mlplan.core.plan import Plan, Step
from mlplan.render.markdown import COMMENT, written
from mlplan.render.review import Review
from mlplan.render.sheet import FORMS, Heading, Sheet, rendered
from mlplan.testing.hostile import sheets, texts

ACTIONS = (("create", "safe"), ("update", "safe"), ("update", "access"), ("update", "traffic"), ("delete", "data_loss"),
           ("replace", "outage"))  # fmt: skip
DESTROYS = ("delete", "replace")


def change(place, kind, text):
    action, risk = kind
    fields = tuple(FieldChange(("tags", f"t{number}"), text, f"{text}!", text, "config") for number in range(3))
    return Change(f"registered_model.m{place}", "registered_model", f"main.ml.{text}", action, risk, text, fields)


def result(place, text):
    return {"code": f"MLP{place:03}", "title": "t", "level": "deny", "outcome": "failed", "address": f"registered_model.m{place}",
            "summary": text, "detail": text, "hint": text, "blocks": True, "exception": None, "about": ""}  # fmt: skip


def large(number, kinds, denials, found):
    text = iter_of(found)
    changes = [change(place, kinds[place % len(kinds)], text()) for place in range(number)]
    steps = [Step(place + 1, "update", one.address, (place,) if place else ()) for place, one in enumerate(changes)]
    plan = Plan({one.address: one for one in changes}, steps)
    review = Review(policy=[result(place, text()) for place in range(denials)])
    return Sheet(plan, Heading("fraud", "prod", "provider", "state serial 1"), review, {})


def iter_of(found):
    turn = iter(range(1 << 30))
    return lambda: found[next(turn) % len(found)]


def counted(text, word):
    """Return how many of a sort are said to be left out."""
    return sum(int(one) for one in re.findall(rf"(\d+) {word}", text.partition("####")[2]))


@pytest.mark.parametrize("budget", [12_000, COMMENT], ids=["small", "comment"])
@settings(max_examples=25, deadline=None)
@given(
    number=st.sampled_from([1, 7, 60, 900, 5_000]),
    kinds=st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=6),
    denials=st.integers(0, 12),
    found=st.lists(texts(), min_size=1, max_size=5),
)
def test_it_fits_and_says_what_is_left_out(number, kinds, denials, found, budget, inert):
    shown = large(number, kinds, denials, found)
    text = written(shown, budget)
    assert len(text.encode()) <= budget
    inert(text)
    counts = Counter(one.action for one in shown.plan.changes.values())
    headline = text.split("\n")[1]
    assert [
        f"{counts[action]} to {action}" for action in counts if f"{counts[action]} to {action}" not in headline
    ] == []
    assert [place for place in range(denials) if f"`MLP{place:03}`" not in text] == []
    ended = [one.address for one in shown.plan.changes.values() if one.action in DESTROYS]
    named = [address for address in ended if address in destroyed(text)]
    assert len(named) + counted(text, "destructive change") in (len(ended), len(ended) + detail(text))


def destroyed(text):
    """Return the addresses that stand as destroyed, in the open or folded."""
    pairs = re.findall(
        r"^- `[^`]+` \*\*`([^`]+)`\*\*|^<details><summary><code>[^<]+</code> <code>([^<]+)</code>", text, re.MULTILINE
    )
    return {unescape(one or other) for one, other in pairs}


def detail(text):
    """Return of how many destructive changes the details alone are left out."""
    return sum(map(int, re.findall(r"the details of (\d+) destructive change", text)))


@settings(max_examples=25, deadline=None)
@given(budget=st.integers(9_000, 200_000))
def test_more_room_never_shows_less_of_what_is_destroyed(budget):
    shown = large(300, ACTIONS, 3, ["a rather long text " * 8])
    small, big = written(shown, budget), written(shown, budget + 20_000)
    assert len(small.encode()) <= budget
    ended = [one.address for one in shown.plan.changes.values() if one.action in DESTROYS]
    named = [one for one in ended if one in destroyed(small)]
    assert named
    assert [one for one in named if one not in destroyed(big)] == []


def test_what_fits_whole_is_not_said_to_be_left_out():
    text = written(large(6, ACTIONS, 1, ["short"]), COMMENT)
    assert "left out" not in text.lower()
    assert "`mlplan show" not in text


def told(form, shown):
    """Return the counts that a form tells, by action."""
    text = rendered(form, shown)
    if form == "json":
        return {name: number for name, number in json.loads(text)["summary"].items() if number}
    if form == "html":
        held = re.search(r"data-counts='([^']*)'|data-counts=\"([^\"]*)\"", text)
        return {
            name: number for name, number in json.loads((held[1] or held[2]).replace("&quot;", '"')).items() if number
        }
    line = (
        text.split("\n")[1]
        if form == "markdown"
        else next(one for one in text.splitlines() if one.startswith("Plan: "))
    )
    words = {"create", "update", "replace", "delete", "restore", "import", "forget", "move"}
    counts = {verb: int(number) for number, verb in re.findall(r"(\d+) to (\w+)", line) if verb in words}
    later = re.search(r"(\d+) later", line)
    return counts | ({"held": int(later[1])} if later else {})


@settings(max_examples=20, deadline=None)
@given(shown=sheets())
def test_all_forms_tell_the_same_counts(shown):
    summary = told("json", shown)
    held = Counter(one.action for one in shown.plan.held)
    wanted = {
        name: number - held[name] for name, number in summary.items() if name not in ("no-op", "blocked", "unselected")
    }
    assert told("html", shown) == summary
    for form in {"human", "markdown"} & set(FORMS):
        assert told(form, shown) == {name: number for name, number in wanted.items() if number}
