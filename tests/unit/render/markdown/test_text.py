"""Text: plain words stay plain, everything that could be more is code."""

import pytest

from mlplan.render.markdown.text import code, html, plain

SENTENCES = {
    "figures": (
        "auc 0.87 -> 0.91 (+0.04), a drop of 0.02 is allowed",
        "auc 0.87 → 0.91 (+0.04), a drop of 0.02 is allowed",
    ),
    "names": ("recall_country_br of main.ml.fraud-score", "recall_country_br of main.ml.fraud-score"),
    "a time": ("due at 2026-01-02 10:20:30 UTC", "due at 2026-01-02 10:20:30 UTC"),
    "a share": ("is at 10 %; then 50 %", "is at 10 %; then 50 %"),
    "a mention": ("ask @acme/ml now", "ask `@acme/ml` now"),
    "an address": ("by ana@example.com, see https://a.test", "by `ana@example.com,` see `https://a.test`"),
    "a host": ("see www.a.test", "see `www.a.test`"),
    "an issue": ("fixes #12 and GH-7", "fixes `#12` and `GH-7`"),
    "a commit": ("as of 6adcde1", "as of `6adcde1`"),
    "emphasis": ("_all_ *of* it a_._b", "`_all_ *of*` it `a_._b`"),
    "a list": ("1. first", "`1.` first"),
    "a heading": ("- all", "`-` all"),
    "html": ("a <b>bold</b> word", "a `<b>bold</b>` word"),
    "a bar": ("a | b", "a <code>&#124;</code> b"),
    "two lines": ("one\n::error::two", "`one\\n::error::two`"),
    "in backticks": (
        "run `mlplan apply -e prod`, then `mlplan show`.",
        "run `mlplan apply -e prod`, then `mlplan show`.",
    ),
    "a loose backtick": ("one ` and x`a b`y", "one `` ` `` and ``x`a b`y``"),
    "an option": (
        "agree with --allow-destroy experiment.a, or --all of it; --target a.b",
        "agree with `--allow-destroy experiment.a`, or `--all` of it; `--target a.b`",
    ),
    "nothing": ("", ""),
    "an emoji's name": ("it is :smile: or 1:100:2", "it is `:smile:` or `1:100:2`"),
    "mathematics": ("costs $5 or $6", "costs `$5` or `$6`"),
}

CODES = {
    "a word": ("a", "`a`"),
    "a backtick": ("a`b", "``a`b``"),
    "at its edge": ("`a", "`` `a ``"),
    "runs": ("``` a ``", "```` ``` a `` ````"),
    "blanks around": (" a ", "`  a  `"),
    "blanks alone": ("  ", "`  `"),
    "a bar": ("a|b", "<code>a&#124;b</code>"),
    "no text": ("", ""),
    "unseen": ("a\u202eb", "`a\\u202eb`"),
    "too long": ("x" * 200, f"`{'x' * 160}... (40 more)`"),
}


@pytest.mark.parametrize(("text", "wanted"), SENTENCES.values(), ids=SENTENCES)
def test_a_sentence_has_in_code_what_could_be_more_than_words(text, wanted):
    assert plain(text) == wanted


@pytest.mark.parametrize(("text", "wanted"), CODES.values(), ids=CODES)
def test_code_is_fenced_beyond_what_it_holds(text, wanted):
    assert code(text) == wanted


def test_where_markdown_is_not_read_every_mark_is_a_number():
    assert html("a_b </code>") == "<code>a&#95;b &#60;&#47;code&#62;</code>"
