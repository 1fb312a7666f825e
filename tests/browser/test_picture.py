"""The report of the example's denied promotion: it says what denies it, and its picture is kept beside the example."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "examples" / "github" / "report.png"
LARGEST = 400_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_looks_like_that(visit, denied, pictures, scheme, width):
    page = visit(denied, color_scheme=scheme, viewport={"width": width, "height": 900})
    page.screenshot(path=pictures / f"{scheme}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert "1 rule denies it" in page.inner_text(".verdict")
    assert "recall_country_br" in page.inner_text(".metrics tr.bad")
    assert page.inner_text(".metrics tr.bad .badge") == "✕ denied"
    assert page.inner_text(".back code") == "mlplan rollback prod.ml.fraud_score champion -e prod"
    assert page.locator("#graph .node").count() == 2
    assert page.locator(".promotion table:not(.metrics) td:nth-child(6)").bounding_box()["width"] > (
        150 if width < 640 else 0
    )


def test_the_way_back_is_copied(visit, denied):
    page = visit(denied, permissions=["clipboard-read", "clipboard-write"])
    page.click(".copy")
    page.wait_for_function("() => document.querySelector('.copy').textContent !== 'copy'")
    assert page.inner_text(".copy") in ("copied", "selected: copy it with the keyboard")


def test_the_picture_in_the_example_is_one_of_it(visit, denied, update):
    page = visit(denied, viewport={"width": 1080, "height": 1240})
    if update:
        page.screenshot(path=PICTURE)
    assert PICTURE.read_bytes().startswith(b"\x89PNG")
    assert PICTURE.stat().st_size < LARGEST
