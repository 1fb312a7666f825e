"""Change: what will happen to one resource, and why, field by field."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from mlplan.core import path
from mlplan.core.marker import Marker
from mlplan.core.path import Path
from mlplan.core.rule import Risk
from mlplan.core.values import Unknown, Values

Action = Literal["no-op", "create", "update", "replace", "delete", "restore", "import", "forget", "move"]
ACTIONS: tuple[Action, ...] = (
    "create", "update", "replace", "delete", "restore", "import", "forget", "move", "no-op",
)  # fmt: skip
Cause = Literal["config", "drift", "both"]
Status = Literal["live", "updating", "failed", "deleted"]


class Object(NamedTuple):
    """A live object as its provider reads it, in canonical form."""

    id: str
    values: Values
    outputs: Values = {}
    """Fields that only the server knows."""
    status: Status = "live"
    """`deleted` is a soft delete; `updating` shows the values that it is moving to."""
    marker: Marker | None = None
    """Who owns it, as it says itself; taken from the values by the engine, as providers know nothing of markers."""


class FieldChange(NamedTuple):
    """One field: what is there, what should be, what was last applied, and who made the difference."""

    path: Path
    before: object
    after: object
    recorded: object
    cause: Cause
    replaces: bool = False
    note: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the form that plan documents carry; an unknown `after` is null and says what it awaits."""
        unknown = isinstance(self.after, Unknown)
        return {
            "path": path.text(self.path),
            "before": self.before,
            "after": None if unknown else self.after,
            "recorded": self.recorded,
            "cause": self.cause,
            "replaces": self.replaces,
            "known_after_apply": str(self.after) if unknown else None,
            "note": self.note,
        }


@dataclass(slots=True)
class Change:
    """One resource's part in a plan."""

    address: str
    kind: str
    id: str
    action: Action
    risk: Risk = "safe"
    reason: str = ""
    fields: tuple[FieldChange, ...] = ()
    desired: Values | None = None
    """What the object shall be; None when it shall not be."""
    record: Values | None = None
    """What state shall hold as last applied: the declared part of `desired`."""
    actual: Object | None = None
    recorded: Values | None = None
    needs: tuple[str, ...] = ()
    """Addresses that must be there before it."""
    after: tuple[str, ...] = ()
    """Addresses whose changes come first though it does not need them: endpoints that follow an alias."""
    before_id: str = ""
    """The id under which the object is known now, when that differs."""
    moved_from: str = ""
    protect: bool = False
    """The `prevent_destroy` mark that state shall hold."""
    create_first: bool = False
    """A replace that makes the new object before it takes down the old one."""
    blocked: str = ""
    """Why apply would refuse this change, and what lifts it."""
    held: str = ""
    """Why it is left for a later apply, which needs nothing said for it: a rollout that is under way."""
    marker: Marker | None = None
    """What the object shall carry; None where its kind has no place for it, or it shall not be."""
    release: bool = False
    """It is let go of on purpose, and its marker goes too."""
    rollout: Values = field(default_factory=dict)
    """What state shall hold of the endpoint's rollout."""

    @property
    def current_id(self) -> str:
        """Return the id under which the object is known now."""
        return self.before_id or self.id

    def as_json(self) -> dict[str, object]:
        """Return the form that plan documents carry."""
        return {
            "address": self.address,
            "kind": self.kind,
            "id": self.id,
            "before_id": self.before_id or None,
            "action": self.action,
            "risk": self.risk,
            "reason": self.reason,
            "fields": [one.as_json() for one in self.fields],
            "moved_from": self.moved_from or None,
            "create_first": self.create_first,
            "after": list(self.after),
            "blocked": self.blocked or None,
            "held": self.held or None,
        }
