"""Diff model: what `mlplan diff -o json` prints, which makes its schema."""

from typing import Any, Literal

from pydantic import Field

from mlplan.app.document_model import Count, Part


class DifferencePart(Part):
    """A value that is another one in each environment; null where it is not set."""

    path: str
    left: Any
    right: Any
    variable: str = Field(description="The variable that is all of the difference, or nothing.")


class ContrastPart(Part):
    """A resource that differs, or that only one environment has."""

    address: str
    kind: str
    where: Literal["both", "left", "right"] = Field(description="Which environments declare it.")
    left_id: str
    right_id: str
    fields: list[DifferencePart]


class LevelPart(Part):
    """A rule that is judged at another level in each environment."""

    code: str
    title: str
    left: Literal["deny", "warn", "off"]
    right: Literal["deny", "warn", "off"]


class NamePart(Part):
    """A resource that each environment has under a name of its own, which is no difference."""

    address: str
    left: str
    right: str


class DiffSummary(Part):
    """The number of resources."""

    both: Count = Field(description="Those that both have, and that differ.")
    left: Count
    right: Count
    same: Count


class DiffDocument(Part):
    """What differs in meaning between two environments of a project."""

    format_version: Literal["1.0"]
    project: str
    left: str = Field(description="The environment that was named first.")
    right: str
    differ: bool
    environment: list[DifferencePart] = Field(description="What differs between the environments themselves.")
    resources: list[ContrastPart]
    policy: list[LevelPart]
    names: list[NamePart]
    summary: DiffSummary
