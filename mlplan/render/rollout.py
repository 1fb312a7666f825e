"""Rollout: an endpoint on its way to a new version: where it is, what this plan does, and when the next step is due."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from mlplan.core.rollout import Rollout
from mlplan.render.colour import PLAIN, Palette
from mlplan.render.escape import visible


def rollouts_text(found: Sequence[Rollout], palette: Palette = PLAIN) -> str:
    """Return the rollouts of a plan under a heading; empty when there is none."""
    rows = [line for one in found for line in (*_rollout(one, palette), "")]
    title = palette.paint("warn", f"Rollouts ({len(found)})")
    return "\n".join([title, *rows]) if rows else ""


def waiting_text(found: Sequence[Rollout], until: float) -> str:
    """Return what an apply that stays waits for."""
    names = ", ".join(f"{visible(one.address)} at {one.before} %" for one in found)
    return f"  wait     {names} ... until {moment(until)}\n"


def moment(seconds: float) -> str:
    """Return a time for people, in UTC."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _rollout(one: Rollout, palette: Palette) -> Iterator[str]:
    """Yield the lines of one rollout."""
    yield f"  {palette.paint('strong', visible(one.address))}  {visible(one.id)}"
    for move in one.moves:
        yield f"      {visible(move.entity)}  v{visible(move.from_version)} -> v{visible(move.to_version)}"
    yield f"      {_way(one)}"
    yield f"      {palette.paint('warn', next_text(one))}"


def stations(one: Rollout) -> list[tuple[int, bool]]:
    """Return all shares of the traffic in their order, and whether it is the one after this plan."""
    shares = [0, *(percent for percent, _ in one.steps), 100]
    at = max(share for share in shares if share <= one.percent)
    return [(share, share == at) for share in shares]


def _way(one: Rollout) -> str:
    """Return all steps, the present one in brackets."""
    return " > ".join(f"[{share} %]" if here else f"{share} %" for share, here in stations(one))


def next_text(one: Rollout) -> str:
    """Return what this plan does, and what comes after it."""
    durations = dict(one.steps)
    stays = f", then at least {visible(durations[one.percent])} there" if one.percent in durations else ""
    match one.standing:
        case "starts" | "steps":
            return f"moves from {one.before} % to {one.percent} %{stays}"
        case "ends":
            return f"moves from {one.before} % to all of it"
        case "aborts":
            return f"aborted: returns from {one.before} % to the start"
        case "aborted":
            return f"aborted: stays at the start; --restart-rollout {visible(one.address)} begins anew"
    if one.due is None:
        return f"is at {one.before} %; since when is remembered now"
    why = f"; {visible(one.why)}" if one.why else ""
    return f"is at {one.before} %; the next step is due at {moment(one.due)}{why}"
