"""Rules: each has a page, and the page a failing and a passing example that are judged here."""

import json
import re
from datetime import datetime

import pytest

from mlplan.config.load import load
from mlplan.config.policy import read
from mlplan.policy import RULES, rules
from mlplan.policy.book import Book
from mlplan.policy.judge import judge

BLOCK = re.compile(r"^```yaml\n# (fails|passes)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOW = datetime.fromisoformat("2026-11-20T09:00:00Z").timestamp()
OUTCOMES = {"fails": "failed", "passes": "passed"}


def page(root, code):
    return (root / f"mlplan/app/pages/{code}.md").read_text(encoding="utf-8")


def judged(text, tmp_path):
    """Return what the rules say of an example; its `policy` goes through a file, like any other."""
    document, found = load(text.encode(), "example.yaml")
    assert found == []
    (tmp_path / "policy.yaml").write_text(json.dumps(document.pop("policy", {})), encoding="utf-8")
    policy, found = read(tmp_path, "policy.yaml", Book())
    assert found == []
    now = document.pop("now", None)
    return judge(policy, document, datetime.fromisoformat(now).timestamp() if now else NOW)


def test_there_are_enough_rules(figure):
    figure(f"policy: {len(RULES)} built-in rules, each with a failing and a passing example that are judged")
    assert len(RULES) >= 20


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_where_the_contents_say(code):
    assert rules()[code].card.code == code


@pytest.mark.parametrize("code", RULES)
def test_its_page_bears_its_title_and_tells_its_options(code, root):
    card, text = rules()[code].card, page(root, code)
    assert text.startswith(f"# {code}: {card.title}\n")
    assert [name for name in (card.options.model_fields if card.options else ()) if f"`{name}`" not in text] == []
    assert ("gate denies" if card.gate else f"On its own: {card.level}") in text


@pytest.mark.parametrize("code", RULES)
def test_its_examples_come_out_as_the_page_says(code, root, tmp_path):
    blocks = BLOCK.findall(page(root, code))
    assert [word for word, _ in blocks] == ["fails", "passes"]
    for word, text in blocks:
        results = [one for one in judged(text, tmp_path) if one.code == code]
        assert {one.outcome for one in results} == {OUTCOMES[word]}, results


@pytest.mark.parametrize("code", RULES)
def test_a_failure_says_what_to_do(code, root, tmp_path):
    text = next(text for word, text in BLOCK.findall(page(root, code)) if word == "fails")
    for one in judged(text, tmp_path):
        if one.code == code:
            assert one.summary != one.title
            assert one.hint
            assert "\n" not in one.summary + one.hint
