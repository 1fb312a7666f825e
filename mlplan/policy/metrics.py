"""Metrics: figures that a new version must reach, alone and beside the version that it replaces."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pydantic import Field

from mlplan.core.kind import Model
from mlplan.core.values import Values
from mlplan.policy.reading import version
from mlplan.policy.rule import Seen, Verdict, failed, passed, rule, unknown


class Limits(Model):
    """A metric and the range that it must lie in."""

    metric: str = Field(description="The metric's name, as the run logged it.")
    min: float | None = Field(None, description="The least value.")
    max: float | None = Field(None, description="The largest value.")


class Regression(Model):
    """A metric and how much worse it may get."""

    metric: str = Field(description="The metric's name, as both runs logged it.")
    max_drop: float | None = Field(None, description="By how much it may fall.")
    max_rise: float | None = Field(None, description="By how much it may grow.")
    same_data: bool = Field(False, description="Whether figures of different data count as unknown.")  # noqa: FBT003


@rule(
    "MLP060", "the metric is within its limits", "promotion", level="deny", everywhere=True, options=Limits, gate=True
)
def within_limits(seen: Seen) -> Iterator[Verdict]:
    """Judge a figure of the new version."""
    wanted: Limits = seen.options
    value = _figure(seen.after, wanted.metric)
    if value is None:
        yield _unlogged(seen, wanted.metric)
    elif wanted.min is not None and value < wanted.min:
        yield failed(f"{wanted.metric} is {_text(value)}, at least {_text(wanted.min)} is wanted", hint=_WORSE)
    elif wanted.max is not None and value > wanted.max:
        yield failed(f"{wanted.metric} is {_text(value)}, at most {_text(wanted.max)} is wanted", hint=_WORSE)
    else:
        yield passed(f"{wanted.metric} is {_text(value)}")


@rule(
    "MLP061", "the metric gets no worse than allowed", "promotion",
    level="deny", everywhere=True, options=Regression, gate=True,
)  # fmt: skip
def no_regression(seen: Seen) -> Iterator[Verdict]:
    """Judge a figure of the new version beside that of the version in place."""
    wanted: Regression = seen.options
    if seen.subject.get("from") is None:
        yield passed("there is no version before to compare with")
        return
    old, new = _figure(seen.replaced, wanted.metric), _figure(seen.after, wanted.metric)
    if new is None or old is None:
        yield _unlogged(seen, wanted.metric, old_too=old is None and new is not None)
        return
    data: Values = seen.subject.get("data") or {}
    told = f"{wanted.metric} {_text(old)} -> {_text(new)} ({_change(old, new)})"
    reason = "" if data.get("same") is True else f"The figures may not compare: {data.get('reason') or 'data unknown'}"
    if wanted.same_data and reason:
        yield unknown(f"{told}, not known to be on the same data", detail=reason)
        return
    allowed = _beyond(_difference(old, new), wanted)
    yield failed(f"{told}, {allowed}", detail=reason, hint=_WORSE) if allowed else passed(told)._replace(detail=reason)


_WORSE = "look at what changed in data and parameters, and promote a version that keeps the figure"


def _beyond(difference: Decimal, wanted: Regression) -> str:
    """Return what is allowed when a change is beyond it; nothing when it is not."""
    if wanted.max_drop is not None and -difference > Decimal(repr(wanted.max_drop)):
        return f"a drop of {_text(wanted.max_drop)} is allowed"
    if wanted.max_rise is not None and difference > Decimal(repr(wanted.max_rise)):
        return f"a rise of {_text(wanted.max_rise)} is allowed"
    return ""


def _figure(known: Values, metric: str) -> float | None:
    """Return a figure of a version; None where it logged none."""
    value: Any = (known.get("metrics") or {}).get(metric)
    return float(value) if isinstance(value, int | float) else None


def _unlogged(seen: Seen, metric: str, *, old_too: bool = False) -> Verdict:
    """Return that a metric is not known, of the old version or the new one, and why."""
    at = "from" if old_too else "to"
    number = seen.subject.get(at)
    unread: Values = seen.subject.get("unknown") or {}
    names = (f"v{number}.metrics.{metric}", f"v{number}.metrics", f"v{number}.run")
    why = next((str(unread[name]) for name in names if name in unread), "" if old_too else seen.gap("metrics", "run"))
    about = version(seen) if not old_too else f"v{number}"
    return unknown(f"{metric} of {about} is not known", detail=why or "The run logged no such metric.")


def _difference(old: float, new: float) -> Decimal:
    """Return a difference in the digits that people see: 0.74 - 0.76 is -0.02."""
    return Decimal(repr(new)) - Decimal(repr(old))


def _change(old: float, new: float) -> str:
    """Return a difference with its sign."""
    return f"{float(_difference(old, new)):+.4g}"


def _text(value: float) -> str:
    """Return a figure in few digits."""
    return f"{value:.6g}"
