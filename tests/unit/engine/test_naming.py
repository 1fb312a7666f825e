"""Which texts of one environment stand for which of another."""

import pytest

from mlplan.engine.naming import Naming

PAIRS = [("staging", "prod"), ("staging.ml.score", "prod.ml.score"), ("s-", "p-"), ("same", "same")]


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        ("same", "same", True),
        ("staging", "prod", True),
        ("staging.ml.score", "prod.ml.score", True),
        ("a model of staging", "a model of prod", True),
        ("/Shared/fraud-staging/x", "/Shared/fraud-prod/x", True),
        ("fraud_staging", "fraud_prod", True),
        ("staging and staging", "prod and staging", True),
        ("stagings", "prods", False),
        ("unstaging", "unprod", False),
        ("staging", "dev", False),
        ("prod", "staging", False),
        ("staging 6", "prod 7", False),
        ("s-fraud", "p-fraud", True),
        ("", "prod", False),
        ("staging", "", False),
    ],
)
def test_names_are_replaced_as_whole_words(left, right, alike):
    assert Naming(PAIRS).alike(left, right) is alike


def test_of_several_counterparts_any_fits():
    naming = Naming([("main", "one"), ("main", "two")])
    assert naming.alike("main main", "one two")
    assert not naming.alike("main main", "one three")


def test_a_long_text_full_of_names_is_gone_through_once():
    naming = Naming([("a", "b"), ("a a", "b b"), ("a a a", "b b b")])
    assert naming.alike(" ".join("a" * 2000), " ".join("b" * 2000))
    assert not naming.alike(" ".join("a" * 2000), " ".join("b" * 1999) + " c")
