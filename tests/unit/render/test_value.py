import pytest

from mlplan.core.values import Unknown
from mlplan.render.value import LIMIT, pair, show

LONG = "x" * 200


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "(unset)"),
        (True, "true"),
        (6, "6"),
        (0.5, "0.5"),
        ("word", "word"),
        ("two words", '"two words"'),
        ("", '""'),
        ("a -> b", '"a -> b"'),
        ("@champion", "@champion"),
        (["A", "B"], "[A, B]"),
        ({"env": "TOKEN"}, "{env: TOKEN}"),
        (
            Unknown("${resources.experiments.fraud.experiment_id}"),
            "(known after apply: experiments.fraud.experiment_id)",
        ),
        ("evil\x1b[2J", '"evil\\u001b[2J"'),
    ],
    ids=str,
)
def test_values_are_written_as_in_yaml(value, expected):
    assert show(value) == expected


def test_long_values_say_how_much_is_left_out():
    assert show(LONG) == f"{'x' * (LIMIT - 12)}... ({200 - LIMIT + 12} more)"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("6", "7", ("6", "7")),
        ("6", 6, ('"6"', "6")),
        (f"{LONG}old", f"{LONG}new", ('"...xxxxxxxxxxxxold"', '"...xxxxxxxxxxxxnew"')),
        (None, "a", ("(unset)", "a")),
    ],
    ids=["plain", "types", "late difference", "unset"],
)
def test_both_sides_show_where_they_differ(before, after, expected):
    assert pair(before, after) == expected
