"""Whatever others wrote stays text in a comment: no HTML, no link, no mention, no heading, and nothing that leaves its cell."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mlplan.render.markdown import COMMENT, marker, written
from mlplan.render.markdown.text import code, html, plain, shown
from mlplan.testing.hostile import PIECES, sheet, sheets, texts

OURS = re.compile(r"</?(?:details|summary|b|code)>|<br>|&lt;|&gt;|&#\d+;")
HEADS = re.compile(
    r"(Promotions|Rollbacks|Aliases put back|First versions|Rollouts|Access|Traffic|Who gains or loses|Approvals|Findings|"
    r"Drift since the last apply|🔥 Destroys or interrupts) \(\d+\)"
)
LINKED = re.compile(r"@|#\d|://|www\.|\bgh-\d", re.IGNORECASE)
NODE = re.compile(r'  n\d+\["(?:[^\W_]|[ ._→#;]|<br>)*"\]:::\w+')
EDGE = re.compile(r'  n\d+ (?:-->|-\.->\|"(?:[^\W_]|[ ._#;])*"\|) n\d+')
STYLE = re.compile(r"  classDef \w+ fill:#\w{6},stroke:#\w{6},color:#\w{6}")
FORMS = {
    "alone": lambda made: f"a {made} b\n",
    "item": lambda made: f"- x {made}\n",
    "cell": lambda made: f"| a | b |\n|---|---|\n| {made} | end |\n",
    "heading": lambda made: f"### x {made}\n",
    "bold": lambda made: f"**{made}** x\n",
}


@pytest.fixture(scope="module")
def parser():
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def flat(tokens):
    """Yield every token, those inside of others after them."""
    for token in tokens:
        yield token
        yield from flat(token.children or ())


def spans(tokens):
    """Return what stands as code within lines, be it Markdown or HTML."""
    found, inside = [], None
    for token in flat(tokens):
        if token.type == "code_inline":
            found.append(token.content)
        elif token.type == "html_inline" and token.content == "<code>":
            inside = ""
        elif token.type == "html_inline" and token.content == "</code>":
            found.append(inside)
            inside = None
        elif inside is not None and token.type in ("text", "text_special"):
            inside += token.content
    return found


def words(tokens):
    """Return all text, be it code or not."""
    return "".join(one.content for one in flat(tokens) if one.type in ("text", "text_special", "code_inline"))


def check(text, parser):
    """Check that a comment holds nothing but what we put there."""
    tokens = list(flat(parser.parse(text)))
    kinds = {one.type for one in tokens}
    assert kinds.isdisjoint({"link_open", "image", "blockquote_open", "code_block", "s_open", "ordered_list_open"})
    first, *rest = [one.content for one in tokens if one.type in ("html_inline", "html_block")]
    assert first.startswith("<!-- mlplan:sticky ")
    assert first.count("-->") == 1
    assert [one for one in rest if set("<>&") & set(OURS.sub("", one))] == []
    heads = [tokens[place + 1].content for place, one in enumerate(tokens) if one.type == "heading_open"]
    assert [one for one in heads[1:] if not HEADS.fullmatch(one)] == []
    assert sum(one.type == "hr" for one in tokens) == 1
    assert [one for one in outside(tokens) if LINKED.search(one)] == []
    for fence in (one for one in tokens if one.type == "fence"):
        check_diagram(fence)
    made = "".join(rest)
    assert made.count("<details>") == made.count("</details>") == made.count("<summary>") == made.count("</summary>")


def outside(tokens):
    """Return the texts that stand outside of code."""
    pairs = zip(tokens, tokens[1:], strict=False)
    return [one.content for before, one in pairs if one.type == "text" and before.content != "<code>"]


def check_diagram(fence):
    """Check that a diagram is made of boxes, arrows and styles alone."""
    first, *lines = fence.content.splitlines()
    assert (fence.info, first) == ("mermaid", "flowchart LR")
    assert [one for one in lines if not any(form.fullmatch(one) for form in (NODE, EDGE, STYLE))] == []


@pytest.mark.parametrize("budget", [COMMENT, 9_000], ids=["comment", "small"])
@settings(max_examples=60, deadline=None)
@given(found=sheets())
def test_a_comment_holds_nothing_that_others_made(found, budget, parser):
    check(written(found, budget), parser)


@pytest.mark.parametrize("piece", PIECES, ids=lambda one: ascii(one)[1:24])
def test_each_trick_is_inert_wherever_it_stands(piece, parser):
    check(written(sheet(lambda: piece), COMMENT), parser)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=150, deadline=None)
@given(text=texts())
def test_code_is_one_span_with_all_of_the_text(form, text, parser):
    tokens = parser.parse(FORMS[form](code(text)))
    assert spans(tokens) == ([shown(text)] if text else [])


@settings(max_examples=150, deadline=None)
@given(text=texts())
def test_code_in_html_is_one_span_with_all_of_the_text(text, parser):
    assert spans(parser.parse(f"x {html(text)}\n")) == [shown(text)]


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=150, deadline=None)
@given(text=texts())
def test_sentences_keep_their_words_and_are_nothing_else(form, text, parser):
    tokens = list(flat(parser.parse(FORMS[form](plain(text)))))
    assert {one.type for one in tokens}.isdisjoint({"link_open", "image", "em_open", "s_open"})
    assert sum(one.type == "strong_open" for one in tokens) == (form == "bold" and bool(plain(text)))
    wanted = shown(text, 300).strip().replace(" -> ", " → ")
    assert wanted.replace("->", "→").split() == [] or all(one.strip("*") in words(tokens) for one in wanted.split(" "))


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_marker_is_of_one_project_and_environment(project, environment):
    mark = marker(project, environment)
    assert mark.isascii()
    assert "--" not in mark.removeprefix("<!--")
    assert mark.endswith(" digest=")


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_markers_differ_where_names_do(one, other):
    assert (marker(*one) == marker(*other)) == (one == other)
