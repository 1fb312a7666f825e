"""Signature: what callers of the old version may send is accepted by the new one, and not changed on the way."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from mlplan.core.kind import Model
from mlplan.core.values import Values
from mlplan.policy.reading import gap, version
from mlplan.policy.rule import Seen, Verdict, failed, passed, rule, unknown

_FOR = {"dataframe": "DataFrame callers", "json": "JSON callers", "bare": "callers with bare values in JSON"}
_SHOWN = 5


class Callers(Model):
    """Which callers count."""

    ways: list[Literal["dataframe", "json", "bare"]] = Field(
        ["dataframe", "json"], min_length=1, description="Ways of calling that count."
    )


@rule("MLP042", "the new version has a signature", "promotion", level="deny")
def has_signature(seen: Seen) -> Iterator[Verdict]:
    """Judge whether a model says what it takes."""
    blind = list(gap(seen, "the signature", "signature"))
    if blind:
        yield from blind
    elif seen.after.get("signature"):
        yield passed(f"{version(seen)} has one")
    else:
        hint = "log the model with `signature=` or `input_example=`; without one nothing checks what callers send"
        yield failed(f"{version(seen)} has no signature", hint=hint)


@rule("MLP043", "the new signature rejects no caller", "promotion", level="deny", options=Callers)
def rejects_no_caller(seen: Seen) -> Iterator[Verdict]:
    """Judge whether requests that were good so far would fail."""
    yield from _verdict(seen, "rejected", "requests would fail with an error", "keep the column, or make it optional")


@rule("MLP044", "the new signature changes no value in silence", "promotion", level="deny", options=Callers)
def coerces_no_value(seen: Seen) -> Iterator[Verdict]:
    """Judge whether values that were good so far would be accepted and turned into others."""
    what = "values would be changed on the way in, without an error"
    yield from _verdict(seen, "coerced", what, "keep the column's type, or widen it")


def _verdict(seen: Seen, bad: str, what: str, hint: str) -> Iterator[Verdict]:
    """Yield whether a way of calling got the bad verdict."""
    told: Values = seen.subject.get("signature") or {}
    if seen.subject.get("from") is None:
        return
    verdicts: Values = told.get("verdict") or {}
    ways = [way for way in seen.options.ways if _got(told, way, bad)]
    blind = [way for way in seen.options.ways if verdicts.get(way, "unknown") == "unknown"]
    if ways:
        callers = " and ".join(_FOR[way] for way in ways)
        yield failed(f"{callers}: {what}", detail=_columns(told, ways, bad), hint=hint)
    elif blind:
        yield unknown("the signatures cannot be compared", detail=str(told.get("reason") or ""))
    else:
        yield passed()


def _got(told: Values, way: str, bad: str) -> bool:
    """Tell whether a way of calling got the bad verdict, as a whole or, beside a worse one, by a column."""
    verdict = (told.get("verdict") or {}).get(way, "unknown")
    return verdict == bad or (verdict != "unknown" and any(one.get(way) == bad for one in told.get("columns") or ()))


def _columns(told: Values, ways: list[str], bad: str) -> str:
    """Return the columns that cause a verdict, a line each."""
    columns = [one for one in told.get("columns") or () if any(one.get(way) == bad for way in ways)]
    lines = [
        f"{one.get('name')}: {one.get('before') or '(absent)'} -> {one.get('after') or '(gone)'}; {one.get('why', '')}"
        for one in columns
    ]
    more = [f"and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return "\n".join(lines[:_SHOWN] + more)
