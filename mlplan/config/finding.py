"""Finding: a mistake at a path in the data; it becomes a diagnostic with line and column at the end."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from mlplan.config.locate import Locator
from mlplan.core.diagnostic import Diagnostic, Severity
from mlplan.core.source import Origin, YamlPath


class Finding(NamedTuple):
    """What is wrong with a value of a file."""

    code: str
    summary: str
    origin: Origin
    path: YamlPath = ()
    """Below the origin's own path."""
    hint: str = ""
    detail: str = ""
    address: str = ""
    severity: Severity = "error"
    at_key: bool = False
    """The key itself is at fault, or stands for what is missing below it."""
    secret: bool = False
    """What is written there must not be shown."""
    also: tuple[YamlPath, ...] = ()
    """Other spellings of the path, for values that were written in a pasted or a short form."""
    elsewhere: Origin | None = None
    """The first of two places."""


@dataclass(slots=True)
class Findings:
    """Everything that is wrong with a project, in the order in which it was found."""

    found: list[Finding | Diagnostic] = field(default_factory=list)

    def add(self, one: Finding | Diagnostic) -> None:
        """Keep a finding."""
        self.found.append(one)

    def diagnostics(self, root: Path) -> list[Diagnostic]:
        """Return all findings with their places, in the order of files and lines."""
        locator = Locator(root)
        made = [one if isinstance(one, Diagnostic) else _located(one, locator) for one in self.found]
        return sorted(dict.fromkeys(made), key=_order)


def _located(one: Finding, locator: Locator) -> Diagnostic:
    """Return a finding with its place."""
    path = max((one.path, *one.also), key=lambda path: locator.depth(one.origin, path) - len(path) / 1000)
    detail = one.detail
    if one.elsewhere is not None:
        detail = f"{detail}{locator.source(one.elsewhere, at_key=True)}"
    return Diagnostic(
        code=one.code,
        summary=one.summary,
        severity=one.severity,
        detail=detail,
        address=one.address,
        source=locator.source(one.origin, path, at_key=one.at_key, secret=one.secret),
        hint=one.hint,
    )


def _order(one: Diagnostic) -> tuple[str, int, int]:
    """Sort errors in reading order."""
    return (one.source.file, one.source.line, one.source.column) if one.source else ("", 0, 0)
