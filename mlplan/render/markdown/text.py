"""Text: what others wrote, as Markdown that stays text wherever it stands.

GitHub links mentions, issue numbers, commits and addresses in the HTML that Markdown becomes, so no escape of Markdown
keeps a text from being one; only code is left alone. Words that cannot be taken for anything stay plain, all others are code.
"""

import re

from mlplan.render.escape import visible

LIMIT = 160
"""Longer texts are cut: a comment is read, and has to hold many of them."""
_RUN = re.compile("`+")
_WORD = r"[^\W_]"
_SAFE = re.compile(
    rf"""["'(]*[+-]?{_WORD}(?:{_WORD}|(?<={_WORD})_+(?={_WORD})|[./=+-](?={_WORD})|,(?=\d)|(?<=\d\d):(?=\d\d))*%?["').,;:]*"""
)
_LINKED = re.compile(r"www\.|\bgh-\d|\b[0-9a-f]{7,40}\b", re.IGNORECASE)
"""Plain words that GitHub makes links of: hosts, issues, commits."""
_SHARE = re.compile(r"%[.,;:)]*")
_QUOTED = re.compile(r"(?:(?<= )|^)`([^`|]+)`([.,;:)]*)(?= |$)")
"""What messages of ours put in backticks."""
_OPTION, _VALUE = re.compile("--[a-z-]+"), re.compile(r"([a-z_]+(?:\.[\w-]+)+)([.,;:)]*)")
"""An option, and the address after it, which people copy together."""
_LONE = {"->": "→", "-": "-", "=": "=", "": ""}
"""Words without letters that stay what they are, between others."""
_OPENS = re.compile(r"\d+[.)]|[-=+]")
"""What would begin a list or a heading at the start of a line."""


def shown(text: str, limit: int = LIMIT) -> str:
    """Return a text on one line with everything visible, cut when it is long."""
    if len(text) <= limit:
        return visible(text)
    return f"{visible(text[:limit])}... ({len(text) - limit} more)"


def code(text: str, limit: int = LIMIT) -> str:
    """Return a text as code, in a fence longer than any run of backticks in it; where that would end a cell, as HTML."""
    return _fenced(shown(text, limit))


def html(text: str, limit: int = LIMIT) -> str:
    """Return a text as code in HTML, for places in which Markdown is not read."""
    return _html(shown(text, limit))


def plain(text: str, limit: int = 300) -> str:
    """Return a sentence as it is, with every word in code that could be more than a word, and what stands in backticks."""
    seen = shown(text, limit).strip()
    made: list[str] = []
    place = 0
    for quoted in _QUOTED.finditer(seen):
        made += _words(seen[place : quoted.start()], first=not made)
        made.append(f"{_fenced(quoted[1])}{quoted[2]}")
        place = quoted.end()
    return " ".join(made + _words(seen[place:], first=not made)).strip()


def bold(text: str) -> str:
    """Return words of ours that stand out."""
    return f"**{text}**"


def _words(seen: str, *, first: bool) -> list[str]:
    """Return the words of a text, those that could be more than words in code, together where they stand together."""
    made: list[str] = []
    risky: list[str] = []
    for word in seen.strip().split(" "):
        safe = _safe(word, first=first and not made and not risky)
        value = _VALUE.fullmatch(word) if risky and _OPTION.fullmatch(risky[-1]) else None
        if value:
            made.append(f"{_fenced(' '.join([*risky, value[1]]))}{value[2]}")
            risky = []
            continue
        if safe is None:
            risky.append(word)
            continue
        made += [*([_fenced(" ".join(risky))] if risky else []), safe]
        risky = []
    return [*made, _fenced(" ".join(risky))] if risky else made


def _fenced(seen: str) -> str:
    """Return what is visible as code."""
    if not seen:
        return ""
    if "|" in seen:
        return _html(seen)
    fence = "`" * (max(map(len, _RUN.findall(seen)), default=0) + 1)
    pad = " " if seen[0] == "`" or seen[-1] == "`" or (seen[0] == seen[-1] == " " and seen.strip()) else ""
    return f"{fence}{pad}{seen}{pad}{fence}"


def _safe(word: str, *, first: bool) -> str | None:
    """Return a word as it may stand plainly; None when it may not."""
    if first and _OPENS.fullmatch(word):
        return None
    if word in _LONE:
        return _LONE[word]
    return word if _SHARE.fullmatch(word) or (_SAFE.fullmatch(word) and not _LINKED.search(word)) else None


def _html(seen: str) -> str:
    """Return code in HTML: every character that is neither letter nor number nor blank stands as its number."""
    inside = "".join(one if one.isalnum() or one == " " else f"&#{ord(one)};" for one in seen)
    return f"<code>{inside}</code>"
