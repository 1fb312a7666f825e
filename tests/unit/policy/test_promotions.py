"""Rules on promotions: what their pages leave out."""

import pytest

SINCE = "2026-11-19T21:00:00Z"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"from": 6, "to": 5}, "failed"), ({"from": 6, "to": 5, "move": "rollback"}, "passed"),
        ({"from": 6, "to": 5, "move": "put back"}, "passed"), ({"from": None, "to": 5, "move": "first"}, None),
        ({"from": 9, "to": 10}, "passed"),
    ],
    ids=["back", "rollback", "put back", "first", "forward"],
)  # fmt: skip
def test_versions_move_forward(outcome, promotion, parts, expected):
    assert outcome("MLP041", promotion(**parts)) == expected


@pytest.mark.parametrize("code", ["MLP040", "MLP042", "MLP045", "MLP050", "MLP051"])
def test_a_version_of_which_nothing_is_known_is_unknown_with_the_reason(said, promotion, code):
    document = promotion(versions={}, unknown={"v7": "HTTP 403"})
    [found] = said(code, document)
    assert (found.outcome, found.detail, found.blocks) == ("unknown", "HTTP 403", False)


VERDICTS = [
    ("safe", "safe", "passed", "passed"), ("rejected", "coerced", "failed", "failed"), ("safe", "coerced", "passed", "failed"),
    ("rejected", "safe", "failed", "passed"), ("unknown", "unknown", "unknown", "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("dataframe", "json", "rejects", "coerces"), VERDICTS)
def test_signatures(outcome, promotion, dataframe, json, rejects, coerces):
    document = promotion(signature={"verdict": {"dataframe": dataframe, "json": json}, "columns": [], "reason": "r"})
    assert (outcome("MLP043", document), outcome("MLP044", document)) == (rejects, coerces)


def test_a_column_that_is_coerced_counts_beside_one_that_is_rejected(outcome, promotion):
    columns = [{"name": "a", "json": "rejected"}, {"name": "b", "json": "coerced"}]
    told = {"verdict": {"dataframe": "safe", "json": "rejected"}, "columns": columns}
    assert outcome("MLP044", promotion(signature=told)) == "failed"
    told = {"verdict": {"dataframe": "unknown", "json": "unknown"}, "columns": columns}
    assert outcome("MLP044", promotion(signature=told)) == "unknown"


def test_bare_values_count_where_a_policy_says_so(outcome, promotion):
    document = promotion(signature={"verdict": {"dataframe": "safe", "json": "safe", "bare": "rejected"}})
    assert outcome("MLP043", document) == "passed"
    assert outcome("MLP043", document, ways=["bare"]) == "failed"


def test_only_the_callers_that_count_do(outcome, promotion):
    document = promotion(signature={"verdict": {"dataframe": "rejected", "json": "safe"}})
    assert outcome("MLP043", document, ways=["json"]) == "passed"
    assert outcome("MLP043", document, ways=["dataframe"]) == "failed"


def test_a_signature_names_the_columns_to_blame(said, promotion):
    columns = [
        {"name": f"c{number}", "before": "long", "after": "string", "json": "rejected", "why": "w"}
        for number in range(7)
    ]
    [found] = said(
        "MLP043", promotion(signature={"verdict": {"dataframe": "safe", "json": "rejected"}, "columns": columns})
    )
    assert found.summary == "JSON callers: requests would fail with an error"
    assert found.detail.splitlines()[0] == "c0: long -> string; w"
    assert found.detail.splitlines()[5:] == ["and 2 more"]


@pytest.mark.parametrize("code", ["MLP043", "MLP044", "MLP047", "MLP048", "MLP052"])
def test_a_first_version_is_compared_with_nothing(outcome, promotion, code):
    assert outcome(code, promotion(**{"from": None, "signature": None})) is None


@pytest.mark.parametrize(
    ("line", "pinned"),
    [
        ("a==1.0", True), ("a===1.0", True), ("a==1.*", False), ("a>=1", False), ("a", False), ("# a", True), ("-r x.txt", True),
        ("a @ file:///x.whl", True), ("a==1 ; python_version < '4'", True), ("a[x]==1.0", True), ("a; extra == 'x'", False),
    ],
)  # fmt: skip
def test_pins(outcome, promotion, line, pinned):
    assert outcome("MLP046", promotion({"requirements": [line]})) == ("passed" if pinned else "failed")


def test_packages_that_need_no_pin(outcome, promotion):
    document = promotion({"requirements": ["MLflow[extras]>=3"]})
    assert outcome("MLP046", document, ignore=["mlflow*"]) == "passed"


def test_steps_count_by_size_and_package(outcome, promotion):
    row = {"name": "XGBoost", "before": "1.0", "after": "2.0", "change": "major"}
    document = promotion(requirements=[row], requirements_summary={"worst": "major"})
    assert outcome("MLP047", document) == "failed"
    assert outcome("MLP047", document, changes=["minor"]) == "passed"
    assert outcome("MLP047", document, packages=["scikit-*"]) == "passed"
    assert outcome("MLP047", document, packages=["xgb*"]) == "failed"
    assert outcome("MLP047", promotion(requirements=[], requirements_summary={"worst": "unknown"})) == "unknown"


def test_many_steps_are_listed(said, promotion):
    rows = [{"name": f"p{number}", "before": "1.0", "after": "2.0", "change": "major"} for number in range(10)]
    [found] = said("MLP047", promotion(requirements=rows, requirements_summary={"worst": "major"}))
    assert found.summary == "10 packages change much"
    assert found.detail.splitlines() == [*(f"p{number}: 1.0 -> 2.0 (major)" for number in range(8)), "and 2 more"]


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ({"run_id": "r", "git": {"commit": "c" * 40}}, "passed"), ({"run_id": "r", "git": {"commit": ""}}, "failed"),
        ({"run_id": "", "git": {"commit": ""}, "unknown": {"run": "HTTP 403"}}, "unknown"), ({"status": "READY"}, "failed"),
    ],
    ids=["known", "no commit", "unread", "nothing"],
)  # fmt: skip
def test_origins(outcome, promotion, new, expected):
    assert outcome("MLP050", promotion(new)) == expected


@pytest.mark.parametrize(("clean", "expected"), [(True, "passed"), (False, "failed"), (None, "unknown")])
def test_clean_code(outcome, promotion, clean, expected):
    assert outcome("MLP051", promotion({"git": {"commit": "c", "clean": clean}})) == expected


@pytest.mark.parametrize(
    ("endpoints", "expected"),
    [
        ([], None), ([{"id": "a", "to": 7, "traffic_after": 0}], None), ([{"id": "a", "to": 7, "traffic_after": 10}], "failed"),
        ([{"id": "a", "to": 6, "traffic_after": 100}], "passed"), ([{"id": "a", "to": 5, "traffic_after": 1}], "unknown"),
    ],
    ids=["none", "no traffic", "not ready", "ready", "not known"],
)  # fmt: skip
def test_traffic_goes_to_what_is_ready(outcome, promotion, endpoints, expected):
    document = promotion({"status": "PENDING_REGISTRATION"}, {"status": "READY"}, endpoints=endpoints)
    assert outcome("MLP013", document) == expected


FLOOR = {"metric": "auc", "min": 0.9, "max": 0.99}


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.9, "passed"), (0.99, "passed"), (0.8999, "failed"), (0.991, "failed"), (None, "unknown"), (1, "failed")],
)
def test_limits(outcome, promotion, value, expected):
    metrics = {} if value is None else {"auc": value}
    assert outcome("MLP060", promotion({"metrics": metrics}), gate=FLOOR) == expected


@pytest.mark.parametrize(
    ("old", "new", "gate", "expected"),
    [
        (0.76, 0.74, {"max_drop": 0.02}, "passed"), (0.76, 0.7399, {"max_drop": 0.02}, "failed"),
        (0.3, 0.1, {"max_drop": 0.2}, "passed"), (0.7, 0.9, {"max_drop": 0.0}, "passed"),
        (38.0, 41.0, {"max_rise": 3}, "passed"), (38.0, 41.5, {"max_rise": 3}, "failed"),
        (None, 0.9, {"max_drop": 0.1}, "unknown"), (0.9, None, {"max_drop": 0.1}, "unknown"),
    ],
    ids=["as far as allowed", "beyond", "in people's digits", "better", "risen", "risen too far", "no old", "no new"],
)  # fmt: skip
def test_regressions(outcome, promotion, old, new, gate, expected):
    known = [{"metrics": {} if value is None else {"m": value}} for value in (new, old)]
    made = {name: float(value) for name, value in gate.items()}
    assert outcome("MLP061", promotion(*known), gate={"metric": "m", **made}) == expected


def test_a_regression_says_what_it_is_compared_on(said, promotion):
    from mlplan.core.policy import Gate, Policy  # noqa: PLC0415 - beside its use

    figures = ({"metrics": {"m": 0.9}}, {"metrics": {"m": 0.9}})
    loose, strict = ({"metric": "m", "max_drop": 0.1, "same_data": same} for same in (False, True))
    other = promotion(*figures, data={"same": False, "reason": "evaluation data differs"})
    [found] = said("MLP061", other, Policy(gates=(Gate("MLP061", options=loose),)))
    assert (found.outcome, found.detail) == ("passed", "The figures may not compare: evaluation data differs")
    [found] = said("MLP061", other, Policy(gates=(Gate("MLP061", options=strict),)))
    assert (found.outcome, found.detail, found.blocks) == (
        "unknown",
        "The figures may not compare: evaluation data differs",
        True,
    )
    [found] = said("MLP061", promotion(*figures, data={"same": True}), Policy(gates=(Gate("MLP061", options=strict),)))
    assert (found.outcome, found.detail) == ("passed", "")


def test_a_first_version_has_nothing_to_fall_behind(outcome, promotion):
    assert outcome("MLP061", promotion(**{"from": None}), gate={"metric": "m", "max_drop": 0.0}) == "passed"


def origin(**more):
    held = [{"alias": "champion", "since": SINCE, "until": None}]
    return {"origin": {"environment": "staging", "model": "staging.ml.fraud", "version": 19, "held": held, **more}}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (origin(), "passed"), (origin(held=[]), "failed"), (origin(environment="dev"), "failed"), ({"origin": None}, "failed"),
        ({"origin": None, "unknown": {"origin": "no state there"}}, "unknown"), ({}, "unknown"),
        (origin(held=[{"alias": "challenger", "since": SINCE, "until": None}]), "failed"),
    ],
    ids=["held", "never held", "elsewhere", "no such version", "unread", "nobody looked", "another alias"],
)  # fmt: skip
def test_the_path(outcome, promotion, parts, expected):
    assert outcome("MLP062", promotion(**parts), gate={"environment": "staging"}) == expected


@pytest.mark.parametrize(
    ("since", "until", "at_least", "expected"),
    [
        (SINCE, None, "12h", "passed"), (SINCE, None, "13h", "failed"), (SINCE, "2026-11-19T22:00:00Z", "1h", "passed"),
        (SINCE, "2026-11-19T21:59:59Z", "1h", "failed"),
    ],
    ids=["just long enough", "still", "once", "cut short"],
)  # fmt: skip
def test_soaking(outcome, promotion, since, until, at_least, expected):
    held = [{"alias": "champion", "since": since, "until": until}]
    gate = {"environment": "staging", "alias": "champion", "at_least": at_least}
    assert outcome("MLP063", promotion(**origin(held=held)), gate=gate) == expected


def test_soaking_tells_moments_that_never_change(said, promotion):
    from mlplan.core.policy import Gate, Policy  # noqa: PLC0415 - beside its use

    gate = Gate("MLP063", options={"environment": "staging", "at_least": "24h"})
    start = 1_795_122_000.0
    told = {
        said("MLP063", promotion(**origin()), Policy(gates=(gate,)), start + minute * 60)[0].summary
        for minute in range(5)
    }
    [text] = told
    assert text == f"v7 held champion in staging from {SINCE}, 24h are wanted; they are over at 2026-11-20T21:00:00Z"


@pytest.mark.parametrize(
    ("new", "held", "expected"),
    [
        ({"aliases": ["challenger"]}, [], "passed"), ({"aliases": []}, [{"alias": "challenger", "since": SINCE}], "passed"),
        ({"aliases": ["other"]}, [], "failed"), ({}, None, "unknown"), ({"aliases": ["challenger"]}, None, "passed"),
    ],
    ids=["holds", "held", "never", "nothing known", "no ledger"],
)  # fmt: skip
def test_rivals(outcome, promotion, new, held, expected):
    parts = {} if held is None else {"held": held}
    assert outcome("MLP064", promotion(new, **parts), gate={"alias": "challenger"}) == expected


def test_soaking_here_needs_the_ledger(outcome, promotion):
    gate = {"alias": "challenger", "at_least": "1h"}
    assert outcome("MLP063", promotion({"status": "READY"}), gate=gate) == "unknown"
    held = [{"alias": "challenger", "since": SINCE, "until": None}]
    assert outcome("MLP063", promotion({"status": "READY"}, held=held), gate=gate) == "passed"


@pytest.mark.parametrize(
    ("tags", "expected"), [({"approved": "true"}, "passed"), ({"approved": "no"}, "failed"), ({}, "failed")]
)
def test_tags(outcome, promotion, tags, expected):
    assert (
        outcome("MLP065", promotion({"tags": tags, "status": "READY"}), gate={"tags": {"approved": "true"}}) == expected
    )
