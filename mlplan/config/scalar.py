"""Scalar: what a plain, unquoted value means.

One rule: a plain value is read only when YAML 1.1 and YAML 1.2 readers agree on it and nothing of its
text is lost. So `6`, `-1`, `0.5`, `true` and `null` are what they look like and words are text, while
`no`, `on`, `0755`, `1.10`, `1_000`, `0x1F`, `1e3`, `12:30:45`, `2024-01-01` and `.inf` are refused: quote
them when they are text. Nothing ever changes its meaning silently.
"""

import re
from collections.abc import Mapping
from typing import Final


class Ambiguous:
    """A plain value that people and YAML readers would read differently, and why."""

    __slots__ = ("why",)

    def __init__(self, why: str) -> None:
        """Keep the reason."""
        self.why = why


_SWITCHES = ("y", "n", "yes", "no", "on", "off")
_SWITCH = Ambiguous("a truth value to YAML 1.1 readers, and text to YAML 1.2 readers")
_WORDS: Final[Mapping[str, object]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
    "=": Ambiguous("a special value to YAML 1.1 readers"),
    "<<": Ambiguous("the merge key to YAML 1.1 readers"),
} | {form: _SWITCH for word in _SWITCHES for form in (word, word.capitalize(), word.upper())}  # fmt: skip

_NUMERIC = frozenset("0123456789+-.")
_INTEGER = re.compile(r"-?[1-9][0-9]{0,18}|0")
_DECIMAL = re.compile(r"-?(?:[1-9][0-9]*|0)\.(?:[0-9]*[1-9]|0)")
_LARGEST = 2**63 - 1
_DIGITS = 17
_ODD: Final[tuple[tuple[re.Pattern[str], Ambiguous], ...]] = tuple(
    (re.compile(pattern), Ambiguous(why))
    for pattern, why in (
        (r"[-+]?0[0-9_]+", "a number with a leading zero, which some readers take for octal"),
        (r"[-+]?0[xob][0-9a-fA-F_]+", "a number in another base"),
        (r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?", "a number in base 60 to YAML 1.1 readers"),
        (r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?", "a date to YAML 1.1 readers, and text to YAML 1.2 readers"),
        (r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", "not a number that JSON knows"),
        (r"[-+]?[0-9]+", "a whole number that would lose its sign or does not fit into 64 bits"),
        (r"[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?", "a number that would lose part of its text, such as a last zero"),
        (r"[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9_]+)(?:[eE][-+]?[0-9]+)?", "a number that would lose its form"),
    )
)


def plain(text: str) -> object:
    """Return the value of a plain scalar, or `Ambiguous`."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in _NUMERIC:
        return _numeric(text)
    return text


def _numeric(text: str) -> object:
    """Return the value of a plain scalar that begins like a number."""
    if _INTEGER.fullmatch(text):
        number = int(text)
        if -_LARGEST <= number <= _LARGEST:
            return number
    if len(text) <= _DIGITS and _DECIMAL.fullmatch(text):
        return float(text)
    for pattern, why in _ODD:
        if pattern.fullmatch(text):
            return why
    return text
