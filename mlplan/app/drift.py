"""Drift: what others changed since the last apply, whatever the configuration says by now."""

from dataclasses import dataclass
from typing import Any

from mlplan.app.session import Request, Session
from mlplan.core.diagnostic import Diagnostic
from mlplan.engine.drift import Drift, look
from mlplan.render.sheet import Heading


@dataclass(slots=True)
class Drifted:
    """The objects that are not as they were last applied."""

    heading: Heading
    lineage: str
    serial: int
    known: int
    """The number of objects in state."""
    found: list[Drift]
    diagnostics: list[Diagnostic]

    def document(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "format_version": "1.0",
            "project": self.heading.project,
            "environment": self.heading.environment,
            "state": {"lineage": self.lineage, "serial": self.serial},
            "drifted": [one.as_json() for one in self.found],
            "diagnostics": [one.as_json() for one in self.diagnostics],
        }


def drift(request: Request) -> Drifted:
    """Compare every object in state with the platform; nothing is written."""
    with Session(request) as session:
        state = session.backend.read()
        found, said = look(
            session.declaration, state, session.provider, request.parallelism or session.provider.parallelism
        )
        place = f"state serial {state.serial}" if state.lineage else "no state yet"
        environment = session.declaration.environment
        heading = Heading(
            session.declaration.project, environment.name, session.provider.describe(), place, environment.protected
        )
        return Drifted(heading, state.lineage, state.serial, len(state.entries), found, [*session.warnings, *said])
