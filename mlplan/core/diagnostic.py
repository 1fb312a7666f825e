"""Diagnostic: one thing to tell the user about their project; mistakes are collected, never raised one by one."""

from typing import Literal, NamedTuple

from mlplan.core.source import Source

Severity = Literal["error", "warning", "note"]


class Diagnostic(NamedTuple):
    """A finding with a stable code that `mlplan explain CODE` tells more about."""

    code: str
    summary: str
    severity: Severity = "error"
    detail: str = ""
    address: str = ""
    source: Source | None = None
    hint: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the form in which reports and plans carry it."""
        found: dict[str, object] = {
            "code": self.code,
            "severity": self.severity,
            "summary": self.summary,
            "detail": self.detail,
            "address": self.address,
            "hint": self.hint,
            "source": None,
        }
        if self.source is not None:
            found["source"] = self.source._asdict()
        return found


def has_errors(diagnostics: "list[Diagnostic]") -> bool:
    """Tell whether any finding is an error."""
    return any(one.severity == "error" for one in diagnostics)
