"""Permissions: the least privileges that a project asks for, told without asking any platform."""

from dataclasses import dataclass
from typing import Any, Literal

from mlplan.app.session import Request, Session
from mlplan.core.storage import rights

Purpose = Literal["plan", "apply"]


@dataclass(frozen=True, slots=True)
class Need:
    """What is needed on one object, and by which resources."""

    on: str
    privileges: tuple[str, ...]
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Permissions:
    """The needs of one environment."""

    project: str
    environment: str
    provider: str
    purpose: Purpose
    needs: list[Need]

    def document(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        needs = [{"on": one.on, "privileges": list(one.privileges), "for": list(one.addresses)} for one in self.needs]
        return {
            "format_version": "1.0",
            "project": self.project,
            "environment": self.environment,
            "provider": self.provider,
            "purpose": self.purpose,
            "needs": needs,
        }


def permissions(request: Request, purpose: Purpose) -> Permissions:
    """Return what the principal that plans or applies needs, on Databricks and where state is kept."""
    from mlplan.providers.databricks.privileges import least_privileges  # noqa: PLC0415 - only this command needs it

    with Session(request) as session:
        seen = session.declaration
        known = seen.environment.provider.name == "databricks"
        found = least_privileges(seen, purpose) if known else []
        needs = [Need(f"{one.kind} {one.id}".strip(), one.privileges, one.addresses) for one in found]
        owner = f"{seen.project}/{seen.environment.name}"
        kept = rights(seen.state.name, seen.state.options, owner, writes=purpose == "apply")
        needs += [Need(on, privileges, ("state",)) for on, privileges in kept]
        return Permissions(seen.project, seen.environment.name, seen.environment.provider.name, purpose, needs)
