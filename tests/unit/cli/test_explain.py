"""Explain as a document: what is shown is what is written."""

import json

import pytest


@pytest.mark.parametrize("name", ["MLE441", "MLP061", "serving_endpoint", "serving_endpoint.served_entities"])
def test_a_page_can_be_read_by_programs(mlplan, name):
    shown, written = mlplan("explain", name), mlplan("explain", name, "-o", "json")
    page = json.loads(written.out)
    assert (shown.code, written.code, page["format_version"]) == (0, 0, "1.0")
    assert page["title"] in shown.out
    assert all(one["path"] in shown.out for one in page["fields"])


def test_the_list_too(mlplan):
    listed = json.loads(mlplan("explain", "-o", "json").out)
    shown = mlplan("explain").out
    assert "catalog" in listed["kinds"]
    assert all(code in shown and title in shown for code, title in listed["codes"].items())
