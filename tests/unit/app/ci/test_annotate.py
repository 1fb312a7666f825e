"""Annotations: one line each, whatever is in them."""

import json

import pytest

from mlplan.app.ci.annotate import MOST, annotations, command


@pytest.mark.parametrize(
    ("where", "told", "line"),
    [
        ({"file": "a.yaml", "line": "3", "col": "5"}, ["wrong"], "::error file=a.yaml,line=3,col=5::wrong"),
        ({"title": "MLE1: a, b"}, ["x"], "::error title=MLE1%3A a%2C b::x"),
        ({"title": "t"}, ["50 %", "", "two\nlines: a, b"], "::error title=t::50 %25%0Atwo%0Alines: a, b"),
        ({"file": "%0A.yaml"}, ["x"], "::error file=%250A.yaml::x"),
        ({"file": "a\r\nb"}, ["x\ry"], "::error file=a\\r%0Ab::x\\ry"),
        ({"title": "\x1b[2J"}, ["\u202etxt"], "::error title=\\u001b[2J::\\u202etxt"),
        ({"title": "", "line": ""}, ["x"], "::error ::x"),
    ],
    ids=["a place", "a title", "a message", "a percent", "carriage returns", "unseen characters", "nothing"],
)
def test_values_cannot_end_their_place(where, told, line):
    assert command("error", where, told) == line


def finding(number, severity="error"):
    source = {"file": "a.yaml", "line": number, "column": 1, "text": ""}
    return {
        "code": "MLE200",
        "severity": severity,
        "summary": f"s{number}",
        "detail": "",
        "address": "",
        "hint": "",
        "source": source,
    }


@pytest.fixture
def document(tmp_path):
    def write(*found):
        path = tmp_path / "validate.json"
        told = {"format_version": "1.0", "valid": False, "project": None, "environment": None}
        path.write_text(json.dumps({**told, "resources": None, "files": None, "diagnostics": found}), encoding="utf-8")
        return path

    return write


def test_errors_come_before_warnings_and_notes(document):
    path = document(finding(1, "note"), finding(2, "warning"), finding(3))
    assert [line.split()[0] for line in annotations(path)] == ["::error", "::warning", "::notice"]


def test_more_than_github_shows_are_counted(document):
    lines = annotations(document(*map(finding, range(1, 26))))
    assert len(lines) == MOST
    assert lines[-1].endswith("::16 more; `mlplan validate` and `mlplan show` tell them all")


def test_a_finding_without_a_line_names_its_file_alone(document):
    one = finding(0) | {"source": {"file": "a.yaml", "line": 0, "column": 0, "text": ""}}
    [line] = annotations(document(one))
    assert line == "::error file=a.yaml,title=MLE200::s0"
