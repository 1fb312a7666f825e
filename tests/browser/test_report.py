"""The HTML report as people use it: search, filters, links, keys, themes, paper, and without its script."""

import json

import pytest

from mlplan.core.change import Change, FieldChange
from mlplan.core.plan import Plan
from mlplan.render.review import Review
from mlplan.render.sheet import Heading, Sheet, rendered

LARGE = 5_000
PER_CHANGE, NODES_PER_CHANGE = 1_200, 40
"""So many bytes and elements may a change cost, so that pages of thousands open and filter at once."""
FILTERED = """(value) => {
  const search = document.querySelector("#search");
  const begun = performance.now();
  search.value = value;
  search.dispatchEvent(new Event("input", {bubbles: true}));
  document.body.offsetHeight;
  return performance.now() - begun;
}"""


def shown(page):
    """Return the addresses of the changes that are to be seen."""
    return page.eval_on_selector_all(".change:not([hidden])", "found => found.map(one => one.id)")


def colour(page):
    """Return the page's background and text colours."""
    return page.evaluate("() => { const s = getComputedStyle(document.body); return [s.backgroundColor, s.color]; }")


@pytest.fixture(scope="module")
def large(many):
    return many(LARGE)


@pytest.fixture
def page(visit, many):
    return visit(many(50))


def test_it_has_a_card_for_every_change_and_says_their_number(page):
    counts = json.loads(page.get_attribute("body", "data-counts"))
    assert (counts["create"], counts["update"], counts["delete"], counts["replace"]) == (10, 20, 10, 10)
    assert counts["blocked"] == 10
    assert len(shown(page)) == 50
    assert page.inner_text("#shown") == "50 of 50 shown"


@pytest.mark.parametrize(
    ("facet", "value", "number"),
    [
        ("action", "delete", 10),
        ("action", "update", 20),
        ("risk", "traffic", 10),
        ("kind", "experiment", 50),
        ("cause", "drift", 17),
    ],
)
def test_a_filter_leaves_what_fits(page, facet, value, number):
    page.select_option(f"#{facet}", value)
    assert len(shown(page)) == number
    assert page.inner_text("#shown") == f"{number} of 50 shown"


def test_filters_and_search_narrow_together(page):
    page.select_option("#action", "update")
    page.fill("#search", "TEAM_3 new")
    assert sorted(shown(page)) == ["experiment.e_3", "experiment.e_31", "experiment.e_38"]
    page.fill("#search", "nothing of the sort")
    assert shown(page) == []
    assert page.is_visible("#none")
    page.click("#reset-all")
    assert len(shown(page)) == 50
    assert not page.is_visible("#none")


def test_only_what_is_blocked(page):
    page.check("#blocked")
    assert len(shown(page)) == 10
    assert page.locator(".group:visible").count() == 1


def test_a_chip_filters_and_lets_go_again(page):
    chip = page.locator(".chip[data-value=delete]")
    chip.click()
    assert len(shown(page)) == 10
    assert chip.get_attribute("aria-current") == "true"
    chip.click()
    assert len(shown(page)) == 50


def test_everything_works_by_keys(page):
    page.keyboard.press("/")
    page.keyboard.type("e_49")
    assert shown(page) == ["experiment.e_49"]
    page.keyboard.press("Escape")
    assert len(shown(page)) == 50
    summary = page.locator(".change summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator(".change[open]").count() == 1


def test_a_link_unfolds_what_it_leads_to(visit, many):
    page = visit(many(50), "#experiment.e_7")
    assert page.locator(".change[open]").get_attribute("id") == "experiment.e_7"
    page.select_option("#action", "delete")
    page.evaluate("location.hash = '#experiment.e_8'")
    page.wait_for_selector("[id='experiment.e_8'][open]")
    assert len(shown(page)) == 50


def test_all_are_unfolded_and_folded(page):
    page.click("#open-all")
    assert page.locator(".change[open]").count() == 50
    page.click("#fold-all")
    assert page.locator(".change[open]").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_is_the_systems_and_can_be_chosen(visit, many, scheme):
    page = visit(many(3), color_scheme=scheme)
    system = colour(page)
    page.click("#theme")
    light = colour(page)
    page.click("#theme")
    dark = colour(page)
    assert light != dark
    assert system == {"light": light, "dark": dark}[scheme]
    page.click("#theme")
    assert colour(page) == system
    assert page.inner_text("#theme") == "theme: auto"


def test_on_paper_everything_is_unfolded_and_nothing_is_to_be_clicked(page):
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    assert not page.is_visible(".toolbar")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".change[open]").count() == 0


def test_without_its_script_everything_is_there(visit, many):
    page = visit(many(5), java_script_enabled=False)
    assert page.locator(".change:visible").count() == 5
    assert not page.is_visible(".toolbar")
    assert not page.is_visible("#theme")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_long_name_stays_in_its_card_and_beside_its_sign(visit, width):
    name = "a_very_long_name_" * 7
    tag = FieldChange(("tags", name), None, name, None, "config")
    change = Change(f"experiment.{name}", "experiment", f"/Shared/{name}", "create", "safe", "", (tag,))
    sheet = Sheet(Plan({change.address: change}), Heading("p", "dev", "acme.cloud", "no state yet"), Review())
    page = visit(rendered("html", sheet), viewport={"width": width, "height": 900})
    sign, address = (page.locator(f".change summary .{part}").bounding_box() for part in ("sign", "address"))
    assert abs(sign["y"] - address["y"]) < 10
    card = page.locator(".change").bounding_box()
    cells = [
        one.bounding_box() for one in page.locator(".change td, .change th, .change code").all() if one.is_visible()
    ]
    assert max(one["x"] + one["width"] for one in cells) <= card["x"] + card["width"]


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_screen(visit, many, width):
    page = visit(many(50), viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_thousands_of_changes_open_and_filter(visit, large, figure):
    page = visit(large)
    nodes = page.evaluate("document.getElementsByTagName('*').length")
    loaded = page.evaluate("performance.getEntriesByType('navigation')[0].duration")
    assert len(large) <= LARGE * PER_CHANGE
    assert nodes <= LARGE * NODES_PER_CHANGE
    first, again = (page.evaluate(FILTERED, text) for text in ("e_49", "e_4999"))
    assert shown(page) == ["experiment.e_4999"]
    page.click("#reset-all")
    page.select_option("#action", "delete")
    assert len(shown(page)) == LARGE // 5
    size = f"{len(large) / 1e6:.1f} MB, {nodes} elements"
    figure(
        f"HTML report of {LARGE} changes: {size}; opens in {loaded:.0f} ms, searches in {first:.0f} and {again:.0f} ms"
    )


def test_the_graph_of_a_large_plan_is_drawn_by_kind(visit, many, large):
    assert visit(many(20)).locator("#graph .node").count() == 20
    assert 0 < visit(large).locator("#graph .node").count() <= 10
