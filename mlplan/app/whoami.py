"""Whoami: which workspace an environment means, who acts there, and what it is known to lack."""

from dataclasses import dataclass, field
from typing import Any

from mlplan.app.session import Request, Session
from mlplan.core.provider import Identifies


@dataclass(frozen=True, slots=True)
class Identity:
    """Who acts where; `lacks` has an entry per purpose, None where nobody can tell."""

    environment: str
    provider: str
    where: str
    user: str
    facts: dict[str, str] = field(default_factory=dict)
    lacks: dict[str, list[str] | None] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "format_version": "1.0",
            "environment": self.environment,
            "provider": self.provider,
            "host": self.where,
            "user": self.user,
            **self.facts,
            "lacks": self.lacks,
        }


def whoami(request: Request) -> Identity:
    """Ask the platform who we are; nothing is written."""
    with Session(request) as session:
        provider, seen = session.provider, session.declaration
        made = Identity(seen.environment.name, provider.name, provider.describe(), provider.user())
        if isinstance(provider, Identifies):
            made.facts.update(provider.identity())
            made.lacks.update({purpose: provider.lacking(seen, purpose) for purpose in ("plan", "apply")})
        return made
