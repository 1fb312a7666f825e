"""Whatever others wrote stays text in a comment: no HTML, no link, no mention, no heading, and nothing that leaves its cell."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlplan.render.markdown import COMMENT, marker, written
from mlplan.render.markdown.text import code, html, plain, shown
from mlplan.testing.hostile import PIECES, sheet, sheets, texts

FORMS = {
    "alone": lambda made: f"a {made} b\n",
    "item": lambda made: f"- x {made}\n",
    "cell": lambda made: f"| a | b |\n|---|---|\n| {made} | end |\n",
    "heading": lambda made: f"### x {made}\n",
    "bold": lambda made: f"**{made}** x\n",
}


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


@pytest.mark.parametrize("budget", [COMMENT, 9_000], ids=["comment", "small"])
@settings(max_examples=60, deadline=None)
@given(found=sheets())
def test_a_comment_holds_nothing_that_others_made(found, budget, inert):
    inert(written(found, budget))


@pytest.mark.parametrize("piece", PIECES, ids=lambda one: ascii(one)[1:24])
def test_each_trick_is_inert_wherever_it_stands(piece, inert):
    inert(written(sheet(lambda: piece), COMMENT))


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=150, deadline=None)
@given(text=texts())
def test_code_is_one_span_with_all_of_the_text(form, text, parser):
    tokens = parser.parse(FORMS[form](code(text)))
    assert spans(tokens) == ([shown(text)] if text else [])


def bare(text):
    """Return a text without backticks, which may be those of code."""
    return text.replace("`", "")


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
    assert wanted.replace("->", "→").split() == [] or all(one in bare(words(tokens)) for one in bare(wanted).split(" "))


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_marker_is_of_one_project_and_environment(project, environment):
    mark = marker(project, environment)
    assert mark.isascii()
    assert "--" not in mark.removeprefix("<!--")
    assert mark.endswith(" digest=")


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_markers_differ_where_names_do(one, other):
    assert (marker(*one) == marker(*other)) == (one == other)
