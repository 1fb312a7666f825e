"""Contrast: what differs in meaning between two environments of a project."""

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Where = Literal["both", "left", "right"]


class Difference(NamedTuple):
    """A value that is another one in each environment; None where it is not set."""

    path: str
    left: Any
    right: Any
    variable: str = ""
    """The variable that is all of the difference."""


class Contrast(NamedTuple):
    """A resource that differs, or that only one environment has."""

    address: str
    kind: str
    where: Where
    left_id: str
    right_id: str
    fields: tuple[Difference, ...] = ()


class Level(NamedTuple):
    """A rule that is judged at another level in each environment."""

    code: str
    title: str
    left: str
    right: str


class Name(NamedTuple):
    """A resource that each environment has under a name of its own, which is no difference."""

    address: str
    left: str
    right: str


@dataclass(slots=True)
class Comparison:
    """Two environments side by side."""

    project: str
    left: str
    right: str
    environment: list[Difference] = field(default_factory=list)
    """What differs between the environments themselves."""
    resources: list[Contrast] = field(default_factory=list)
    policy: list[Level] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    same: int = 0
    """Resources that mean the same in both."""

    @property
    def empty(self) -> bool:
        """Tell whether both environments mean the same."""
        return not (self.environment or self.resources or self.policy)
