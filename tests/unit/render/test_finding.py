import pytest

from mlplan.core.diagnostic import Diagnostic
from mlplan.core.source import Source
from mlplan.render.finding import WIDTH, finding, findings_text


def test_a_finding_shows_the_place_the_line_and_what_to_do():
    one = Diagnostic(
        "MLE204",
        "unknown field `nmae`",
        address="experiment.fraud",
        source=Source("resources/a.yaml", 12, 7, "      nmae: fraud"),
        hint="did you mean `name`?",
    )
    assert findings_text([one]) == (
        "error[MLE204]: unknown field `nmae`\n"
        " --> resources/a.yaml:12:7 (experiment.fraud)\n"
        " 12 |       nmae: fraud\n"
        "    |       ^\n"
        "  hint: did you mean `name`?\n"
        "\n"
        "1 error; `mlplan explain MLE204` tells more."
    )


@pytest.mark.parametrize(
    ("text", "column", "caret"),
    [
        ("name: a", 7, 7),
        ("名前: a", 5, 7),
        ("a\u200bb: c", 3, 8),
    ],
    ids=["ascii", "wide", "escaped"],
)
def test_the_caret_stands_under_the_place(text, column, caret):
    lines = finding(Diagnostic("MLE101", "x", source=Source("a.yaml", 1, column, text))).split("\n")
    assert lines[3].index("^") - len(" 1 | ") == caret - 1


def test_long_lines_are_cut_around_the_place():
    text = "x" * 5000 + "HERE" + "y" * 5000
    lines = finding(Diagnostic("MLE101", "x", source=Source("a.yaml", 1, 5001, text))).split("\n")
    assert len(lines[2]) < WIDTH + 20
    assert lines[2][lines[3].index("^") :].startswith("HERE")


def test_the_worst_finding_is_the_one_to_read_about():
    found = [Diagnostic("MLE430", "a", "note"), Diagnostic("MLE401", "b", "warning"), Diagnostic("MLE204", "c")]
    assert findings_text(found).endswith("1 error, 1 warning, 1 note; `mlplan explain MLE204` tells more.")


def test_no_findings_are_no_text():
    assert findings_text([]) == ""
