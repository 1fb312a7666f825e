"""Decode: a file's bytes as text, with nothing in it that a reader could not see."""

import re

from mlplan.config.mask import shown
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.source import Source

_VISIBLE = bytes({9, 10, 13, *range(32, 127), *range(128, 256)})
_HIDDEN = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    r"\u2028\u2029"  # line breaks to some readers only
    r"\u202a-\u202e\u2066-\u2069"  # they change the direction of what follows
    r"\ufeff\ufffe\uffff"
)
_FORBIDDEN = re.compile(f"[{_HIDDEN}]")


def decode(data: bytes, file: str) -> str | Diagnostic:
    """Return the text of a file, or what is wrong with its bytes; a UTF-8 byte order mark is dropped."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:4].count(0) > 1:
        return Diagnostic(
            "MLE107",
            "the file is not UTF-8 text; it looks like UTF-16",
            source=Source(file, 1, 1),
            hint="save as UTF-8",
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        source = place(before, len(before), file)
        return Diagnostic("MLE107", "the file is not UTF-8 text", source=source, hint="save it as UTF-8")
    if text.isascii() and not data.translate(None, _VISIBLE):
        return text
    found = _FORBIDDEN.search(text)
    if found is None:
        return text
    return Diagnostic(
        "MLE108",
        f"the file holds a character that nobody can see: U+{ord(found[0]):04X}",
        source=place(text, found.start(), file),
        hint="remove it",
    )


def hidden(value: str) -> str:
    """Return the first unseen character of a value, as `U+0000`, or nothing."""
    if value.isprintable():
        return ""
    found = _FORBIDDEN.search(value)
    return f"U+{ord(found[0]):04X}" if found else ""


def place(text: str, index: int, file: str, *, secret: bool = False) -> Source:
    """Return where the character at `index` stands; lines end as YAML ends them."""
    line = text.count("\n", 0, index) + text.count("\r", 0, index) - text.count("\r\n", 0, index)
    start = max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1
    end = min(found if (found := text.find(mark, index)) >= 0 else len(text) for mark in "\r\n")
    return Source(file, line + 1, index - start + 1, shown(text[start:end], secret=secret))
