"""Section: a part of a comment that can give up detail, and the budget that decides how much of each there is.

Every item has a short form and may have a full one. Forms are taken in the order of their rank while they fit, and made
only then; what did not fit is counted where it would have stood, so that nothing is missing unsaid.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mlplan.render.words import count

Write = Callable[[], str]
MUST = 0
"""The rank of what is never left out; whoever gives it keeps it short."""
WHERE = "in the report and in `mlplan show FILE`"
RESERVE = 320
"""Bytes kept free per section for saying what is left out of it."""


class Item(NamedTuple):
    """One thing to tell; texts end with a line break."""

    short: Write
    full: Write | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Items of one sort under one head."""

    rank: int
    items: Sequence[Item]
    head: str = ""
    tail: str = ""
    full: int = MUST
    """The rank of the items' full forms."""
    one: str = "item"
    """What an item is called when it is left out; of full forms, it is their detail that is."""
    many: str = ""


@dataclass(slots=True)
class Fill:
    """How much of a section there is room for."""

    section: Section
    short: list[str] = field(default_factory=list)
    full: list[str] = field(default_factory=list)

    def text(self) -> str:
        """Return what there is of the section, and how much there is not."""
        section, shown = self.section, [*self.full, *self.short[len(self.full) :]]
        inside = "".join([*shown, *self._notes()]).rstrip("\n")
        return f"{section.head}{inside}\n{section.tail}" if shown else ""

    def missing(self) -> str:
        """Return how many items there is no room for."""
        return count(len(self.section.items) - len(self.short), self.section.one, self.section.many)

    def _notes(self) -> Iterator[str]:
        """Yield a line for each sort of thing that is left out."""
        section = self.section
        if len(section.items) > len(self.short):
            yield f"\n_+{self.missing()} {WHERE}_\n"
        detailed = sum(one.full is not None for one in section.items[: len(self.short)])
        without = detailed - sum(one.full is not None for one in section.items[: len(self.full)])
        if without:
            yield f"\n_the details of {count(without, section.one, section.many)} are {WHERE}_\n"


def fitted(sections: Sequence[Section], foot: str, budget: int) -> str:
    """Return the sections in their order, with as much of each as fits into so many bytes, and what ends them."""
    fills = [Fill(section) for section in sections]
    jobs = [(fill.section.rank, place, _short) for place, fill in enumerate(fills)]
    jobs += [(fill.section.full, place, _full) for place, fill in enumerate(fills) if fill.section.full]
    left = budget - _size(foot) - sum(RESERVE for one in sections if one.rank != MUST) - len(sections)
    for _, place, take in sorted(jobs, key=lambda job: job[:2]):
        left = take(fills[place], left)
    missing = ", ".join(fill.missing() for fill in fills if not fill.short and fill.section.items)
    note = f"_Left out to fit: {missing}; all of it is {WHERE}._\n" if missing else ""
    return "\n".join(text for text in (*(fill.text() for fill in fills), note, foot) if text)


def _short(fill: Fill, left: int) -> int:
    """Take the short forms that fit; return the bytes that are left."""
    section = fill.section
    frame = _size(section.head) + _size(section.tail)
    for item in section.items:
        text = item.short()
        cost = _size(text) + frame
        if cost > left and section.rank != MUST:
            break
        fill.short.append(text)
        left, frame = left - cost, 0
    return left


def _full(fill: Fill, left: int) -> int:
    """Put full forms in the place of short ones while they fit; return the bytes that are left."""
    for item, short in zip(fill.section.items, fill.short, strict=False):
        text = item.full() if item.full else short
        cost = _size(text) - _size(short)
        if cost > left:
            break
        fill.full.append(text)
        left -= cost
    return left


def _size(text: str) -> int:
    """Return the bytes of a text."""
    return len(text.encode())
