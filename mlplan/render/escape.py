"""Escape: make every character visible, because names and values come from outside.

A remote value can hold terminal commands, text that runs right to left, or characters of no
width; a reviewer who cannot see them cannot review. Only printable characters pass as they are.
"""

_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
_WIDE = 0xFFFF


def visible(text: str) -> str:
    """Return `text` on one line with every unprintable character written out.

    It may begin a line, where CI runners take `::` for a command, even after blanks.
    """
    shown = _shown(text)
    return shown if "::" not in shown or not shown.lstrip().startswith("::") else shown.replace("::", ":\\u003a", 1)


def lines(text: str) -> list[str]:
    """Return the lines of `text`, each visible; something else has to begin them."""
    return [_shown(line) for line in text.split("\n")]


def block(text: str) -> str:
    """Return `text` with its line breaks kept; a bar begins each line but the first, so that no value begins one."""
    return "\n  | ".join(lines(text))


def _shown(text: str) -> str:
    """Return `text` with every unprintable character written out."""
    if text.isprintable():
        return text if "##" not in text else _harmless(text)
    return _harmless("".join(one if one.isprintable() else _escaped(one) for one in text))


def _harmless(text: str) -> str:
    """Return `text` without what CI runners take for a command wherever it stands: `##[` and `##vso[`."""
    return text.replace("##[", "#\\u0023[").replace("##vso[", "#\\u0023vso[")


def _escaped(character: str) -> str:
    """Return the written form of an unprintable character."""
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    return f"\\U{code:08x}" if code > _WIDE else f"\\u{code:04x}"
