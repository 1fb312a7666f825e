"""Rebuilt: what a lost state can be made of."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from mlplan.core.state import Entry

How = Literal["marked", "adopted", "renamed", "undeclared", "replaced"]


class Taken(NamedTuple):
    """An object that state shall hold from now on."""

    address: str
    entry: Entry
    how: How


class Left(NamedTuple):
    """An object that is there and stays out of state."""

    address: str
    kind: str
    id: str
    why: str


@dataclass(slots=True)
class Rebuilt:
    """What a state can be made of."""

    taken: list[Taken] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    """Addresses of declared resources that are not there; the next plan makes them."""
    unseen: list[str] = field(default_factory=list)
    """Kinds of which objects that are no longer declared cannot be found."""
