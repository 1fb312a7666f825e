"""The evidence of a move as a reviewer reads it: figures side by side, verdicts, and what nobody could tell."""

import re

import pytest

from mlplan.render.colour import ANSI, PLAIN
from mlplan.render.dossier import dossier_lines

FOUND = {
    "from": 6,
    "to": 7,
    "metrics": [
        {"name": "auc", "before": 0.941, "after": 0.953, "delta": 0.012},
        {"name": "recall_br", "before": 0.71, "after": 0.66, "delta": -0.05},
        {"name": "rows", "before": None, "after": 12, "delta": None},
    ],
    "params": [{"name": "C", "before": "1.0", "after": None}, {"name": "depth", "before": None, "after": "7"}],
    "data": {"same": True, "reason": "evaluation data is the same: eval (31aa)", "before": [], "after": []},
    "code": {"before": {"clean": True}, "after": {"clean": False}, "same": False, "reason": "5d0c1e7 -> e44b9f0"},
    "versions": {"7": {"run_id": "c07", "run_url": ""}},
    "registered": {"7": {"by": "ana", "at": "2026-01-01T09:00:00Z"}},
    "signature": {
        "verdict": {"dataframe": "rejected", "json": "coerced"},
        "reason": "",
        "columns": [
            {
                "side": "input", "name": "age", "before": "double", "after": "long", "change": "narrowed",
                "dataframe": "rejected", "json": "coerced", "why": "1.5 becomes 1",
            },
            {
                "side": "output", "name": "score", "before": "double", "after": None, "change": "removed",
                "dataframe": None, "json": None, "breaks": True, "why": "gone",
            },
            {
                "side": "output", "name": "why", "before": None, "after": "string", "change": "added",
                "dataframe": None, "json": None, "breaks": False, "why": "",
            },
        ],
    },
    "requirements": [{"name": "xgboost", "before": "2.0.3", "after": "3.0.0", "change": "major", "reason": ""}],
    "requirements_summary": {"worst": "major", "unchanged": 4, "reason": ""},
    "python": {"before": "3.10.1", "after": "3.11.7", "change": "minor"},
    "unknown": {"v6.run": "the run is deleted"},
}  # fmt: skip
TEXT = """\
               v6     v7
auc         0.941  0.953  +0.012  ok
recall_br    0.71   0.66  -0.05   denied
rows            -     12
params      C 1.0 (gone), depth 7 (new)
data        evaluation data is the same: eval (31aa)
code        5d0c1e7 -> e44b9f0
run         c07
registered  by ana at 2026-01-01T09:00:00Z
signature   DataFrame callers rejected, JSON callers coerced
              age  double -> long  DataFrame rejected, JSON coerced: 1.5 becomes 1
              output score  double -> (gone)  breaks who reads it: gone
              output why  (absent) -> string
libraries   xgboost 2.0.3 -> 3.0.0 (major), 4 the same
python      3.10.1 -> 3.11.7 (minor)
unknown     v6.run: the run is deleted"""


def lines(found, palette=PLAIN, marks=()):
    return dossier_lines(found, palette, dict(marks))


def test_everything_that_is_known_stands_in_the_order_in_which_it_is_asked_for():
    assert "\n".join(lines(FOUND, marks={"auc": "ok", "recall_br": "denied"}.items())) == TEXT


def test_nothing_is_said_of_what_is_not_there():
    assert lines({"from": None, "to": 1, "unknown": {}}) == []


def test_a_first_version_has_figures_of_its_own_only():
    found = {"from": None, "to": 1, "metrics": [{"name": "auc", "before": None, "after": 0.9, "delta": None}]}
    assert lines(found) == ["      v1", "auc  0.9"]


@pytest.mark.parametrize("name", ["metrics", "params", "requirements", "unknown"])
def test_names_from_outside_never_act(name):
    evil = "a\x1b[31m\n::error::x"
    rows = {
        "metrics": [{"name": evil, "before": 1.0, "after": 2.0, "delta": 1.0}],
        "params": [{"name": evil, "before": evil, "after": None}],
        "requirements": [{"name": evil, "before": "1", "after": "2", "change": "major", "reason": ""}],
        "unknown": {evil: evil},
    }
    text = "\n".join(lines({"from": 1, "to": 2, name: rows[name]}))
    assert "\x1b" not in text
    assert not any(line.startswith("::") for line in text.split("\n"))


def test_many_rows_are_counted():
    rows = [{"name": f"p{n}", "before": "1", "after": "2"} for n in range(40)]
    (line,) = lines({"from": 1, "to": 2, "params": rows})
    assert line.endswith("and 28 more")


def test_colour_carries_no_meaning_alone():
    painted = "\n".join(lines(FOUND, ANSI, {"recall_br": "denied"}.items()))
    plain = "\n".join(lines(FOUND, PLAIN, {"recall_br": "denied"}.items()))
    assert "\x1b[31mdenied" in painted
    assert re.sub(r"\x1b\[\d+m", "", painted) == plain
