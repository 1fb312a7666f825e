"""Rollout: how far an endpoint is on its way to a new version, and what this plan does about it."""

from typing import Literal, NamedTuple

Standing = Literal["starts", "steps", "waits", "ends", "aborts", "aborted"]
"""`starts`, `steps` and `ends` move traffic; `waits` lets time pass; `aborts` returns to the start, and
`aborted` stays there until the version changes or the rollout is asked for again."""


class Move(NamedTuple):
    """One served entity on its way from a version to another."""

    entity: str
    from_version: str
    to_version: str
    beside: str
    """The name under which the new version is served meanwhile."""


class Rollout(NamedTuple):
    """The rollout of one endpoint."""

    address: str
    id: str
    standing: Standing
    moves: tuple[Move, ...]
    steps: tuple[tuple[int, str], ...]
    """Each share in per cent, and its duration; the last one, 100, is implied."""
    before: int
    """The share that the new version has now."""
    percent: int
    """The share that it has after this plan."""
    due: float | None = None
    """When the next step may be taken, in seconds since the epoch; None until this one has begun."""
    why: str = ""
    """What it waits for, beside time."""

    def as_json(self) -> dict[str, object]:
        """Return the form that plan documents carry."""
        return {
            "address": self.address,
            "id": self.id,
            "standing": self.standing,
            "entities": [one._asdict() for one in self.moves],
            "steps": [{"percent": percent, "duration": duration} for percent, duration in self.steps],
            "before": self.before,
            "percent": self.percent,
            "due": self.due,
            "why": self.why,
        }

    @property
    def finishes(self) -> bool:
        """Tell whether the new version has all of the traffic after this plan."""
        return self.standing == "ends"
