"""Progress: plain lines in a log, a live line on a terminal."""

import re


def test_a_log_gets_one_line_per_step(mlplan, project):
    done = mlplan("apply", "--auto-approve")
    lines = [line for line in done.err.split("\n") if line]
    assert len(lines) == 3
    assert all(re.fullmatch(r"  create   \S+ \.\.\. done \(\d+\.\ds\)", line) for line in lines)


def test_a_terminal_gets_a_line_that_counts(mlplan, project, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    done = mlplan("apply", "--auto-approve", live=True)
    assert "0/3 done; running: " in done.err
    assert re.search(r"\r\x1b\[K  create   \S+ \.\.\. done \(\d+\.\ds\)\n  1/3 done", done.err)
    assert done.err.rstrip("\n").endswith("\r\x1b[K")


def test_a_document_is_all_that_is_printed(mlplan, project):
    done = mlplan("apply", "--auto-approve", "-o", "json", live=True)
    assert done.out.startswith("{\n")
    assert done.err == ""


def test_the_question_names_where(mlplan, project):
    assert "Apply this to small · prod? [y/N]" in mlplan("apply", "-e", "prod", typed="\n").err
