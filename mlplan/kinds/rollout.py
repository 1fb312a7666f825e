"""Rollout: the steps in which an endpoint's traffic moves to a new version of what it serves."""

from typing import Annotated

from pydantic import Field, StringConstraints

from mlplan.core.duration import PATTERN
from mlplan.core.kind import Model
from mlplan.core.rule import Keyed


class RolloutStep(Model):
    """A share of the traffic, and how long it stays there before the next step."""

    percent: Annotated[int, Field(ge=1, le=99)] = Field(
        description="The new version's part of what the entity gets, in per cent; the last step, 100, is implied."
    )
    duration: Annotated[str, StringConstraints(pattern=PATTERN)] = Field(
        description="The least time at this share: 90s, 30m, 2h or 1d."
    )


class Rollout(Model):
    """How traffic moves when a served version changes; each apply takes the step that is due."""

    steps: Annotated[list[RolloutStep], Keyed("percent")] = Field(
        min_length=1, max_length=20, description="The steps, known by their share; they are taken from small to large."
    )
