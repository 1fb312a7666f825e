"""Contrast of the HTML report: every text that is to be seen can be read, in both themes, as WCAG 2 AA asks."""

import pytest

from mlplan.render.sheet import rendered
from mlplan.testing.hostile import sheet

NORMAL, LARGE = 4.5, 3.0
"""What WCAG 2 AA asks of text, and of large text."""
SORTS = 60
"""Fewer sorts of text than this would mean that they are not seen."""
WEAKEST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  canvas.canvas.width = canvas.canvas.height = 1;
  const rgba = (text) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (top, below) => [0, 1, 2].map((at) => top[at] * top[3] + below[at] * (1 - top[3]));
  const ground = (node) => {
    if (!node) return [255, 255, 255];
    if (node.matches("svg text")) return over(rgba(getComputedStyle(node.parentNode.querySelector("rect")).fill), ground(node.closest("svg")));
    const own = rgba(getComputedStyle(node).backgroundColor);
    return own[3] === 1 ? own.slice(0, 3) : over(own, ground(node.parentElement));
  };
  const light = (colour) => {
    const [red, green, blue] = colour.map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const dimmed = (node) => node ? Number(getComputedStyle(node).opacity) * dimmed(node.parentElement) : 1;
  const found = new Map();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !node.checkVisibility() || node.matches("script, style")) continue;
    const style = getComputedStyle(node), behind = ground(node);
    const ink = rgba(node.matches("svg text") ? style.fill : style.color);
    ink[3] *= dimmed(node);
    const [high, low] = [light(over(ink, behind)), light(behind)].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
    const what = `${node.tagName.toLowerCase()}.${node.getAttribute("class") ?? ""} in ${node.parentElement.getAttribute("class") ?? ""}`;
    const one = {what, ratio: (high + 0.05) / (low + 0.05), large: size >= 24 || (bold && size >= 18.66), text: walk.currentNode.data.trim().slice(0, 30)};
    if (!found.has(what) || found.get(what).ratio > one.ratio) found.set(what, one);
  }
  return [...found.values()];
}"""
"""It returns the weakest contrast of each sort of text, with the ground that is really behind it."""


def weak(page):
    """Return the texts that are too close to their ground, and how many sorts of text were looked at."""
    found = page.evaluate(WEAKEST)
    low = [one for one in found if one["ratio"] < (LARGE if one["large"] else NORMAL)]
    return [f"{one['what']}: {one['ratio']:.2f} ({one['text']})" for one in low], found


@pytest.fixture(scope="module")
def reports(denied, many):
    """Return pages that show every sort of text together: a denied promotion, changes of all sorts, and all there is."""
    return {"denied": denied, "many": many(50), "everything": rendered("html", sheet(lambda: "words"))}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(visit, reports, scheme, figure):
    found, ratios = [], []
    for name, html in reports.items():
        page = visit(html, color_scheme=scheme)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        low, seen = weak(page)
        found += [f"{name}: {one}" for one in low]
        ratios += [one["ratio"] for one in seen]
    assert found == []
    assert len(ratios) > SORTS
    figure(f"contrast of the report, {scheme}: at least {min(ratios):.2f} to 1, in {len(ratios)} sorts of text")


@pytest.mark.parametrize("spoilt", ["style.color = '#999'", "style.opacity = '0.5'", "style.backgroundColor = '#555'"])
def test_a_text_too_close_to_its_ground_is_found(visit, many, spoilt):
    page = visit(many(3), color_scheme="light")
    page.evaluate(f"document.querySelectorAll('.address').forEach(one => {{ one.{spoilt}; }})")
    low, _ = weak(page)
    assert ["address" in one for one in low] == [True]
