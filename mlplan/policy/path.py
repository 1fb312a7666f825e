"""Path: what a version went through before it gets an alias: another environment, time, a rival's place, a tag."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from mlplan.core import duration
from mlplan.core.kind import Model
from mlplan.core.values import Values
from mlplan.policy.reading import gap, seconds, version
from mlplan.policy.rule import Seen, Verdict, failed, passed, rule, unknown


class Held(Model):
    """An alias that the version must have held."""

    alias: str = Field("", description="The alias; the one that moves when empty.")
    environment: str = Field("", description="Where; this environment when empty.")


class Soak(Held):
    """An alias that the version must have held for some time."""

    at_least: Annotated[str, StringConstraints(pattern=duration.PATTERN)] = Field(
        description="For how long, in one go: 90s, 30m, 24h or 7d."
    )


class Tags(Model):
    """Tags that the version must have."""

    tags: dict[str, str] = Field(min_length=1, description="Each tag with its value.")


@rule(
    "MLP062", "the version held an alias in another environment first", "promotion",
    level="deny", everywhere=True, options=Held, gate=True,
)  # fmt: skip
def came_through(seen: Seen) -> Iterator[Verdict]:
    """Judge whether the same version, known by its run or its files, was tried elsewhere."""
    wanted: Held = _asked(seen)
    where, problem = _holdings(seen, wanted)
    if problem:
        yield problem
        return
    origin: Values = seen.subject["origin"]
    name = f"{origin.get('model')} v{origin.get('version')}"
    if where:
        yield passed(f"{name} has held {wanted.alias} in {wanted.environment} since {where[0]['since']}")
    else:
        hint = f"promote it to {wanted.alias} in {wanted.environment} first"
        yield failed(f"{name} never held {wanted.alias} in {wanted.environment}", hint=hint)


@rule(
    "MLP063", "the version held an alias for long enough", "promotion",
    level="deny", everywhere=True, options=Soak, gate=True,
)  # fmt: skip
def soaked(seen: Seen) -> Iterator[Verdict]:
    """Judge how long the version held an alias without a break; the texts name moments, never the time that passed."""
    wanted: Soak = _asked(seen)
    where, problem = _holdings(seen, wanted)
    place = f"{wanted.alias} in {wanted.environment}" if wanted.environment else wanted.alias
    if problem:
        yield problem
    elif not where:
        yield failed(f"{version(seen)} never held {place}", hint=f"let it hold {place} for {wanted.at_least} first")
    else:
        best = max(where, key=lambda one: (_span(one, seen.now), one["since"]))
        needed = duration.seconds(wanted.at_least) or 0.0
        until = f" until {best['until']}" if best.get("until") else ""
        told = f"{version(seen)} held {place} from {best['since']}{until}"
        if _span(best, seen.now) >= needed:
            yield passed(f"{told}, {wanted.at_least} are wanted")
        else:
            over = "" if until else f"; they are over at {_moment(seconds(best['since']) + needed)}"
            yield failed(f"{told}, {wanted.at_least} are wanted{over}", hint="wait, and plan again")


@rule(
    "MLP064", "the version held another alias here first", "promotion",
    level="deny", everywhere=True, options=Held, gate=True,
)  # fmt: skip
def was_challenger(seen: Seen) -> Iterator[Verdict]:
    """Judge whether the version holds, or held, another alias of the same model."""
    wanted: Held = _asked(seen)
    where, _ = _holdings(seen, wanted)
    if where:
        yield passed(f"{version(seen)} has held {wanted.alias} since {where[0]['since']}")
    elif wanted.alias in (seen.after.get("aliases") or ()):
        yield passed(f"{version(seen)} holds {wanted.alias}")
    elif not seen.after and seen.subject.get("held") is None:
        yield from gap(seen, f"what {version(seen)} held")
    else:
        yield failed(f"{version(seen)} never held {wanted.alias}", hint=f"move {wanted.alias} to it first")


@rule("MLP065", "the version has its tags", "promotion", level="deny", everywhere=True, options=Tags, gate=True)
def tagged(seen: Seen) -> Iterator[Verdict]:
    """Judge the tags of the new version."""
    if not seen.after:
        yield from gap(seen, f"the tags of {version(seen)}")
        return
    tags: Values = seen.after.get("tags") or {}
    wrong = sorted(name for name, value in seen.options.tags.items() if tags.get(name) != value)
    for name in wrong[:1]:
        has = f"is `{tags[name]}`" if name in tags else "is not set"
        yield failed(f"the tag `{name}` {has}, `{seen.options.tags[name]}` is wanted", hint="have it set by who may")
    if not wrong:
        yield passed(", ".join(f"{name} is `{value}`" for name, value in sorted(seen.options.tags.items())))


def _asked(seen: Seen) -> Any:
    """Return the options with the alias that is meant."""
    return seen.options.model_copy(update={"alias": seen.options.alias or str(seen.subject.get("alias", ""))})


def _holdings(seen: Seen, wanted: Held) -> tuple[list[Values], Verdict | None]:
    """Return when the version held an alias, oldest first, and what speaks against looking further."""
    if not wanted.environment:
        found = seen.subject.get("held")
        if found is None:
            return [], unknown(
                f"what {version(seen)} held here is not known", hint="the ledger tells it after an apply"
            )
        return _named(found, wanted.alias), None
    origin: Any = seen.subject.get("origin")
    why = (seen.subject.get("unknown") or {}).get("origin") or ("origin" not in seen.subject and "nobody looked")
    if not origin and why:
        return [], unknown(f"whether {version(seen)} was in {wanted.environment} is not known", detail=str(why))
    if not origin or origin.get("environment") != wanted.environment:
        hint = f"register it in {wanted.environment}, and promote it there first"
        return [], failed(f"{version(seen)} is no version of {wanted.environment}, by run or by files", hint=hint)
    return _named(origin.get("held") or [], wanted.alias), None


def _named(found: list[Values], alias: str) -> list[Values]:
    """Return the times of one alias, oldest first."""
    return sorted((one for one in found if one.get("alias") == alias), key=lambda one: str(one["since"]))


def _span(one: Values, now: float) -> float:
    """Return for how many seconds an alias was held; it may still be."""
    return (seconds(one["until"]) if one.get("until") else now) - seconds(one["since"])


def _moment(at: float) -> str:
    """Return a time as RFC 3339."""
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
