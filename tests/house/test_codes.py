"""Codes: every error code that mlplan can print has a page, and every page a code that is printed."""

import re

import pytest

CODE = re.compile(r"\bML[EP]\d{3}\b")
PARTS = ("## Example", "## What to do")


@pytest.fixture(scope="module")
def pages(root):
    return {path.stem: path.read_text(encoding="utf-8") for path in (root / "mlplan/app/pages").glob("*.md")}


@pytest.fixture(scope="module")
def used(modules):
    return {code for module in modules for code in CODE.findall(module.text)}


def test_every_code_has_a_page(used, pages):
    assert sorted(used - set(pages)) == []


def test_every_page_is_of_a_code_that_can_appear(used, pages):
    assert sorted(set(pages) - used) == []


def test_pages_say_what_it_means_show_it_and_help(pages):
    wrong = [
        code
        for code, text in sorted(pages.items())
        if not re.match(rf"# {code}: \S.+\n\n\S", text) or not all(f"\n{part}\n" in text for part in PARTS)
    ]
    assert wrong == []


def test_pages_mention_codes_that_exist(pages):
    assert sorted({code for text in pages.values() for code in CODE.findall(text)} - set(pages)) == []
