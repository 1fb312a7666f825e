"""Policy: what a policy file may say, and that every mistake in it is told with its place."""

import pytest

from mlplan.config.policy import read
from mlplan.config.project import load
from mlplan.core.policy import Card, Custom, Exemption, Gate, Policy, Scope, Setting
from mlplan.policy.book import Book

PLAIN = "policy.yaml"


class Bare(Book):
    """A book without the library of expressions."""

    def missing(self):
        return "mlplan[policy]"


@pytest.fixture
def policy(write):
    """Return a function that reads a policy file of a project with the environments dev and prod."""
    return lambda text, book=None: read(write({PLAIN: text}), PLAIN, book or Book())


@pytest.fixture
def good(policy):
    """Return a function that reads a policy without mistakes."""

    def make(text):
        found = policy(text)
        assert found.diagnostics == []
        return found.policy

    return make


def test_a_policy_that_says_nothing(good):
    assert good("rules: {}\n") == Policy()


def test_levels_in_all_forms(good):
    text = """\
rules:
  MLP010: deny
  MLP011: {level: warn, environments: [prod], resources: ["serving_endpoint.*"], unknown: allow}
  MLP012: [{environments: [dev], level: "off"}, {options: {tags: {tier: gold}}}]
"""
    assert good(text).settings == {
        "MLP010": (Setting("deny"),),
        "MLP011": (Setting("warn", Scope(("prod",), ("serving_endpoint.*",)), "allow"),),
        "MLP012": (Setting("off", Scope(("dev",))), Setting(options={"tags": {"tier": "gold"}})),
    }


def test_gates_become_rules_with_options(good):
    text = """\
gates:
  - {alias: champion, environments: [prod], metric: auc, min: 0.9, max_drop: 1, level: warn}
  - {model: "*.ml.*", metric: p95, max: 60, max_rise: 5, same_data: true, unknown: allow}
  - {alias: champion, held: {environment: dev, at_least: 24h}}
  - {alias: champion, held: {alias: challenger}}
  - {tag: {approved: "true"}}
"""
    prod, slow = (
        {"alias": "champion", "environments": ("prod",), "level": "warn"},
        {"model": "*.ml.*", "unknown": "allow"},
    )
    assert good(text).gates == (
        Gate("MLP060", **prod, options={"metric": "auc", "min": 0.9}),
        Gate("MLP061", **prod, options={"metric": "auc", "max_drop": 1.0, "same_data": False}),
        Gate("MLP060", **slow, options={"metric": "p95", "max": 60.0}),
        Gate("MLP061", **slow, options={"metric": "p95", "max_rise": 5.0, "same_data": True}),
        Gate("MLP062", alias="champion", options={"alias": "", "environment": "dev"}),
        Gate("MLP063", alias="champion", options={"alias": "", "environment": "dev", "at_least": "24h"}),
        Gate("MLP064", alias="champion", options={"alias": "challenger", "environment": ""}),
        Gate("MLP065", options={"tags": {"approved": "true"}}),
    )


def test_what_gates_become_their_rules_take(good):
    """The options come out of the file's blocks; the rule's own model has the last word."""
    cards, _ = Book().cards([])
    text = "gates:\n  - {metric: a, min: 1, max: 2, max_drop: 1, max_rise: 1}\n  - {held: {environment: dev, at_least: 1h}}\n"
    for gate in good(text + "  - {held: {alias: b}}\n  - {tag: {a: b}}\n").gates:
        assert cards[gate.code].options.model_validate(gate.options)


def test_rules_of_ones_own_and_exceptions(good):
    text = """\
custom:
  - code: ACME001
    title: endpoints name their team
    for: resource
    when: resource.kind == "serving_endpoint"
    check: has(resource.values.tags)
    message: whose is it?
exceptions:
  - {rule: ACME001, resource: "*", reason: later, expires: "2026-12-31", approved_by: ana, environments: [prod]}
"""
    made = good(text)
    [custom], [exempt] = made.custom, made.exceptions
    assert custom == Custom(
        "ACME001", "endpoints name their team", "resource", "has(resource.values.tags)",
        'resource.kind == "serving_endpoint"', "whose is it?",
    )  # fmt: skip
    assert exempt == Exemption("ACME001", "*", "later", "2026-12-31", "ana", ("prod",))


BAD = {
    "unknown rule": ("rules:\n  MLP12: deny\n", "MLE320 2:3"),
    "unknown level": ("rules:\n  MLP012: denny\n", "MLE203 2:11"),
    "a level that YAML readers read in two ways": ("rules:\n  MLP012: off\n", "MLE117 2:11"),
    "unknown field": ("rules:\n  MLP012: {levl: deny}\n", "MLE200 2:12"),
    "unknown section": ("rulez: {}\n", "MLE200 1:1"),
    "a number": ("rules:\n  MLP012: 5\n", "MLE202 2:11"),
    "a number in a list": ("rules:\n  MLP012: [deny]\n", "MLE202 2:12"),
    "unknown option": ("rules:\n  MLP012: {options: {tag: {a: b}}}\n", "MLE200 2:22"),
    "an option of the wrong type": ("rules:\n  MLP005: {options: {workspaces: [one]}}\n", "MLE202 2:35"),
    "a rule without options": ("rules:\n  MLP010: {options: {a: b}}\n", "MLE322 2:12"),
    "a gate's rule": ("rules:\n  MLP060: deny\n", "MLE321 2:3"),
    "a rule of one's own": (
        "rules:\n  ACME001: warn\ncustom:\n  - {code: ACME001, title: t, for: plan, check: 'true'}\n",
        "MLE321 2:3",
    ),
    "unknown environment": ("rules:\n  MLP012: {environments: [prd]}\n", "MLE329 2:27"),
    "unknown environment in a list": ("rules:\n  MLP012: [{environments: [prod]}, {environments: [x*]}]\n", "MLE329 2:52"),
    "unknown environment of a gate": ("gates:\n  - {tag: {a: b}, environments: [prd]}\n", "MLE329 2:34"),
    "unknown environment of a path": ("gates:\n  - {held: {environment: stagging}}\n", "MLE329 2:26"),
    "nothing asked": ("gates:\n  - {alias: champion}\n", "MLE323 2:5"),
    "two things asked": ("gates:\n  - {tag: {a: b}, metric: m, min: 1}\n", "MLE323 2:5"),
    "no bound": ("gates:\n  - {metric: m}\n", "MLE323 2:14"),
    "a bound without a metric": ("gates:\n  - {tag: {a: b}, min: 1}\n", "MLE323 2:19"),
    "same data of nothing": ("gates:\n  - {metric: m, min: 1, same_data: true}\n", "MLE323 2:25"),
    "an empty path": ("gates:\n  - {held: {at_least: 1h}}\n", "MLE323 2:6"),
    "no length of time": ("gates:\n  - {held: {alias: a, at_least: long}}\n", "MLE323 2:33"),
    "a negative drop": ("gates:\n  - {metric: m, max_drop: -1}\n", "MLE204 2:27"),
    "no reason": ("exceptions:\n  - {rule: MLP012, resource: '*', expires: '2026-01-01'}\n", "MLE201 2:5"),
    "no end": ("exceptions:\n  - {rule: MLP012, resource: '*', reason: r}\n", "MLE201 2:5"),
    "an empty reason": ("exceptions:\n  - {rule: MLP012, resource: '*', reason: '', expires: '2026-01-01'}\n", "MLE204 2:43"),
    "no such day": ("exceptions:\n  - {rule: MLP012, resource: '*', reason: r, expires: '2026-02-30'}\n", "MLE324 2:55"),
    "an exception to nothing": ("exceptions:\n  - {rule: MLP999, resource: '*', reason: r, expires: '2026-01-01'}\n", "MLE320 2:12"),
    "our code": ("custom:\n  - {code: MLP900, title: t, for: plan, check: 'true'}\n", "MLE325 2:12"),
    "one code twice": (
        "custom:\n" + "  - {code: ACME001, title: t, for: plan, check: 'true'}\n" * 2,
        "MLE325 3:12",
    ),
    "no expression": ("custom:\n  - {code: ACME001, title: t, for: plan, check: 'plan.'}\n", "MLE326 2:49"),
    "another subject": ("custom:\n  - {code: ACME001, title: t, for: plan, check: 'change.x'}\n", "MLE326 2:49"),
    "no subject": ("custom:\n  - {code: ACME001, title: t, for: all, check: 'x'}\n", "MLE203 2:36"),
    "no such package": ("plugins: [acme-nowhere]\n", "MLE327 1:11"),
    "a list": ("- a\n", "MLE121 1:1"),
    "nothing": ("# nothing\n", "MLE122 1:1"),
    "a key twice": ("rules: {}\nrules: {}\n", "MLE114 2:1"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_mistakes_have_a_code_and_a_place(policy, name):
    text, expected = BAD[name]
    found = policy(text)
    assert found.policy is None
    assert [f"{one.code} {one.source.line}:{one.source.column}" for one in found.diagnostics] == [expected]
    [one] = found.diagnostics
    assert one.source.file == PLAIN
    assert one.summary
    assert "\n" not in one.summary + one.hint


def test_all_mistakes_come_together(policy):
    together = ("unknown rule", "nothing asked", "our code", "no such day", "no such package")
    found = policy("".join(BAD[name][0] for name in together))
    assert [one.code for one in found.diagnostics] == ["MLE320", "MLE323", "MLE325", "MLE324", "MLE327"]
    assert [one.source.line for one in found.diagnostics] == [2, 4, 6, 8, 9]


def test_expressions_need_their_library(policy):
    text = "custom:\n  - {code: ACME001, title: t, for: plan, check: 'true'}\n"
    [one] = policy(text, Bare()).diagnostics
    assert (one.code, one.hint) == ("MLE328", "pip install 'mlplan[policy]'")


def test_a_misspelt_rule_gets_a_suggestion(policy):
    [one] = policy("rules: {MLP12: deny}\n").diagnostics
    assert one.hint == "did you mean `MLP012`?"


RESOURCES = {"resources/a.yaml": "resources: {}\n"}
MANIFEST = "project: demo\nenvironments: {dev: {provider: local}}\npolicy: policy.yaml\n"


def test_what_a_policy_says_is_bound_and_its_comments_are_not(write):
    def digest(text):
        return load(write({**RESOURCES, "mlplan.yaml": MANIFEST, PLAIN: text}), environ={}).declaration.digest

    one, same, other = map(
        digest, ("rules: {MLP012: deny}\n", "# why\nrules:\n  MLP012: deny\n", "rules: {MLP012: warn}\n")
    )
    assert one == same != other


def test_a_policy_is_one_of_the_project_s_files(write):
    made = load(write({**RESOURCES, "mlplan.yaml": MANIFEST, PLAIN: "rules: {}\n"}), environ={}).declaration
    assert made.files == ("mlplan.yaml", "policy.yaml", "resources/a.yaml")


def test_cards_are_all_that_a_reader_needs(write):
    class Small(Book):
        def cards(self, plugins):
            return {"ACME001": Card("ACME001", "t", "plan")}, []

    found = read(write({PLAIN: "rules: {ACME001: deny}\n"}), PLAIN, Small())
    assert found.policy == Policy(settings={"ACME001": (Setting("deny"),)})
