"""Validate: the project's files checked, all of them, without asking any platform."""

from dataclasses import dataclass
from typing import Any

from mlplan.app.session import Request
from mlplan.config.project import load
from mlplan.core.declaration import Declaration
from mlplan.core.diagnostic import Diagnostic, has_errors


@dataclass(slots=True)
class Validated:
    """What checking a project found."""

    declaration: Declaration | None
    diagnostics: list[Diagnostic]

    @property
    def valid(self) -> bool:
        """Tell whether a plan could be made of the project."""
        return self.declaration is not None and not has_errors(self.diagnostics)

    def document(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        seen = self.declaration
        return {
            "format_version": "1.0",
            "valid": self.valid,
            "project": seen.project if seen else None,
            "environment": seen.environment.name if seen else None,
            "resources": len(seen.resources) if seen else None,
            "files": list(seen.files) if seen else None,
            "diagnostics": [one.as_json() for one in self.diagnostics],
        }


def validate(request: Request) -> Validated:
    """Check every file of the project for one environment, its policy too."""
    loaded = load(request.root, request.environment, request.variables, policy=request.policy)
    found = list(loaded.diagnostics)
    if loaded.declaration is not None and loaded.declaration.policy:
        from mlplan.app.policy import checked  # noqa: PLC0415 - most projects have no policy file

        found += checked(loaded.declaration)[1]
    return Validated(loaded.declaration, found)
