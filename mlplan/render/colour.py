"""Colour: how parts of a text stand out on a terminal; it never carries meaning alone."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["good", "bad", "warn", "note", "strong", "faint"]

_CODES: dict[Role, str] = {
    "good": "32",
    "bad": "31",
    "warn": "33",
    "note": "36",
    "strong": "1",
    "faint": "2",
}


@dataclass(frozen=True, slots=True)
class Palette:
    """Paint texts, or leave them as they are."""

    on: bool = False

    def paint(self, role: Role | None, text: str) -> str:
        """Return `text` in the role's colour; nothing is painted when colour is off."""
        if not self.on or role is None or not text:
            return text
        return f"\x1b[{_CODES[role]}m{text}\x1b[0m"


PLAIN = Palette()
ANSI = Palette(on=True)
