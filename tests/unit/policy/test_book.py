"""Book: rules of installed packages, and that only those which the policy names are ever imported."""

import sys

import pytest

from mlplan.policy import rules
from mlplan.policy.book import Book

RULE = """\
from mlplan.policy.rule import Seen, failed, passed, rule

@rule("{code}", "names are short", "resource", everywhere=True)
def short(seen: Seen):
    yield passed() if len(seen.values.get("name", "")) < 9 else failed("too long", hint="shorten it")
"""
ENTRY = "[mlplan.rules]\nshort = {module}:{target}\n"


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Return a function that installs a distribution with one module, as an installer leaves it."""
    monkeypatch.syspath_prepend(tmp_path)

    def make(name, text, target="short"):
        module = name.replace("-", "_")
        (tmp_path / f"{module}.py").write_text(text, encoding="utf-8")
        info = tmp_path / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(ENTRY.format(module=module, target=target), encoding="utf-8")
        monkeypatch.delitem(sys.modules, module, raising=False)
        return module

    yield make
    for path in tmp_path.glob("*.py"):
        sys.modules.pop(path.stem, None)


def test_the_rules_of_a_named_distribution_are_known(install):
    install("acme-rules", RULE.format(code="ACME001"))
    book = Book()
    cards, problems = book.cards(["ACME_Rules"])
    assert problems == []
    assert cards["ACME001"].title == "names are short"
    assert [one.card.code for one in book.installed(["ACME_Rules"])] == ["ACME001"]


def test_one_that_is_not_named_is_never_imported(install):
    module = install("acme-evil", "raise SystemExit('imported')")
    install("acme-rules", RULE.format(code="ACME001"))
    cards, problems = Book().cards(["acme-rules"])
    assert problems == []
    assert module not in sys.modules
    assert cards.keys() - rules().keys() == {"ACME001"}


def test_nothing_is_imported_for_a_policy_without_plugins(install):
    module = install("acme-evil", "raise SystemExit('imported')")
    assert Book().cards([])[0].keys() == rules().keys()
    assert module not in sys.modules


def test_an_entry_point_may_lead_to_several_rules(install):
    text = RULE.format(code="ACME001") + RULE.format(code="ACME002").replace("def short", "def other")
    install("acme-many", text + "\nevery = [short, other]\n", target="every")
    assert {one.card.code for one in Book().installed(["acme-many"])} == {"ACME001", "ACME002"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1 / 0", "ZeroDivisionError"), ("short = 1", "TypeError"), ("", "AttributeError"),
        (RULE.format(code="MLP001"), "MLP001"), (RULE.format(code="mine"), "mine"),
    ],
    ids=["fails", "no rule", "nothing there", "our code", "no code"],
)  # fmt: skip
def test_what_is_wrong_with_a_distribution_is_told(install, text, why):
    install("acme-broken", text)
    book = Book()
    cards, [problem] = book.cards(["acme-broken"])
    assert problem.path == (0,)
    assert why in problem.summary
    assert cards.keys() == rules().keys()
    assert book.installed(["acme-broken"]) == []


def test_one_that_is_not_there_is_told():
    _, [problem] = Book().cards(["acme-nowhere"])
    assert problem.summary == "no installed distribution acme-nowhere offers rules"


def test_two_distributions_cannot_share_a_code(install):
    install("acme-one", RULE.format(code="ACME001"))
    install("acme-two", RULE.format(code="ACME001"))
    _, [problem] = Book().cards(["acme-one", "acme-two"])
    assert (problem.path, problem.summary) == ((1,), "acme-two brings ACME001, which is there already")


def test_they_judge_like_any_other(install, said, plan):
    install("acme-rules", RULE.format(code="ACME001"))
    from mlplan.core.policy import Policy  # noqa: PLC0415 - beside its use
    from mlplan.policy.judge import judge  # noqa: PLC0415

    document = plan(resources={"schema.x": {"kind": "schema", "values": {"name": "much-too-long"}}})
    found = judge(Policy(plugins=("acme-rules",)), document, 0.0, Book().installed(["acme-rules"]))
    assert [(one.code, one.outcome) for one in found if one.code == "ACME001"] == [("ACME001", "failed")]
