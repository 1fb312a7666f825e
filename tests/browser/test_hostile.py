"""Names and values that would like to be more than text: in the report they are text."""

import re
from itertools import cycle

import pytest

from mlplan.render.escape import visible
from mlplan.render.sheet import rendered
from mlplan.testing.hostile import HTML, LONG, MARKDOWN, PIECES, RUNNER, TERMINAL, TIMES, UNSEEN, sheet

STRUCTURE = """() => {
  const told = (one) => [one.tagName, ...[...one.attributes].map((attribute) => attribute.name), [...one.children].map(told)];
  return JSON.stringify(told(document.documentElement));
}"""
WINDOW = "() => typeof window.pwned"
INJECTED = """() => {
  const script = document.createElement("script");
  script.textContent = "window.pwned = 1";
  document.body.append(script);
  const picture = document.createElement("img");
  picture.src = "https://evil.test/a.png";
  document.body.append(picture);
}"""


def harmless(piece):
    """Return a text of the same shape: as many lines, as long, in capitals where the other one is."""
    return re.sub(r"[^\n]", "X" if piece.isupper() else "x", piece)


def report(piece):
    return rendered("html", sheet(lambda: piece))


@pytest.mark.parametrize(
    "tricks", [TERMINAL, UNSEEN, HTML, MARKDOWN, RUNNER], ids=("terminal", "unseen", "html", "markdown", "runner")
)
def test_a_trick_changes_no_element_and_no_attribute(visit, tricks):
    page = visit(report(tricks[0]))
    for piece in tricks:
        visit(report(harmless(piece)), page=page)
        structure = page.evaluate(STRUCTURE)
        visit(report(piece), page=page)
        assert page.evaluate(STRUCTURE) == structure
        assert page.evaluate(WINDOW) == "undefined"
        check_text(page, piece)


def check_text(page, piece):
    """Assert that the page says just what a terminal would."""
    title = f"{visible(piece)} · {visible(piece)}"
    assert page.text_content("h1") == title
    assert page.title() == " ".join(f"{visible(f'{piece} · {piece} · mlplan')}".split())
    assert page.text_content(".back code") == visible(piece)
    assert visible(piece) in page.locator(".change .id").all_text_contents()


def test_all_tricks_at_once(visit, figure):
    tricks = (*PIECES, *(one * TIMES for one in LONG))
    page = visit(rendered("html", sheet(cycle(tricks).__next__)))
    page.click("#open-all")
    page.fill("#search", "<script>")
    page.click("#reset-all")
    for link in page.locator("a[href^='#']").all():
        link.dispatch_event("click")
    assert page.evaluate(WINDOW) == "undefined"
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, object, embed, base, form[action], link:not([href='data:,'])").count() == 0
    text = page.text_content("main")
    assert all(one.isprintable() for one in text)
    figure(f"HTML report of {len(tricks)} hostile texts: {len(text)} characters of text, none of it run")


def test_links_lead_nowhere_but_into_the_page(visit):
    page = visit(report("javascript:window.pwned=1"))
    links = page.eval_on_selector_all("a[href], a", "found => found.map(one => one.getAttribute('href'))")
    assert links
    assert all(one.startswith("#") for one in links)


def test_the_policy_stops_what_escaping_would_miss(chromium, need, tmp_path):
    need(chromium, "needs chromium (or google-chrome) and playwright; .ci/run says how")
    file = tmp_path / "report.html"
    file.write_text(report("x"), encoding="utf-8")
    page = chromium.new_page()
    said, answered = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("response", lambda response: answered.append(response.url))
    page.goto(file.as_uri())
    page.evaluate(INJECTED)
    page.wait_for_function("() => true")
    assert page.evaluate(WINDOW) == "undefined"
    assert any("Content Security Policy" in one for one in said)
    assert [url for url in answered if not url.startswith(("file:", "data:"))] == []
    page.close()
