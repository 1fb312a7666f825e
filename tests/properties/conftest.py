"""What a comment in a pull request may be made of; CommonMark tells."""

import re
from itertools import pairwise

import pytest
from markdown_it import MarkdownIt

OURS = re.compile(r"</?(?:details|summary|b|code)>|<br>|&lt;|&gt;|&#\d+;")
HEADS = re.compile(
    r"(Promotions|Rollbacks|Aliases put back|First versions|Rollouts|Access|Traffic|Who gains or loses|Approvals|Findings|"
    r"Drift since the last apply|🔥 Destroys or interrupts) \(\d+\)"
)
LINKED = re.compile(r"@|#\d|://|www\.|\bgh-\d", re.IGNORECASE)
NODE = re.compile(r'  (?:n\d+\["(?:[^\W_]|[ ._→#;]|<br>)*"\]:::\w+|more\["and \d+ changes? more"\])')
EDGE = re.compile(r'  n\d+ (?:-->|-\.->\|"(?:[^\W_]|[ ._#;])*"\|) n\d+')
STYLE = re.compile(r"  classDef \w+ fill:#\w{6},stroke:#\w{6},color:#\w{6}")
FORBIDDEN = {"link_open", "image", "blockquote_open", "code_block", "s_open", "ordered_list_open"}


@pytest.fixture(scope="session")
def parser():
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@pytest.fixture(scope="session")
def inert(parser):
    """Return a check that a comment holds nothing but what we put there."""
    return lambda text: check(list(flat(parser.parse(text))))


def flat(tokens):
    """Yield every token, those inside of others after them."""
    for token in tokens:
        yield token
        yield from flat(token.children or ())


def check(tokens):
    assert {one.type for one in tokens}.isdisjoint(FORBIDDEN)
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
    return [one.content for before, one in pairwise(tokens) if one.type == "text" and before.content != "<code>"]


def check_diagram(fence):
    """Check that a diagram is made of boxes, arrows and styles alone."""
    first, *lines = fence.content.splitlines()
    assert (fence.info, first) == ("mermaid", "flowchart LR")
    assert [one for one in lines if not any(form.fullmatch(one) for form in (NODE, EDGE, STYLE))] == []
