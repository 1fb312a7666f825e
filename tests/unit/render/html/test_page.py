"""The HTML report as text: what must hold without a browser."""

import base64
import hashlib
import json
import re

import pytest

from mlplan.core.plan import Plan, Step
from mlplan.core.rollout import Rollout
from mlplan.render.html.layout import placed, reduced
from mlplan.render.html.tag import join, raw, tag
from mlplan.render.review import Review
from mlplan.render.sheet import Heading, Sheet, rendered
from mlplan.testing.hostile import sheet

HEADING = Heading("fraud", "prod", "acme.cloud", "state serial 7", protected=True)
DIGEST = "sha256:" + "0" * 64
DOCUMENT = {
    "digest": DIGEST, "created": "2026-01-01T00:00:00Z", "expires": "2026-01-02T00:00:00Z", "tool": {"version": "1"},
    "git": {"commit": "c0ffee" * 6, "clean": False}, "config": {"digest": "1" * 64, "files": ["mlplan.yaml"]},
    "approvals": [], "snapshot": "",
}  # fmt: skip
APPROVAL = {"name": "model risk", "from": {"users": ["ana"], "teams": ["acme/risk"]}, "count": 2,
            "addresses": ["model_alias.m.champion"], "author": "excluded", "distinct": False}  # fmt: skip


@pytest.fixture
def html(change):
    """Return the page of some changes."""

    def made(*changes, steps=(), review=None, **document):
        plan = Plan({one.address: one for one in changes}, steps=list(steps))
        return rendered("html", Sheet(plan, HEADING, review or Review(), {**DOCUMENT, **document}))

    return made


def digest(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_texts_are_escaped_and_markup_is_not():
    assert tag("p", "<b>", tag("b", "&")) == "<p>&lt;b&gt;<b>&amp;</b></p>"
    assert tag("a", href='" onclick="x', title=None, hidden=True, data_x=1) == (
        '<a href="&quot; onclick=&quot;x" hidden data-x="1"></a>'
    )
    assert tag("p", "a\x1bb") == "<p>a\\u001bb</p>"
    assert join("<", raw("<i>")) == "&lt;<i>"
    assert tag("input", value="<") == '<input value="&lt;">'


def test_the_policy_names_the_very_style_and_script(html):
    text = html()
    [policy] = re.findall(r'content="(default-src [^"]+)"', text)
    [style] = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    [script] = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    allowed = dict(part.split(" ", 1) for part in policy.replace("&#x27;", "'").split("; "))
    assert allowed["default-src"] == "'none'"
    assert allowed["style-src"] == digest(style)
    assert allowed["script-src"] == digest(script)
    assert allowed["img-src"] == "data:"


def test_nothing_is_asked_for_and_no_attribute_runs(html, change):
    text = html(change("catalog.a", action="delete", risk="data_loss"))
    assert re.findall(r"""(?:src|href)=["'](?!#|data:,)""", text) == []
    assert re.findall(r"""\s(?:on\w+|style)=["']""", text) == []
    assert "@import" not in text
    assert "url(" not in text.replace("url(#tip)", "")


def test_it_says_its_counts(html, change):
    text = html(change("catalog.a", action="create"), change("catalog.b", action="delete", blocked="no"))
    [told] = re.findall(r'data-counts="([^"]+)"', text)
    counts = json.loads(told.replace("&quot;", '"'))
    assert (counts["create"], counts["delete"], counts["blocked"], counts["update"]) == (1, 1, 1, 0)
    assert text.count('class="change"') == 2


@pytest.mark.parametrize(
    ("more", "verdict", "told"),
    [
        ({}, "good", "Nothing stands in its way."),
        ({"approvals": [APPROVAL]}, "warn", "Waits for 2 approvals."),
        ({"approvals": [{**APPROVAL, "given": ["ana", "bob"]}]}, "good", "Nothing stands in its way."),
        ({"snapshot": DIGEST}, "bad", "it was made from a snapshot"),
    ],
    ids=["free", "waits", "given", "snapshot"],
)
def test_the_verdict_is_what_apply_would_do(html, change, more, verdict, told):
    text = html(change("catalog.a", action="create"), **more)
    assert f'class="verdict {verdict}"' in text
    assert told in text


def result(about, **more):
    """Return a warning of a rule."""
    base = {"code": "MLP061", "title": "no worse", "outcome": "failed", "level": "warning", "blocks": False, "address": "catalog.a",
            "about": about, "summary": f"{about} fell", "detail": "it goes back", "hint": "look at it", "exception": None}  # fmt: skip
    return {**base, **more}


def judged(change, results):
    plan = Plan({"catalog.a": change("catalog.a", action="create")})
    return rendered("html", Sheet(plan, HEADING, Review(policy=results)))


def test_warnings_are_to_be_weighed_and_say_once_what_is_the_same(change):
    text = judged(change, [result("auc"), result("recall")])
    assert 'class="verdict warn"' in text
    assert "Nothing stands in its way. 2 warnings to weigh." in text
    told = text.partition('id="policy"')[2].partition("</section>")[0]
    assert [told.count(part) for part in ("fell", "it goes back", "look at it", "#catalog.a")] == [2, 1, 1, 1]


def test_what_differs_between_results_of_a_rule_is_said_of_each(change):
    text = judged(change, [result("auc"), result("recall", address="catalog.b", detail="")])
    told = text.partition('id="policy"')[2].partition("</section>")[0]
    assert [told.count(part) for part in ("look at it", "it goes back", "#catalog.a", "#catalog.b")] == [1, 1, 1, 1]


@pytest.mark.parametrize(("more", "lead"), [({}, "Apply accepts only "), ({"snapshot": DIGEST}, "Plan ")])
def test_the_page_says_what_apply_accepts_only_where_it_does(html, change, more, lead):
    assert f"<footer><p>{lead}<code>" in html(change("catalog.a", action="create"), **more)


@pytest.mark.parametrize(("before", "word"), [(0, "after this plan"), (10, "now")])
def test_a_rollout_says_whether_the_plan_moves_it(before, word):
    steps = ((10, "30m"), (50, "2h"))
    rollout = Rollout("serving_endpoint.s", "s", "starts" if before == 0 else "waits", (), steps, before, 10)
    text = rendered("html", Sheet(Plan({}, rollouts={rollout.address: rollout}), HEADING, Review()))
    assert f'aria-current="step">10 %<small>{word}</small>' in text


def test_a_blocked_change_refuses_the_plan(html, change):
    text = html(change("catalog.a", action="delete", blocked="it needs consent"))
    assert "Apply refuses this plan" in text
    assert "1 change is blocked." in text
    assert "<b>blocked</b>: it needs consent" in text


def test_an_approval_names_who_may_give_it(html, change):
    text = html(change("catalog.a", action="create"), approvals=[APPROVAL])
    assert "2 of acme/risk, ana  (nobody who wrote it)" in text
    assert 'href="#model_alias.m.champion"' in text


def test_long_texts_can_be_seen_whole(html, change, field):
    long = "x" * 500
    text = html(change("registered_model.m", field("comment", long, f"{long}y"), id="a.b.m"))
    assert f"<div>{long}</div>" in text
    assert f"<div>{long}y</div>" in text


def test_the_commit_says_that_files_were_edited(html):
    assert "c0ffeec0ffee with uncommitted changes" in html()
    assert DIGEST in html()


def test_the_graph_shows_what_waits_for_what(html, change):
    changes = [change(f"catalog.{name}", action="create") for name in "abc"]
    steps = [Step(1, "create", "catalog.a"), Step(2, "create", "catalog.b", (1,)), Step(3, "create", "catalog.c")]
    text = html(*changes, steps=steps)
    assert text.count('class="node create"') == 2
    assert text.count('class="edge"') == 1
    assert "1 change depends on no other." in text


def test_layers_lead_forward_and_boxes_do_not_touch():
    names = {name: name * 5 for name in "abcdefg"}
    edges = frozenset({("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("a", "d"), ("e", "f")})
    boxes = placed(names, edges)
    assert boxes.keys() == names.keys()
    assert all(boxes[one].x + boxes[one].width < boxes[other].x for one, other in edges)
    assert len({(box.x, box.y) for box in boxes.values()}) == len(names)
    assert reduced(edges) == edges - {("a", "d")}


def test_a_circle_is_drawn_too():
    edges = frozenset({("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")})
    boxes = placed(dict.fromkeys("abcd", "x"), edges)
    assert boxes["c"].x < boxes["d"].x


def test_every_part_has_its_place():
    text = rendered("html", sheet(lambda: "words"))
    for title in (
        "Findings",
        "Promotions",
        "Rollouts",
        "Approvals",
        "Policy",
        "Who gains or loses",
        "Changes",
        "Steps",
    ):
        assert f"{title} (" in text
