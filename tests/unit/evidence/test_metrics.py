import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlplan.evidence.metrics import deltas, params, unusable


def test_metrics_of_both_runs_stand_first_each_group_by_name():
    rows = deltas({"recall": 0.5, "old": 1, "auc": 0.8673}, {"auc": 0.9125, "recall": 0.5, "a_new_one": 2})
    assert [tuple(row.values()) for row in rows] == [
        ("auc", 0.8673, 0.9125, 0.0452),
        ("recall", 0.5, 0.5, 0.0),
        ("a_new_one", None, 2.0, None),
        ("old", 1.0, None, None),
    ]


@pytest.mark.parametrize(
    ("before", "after", "delta"),
    [
        pytest.param(0.3, 0.1 + 0.2, 0.0, id="the same sum in another order"),
        pytest.param(0.9, 0.9 + 1e-9, 1e-9, id="a small change"),
        pytest.param(0, 0, 0.0, id="whole numbers"),
        pytest.param(0.0, -0.0, 0.0, id="both zeros"),
        pytest.param(0.0, 5e-324, 5e-324, id="from zero"),
        pytest.param(1.7e308, -1.7e308, None, id="too far apart for a float"),
    ],
)
def test_the_difference_of_two_figures(before, after, delta):
    (row,) = deltas({"m": before}, {"m": after})
    assert row["delta"] == delta


@pytest.mark.parametrize(("value", "said"), [(math.nan, "NaN"), (math.inf, "infinity"), (-math.inf, "minus infinity")])
def test_what_is_no_number_is_unknown_and_says_why(value, said):
    assert deltas({"loss": 0.5}, {"loss": value}) == [{"name": "loss", "before": 0.5, "after": None, "delta": None}]
    assert list(unusable({"loss": value, "auc": 0.9})) == [("loss", f"the run logged {said}")]


def test_only_parameters_that_differ_are_told():
    assert params({"C": "1.0", "rows": "18000", "depth": "3"}, {"rows": "18000", "C": "2.0", "eta": "0.1"}) == [
        {"name": "C", "before": "1.0", "after": "2.0"},
        {"name": "depth", "before": "3", "after": None},
        {"name": "eta", "before": None, "after": "0.1"},
    ]


FIGURES = st.dictionaries(st.sampled_from("abcd"), st.floats())


@settings(derandomize=True, deadline=None)
@given(FIGURES, FIGURES)
def test_rows_are_json_and_the_way_back_has_the_opposite_sign(before, after):
    there, back = deltas(before, after), {row["name"]: row for row in deltas(after, before)}
    assert json.loads(json.dumps(there, allow_nan=False)) == there
    for row in there:
        assert back[row["name"]]["delta"] == (None if row["delta"] is None else -row["delta"])
