"""Approvals: who must agree to a plan before it is applied, and who did."""

from collections.abc import Mapping, Sequence
from typing import Any

from mlplan.render.colour import Palette, Role
from mlplan.render.escape import visible
from mlplan.render.words import count

SHOWN = 6
"""Addresses of one requirement that are named."""


def approvals_text(found: Sequence[Mapping[str, Any]], palette: Palette) -> str:
    """Return what a plan asks for: how many of whom, and for which changes."""
    if not found:
        return ""
    made = [palette.paint("warn", f"Approvals ({len(found)})")]
    for one in found:
        made.append(f"  {palette.paint('strong', visible(one['name']))}  {asked(one)}")
        made.append(f"      {palette.paint('faint', _about(one['addresses']))}")
    return "\n".join([*made, ""])


def listed_text(found: Sequence[Mapping[str, Any]], environment: str, palette: Palette) -> str:
    """Return who must agree to changes in an environment, whatever is planned."""
    if not found:
        return ""
    made = [f"Approvals in {visible(environment)}"]
    for one in found:
        limits = [visible(name) for part in ("kinds", "resources", "actions", "risks") for name in one[part]]
        about = f"for {', '.join(limits)}" if limits else "for every change"
        made.append(f"  {palette.paint('strong', visible(one['name']))}  {asked(one)}")
        made.append(f"      {palette.paint('faint', about)}")
    return "\n".join([*made, ""])


def record_text(record: Mapping[str, Any], palette: Palette) -> str:
    """Return who agreed to a plan, requirement by requirement, and what is missing."""
    name = palette.paint("strong", f"{visible(record['project'])} · {visible(record['environment'])}")
    about = f"pull request {record['pull_request']} by {visible(record['author'])}, at {record['head'][:12]}"
    made = [f"{name} · {about}", ""]
    made += [line for one in record["approvals"] for line in _given(one, palette)]
    left = sum(missing(one) for one in record["approvals"])
    role: Role = "bad" if left else "good"
    end = f"{count(left, 'approval')} missing." if left else "Everybody who must agree did."
    return "\n".join([*made, palette.paint(role, end if record["approvals"] else "No approvals are asked for."), ""])


def asked(one: Mapping[str, Any]) -> str:
    """Return how many people of whom a requirement takes."""
    names = ", ".join(map(visible, [*one["from"]["teams"], *one["from"]["users"]]))
    rest = [] if one["author"] == "allowed" else ["nobody who wrote it"]
    rest += ["counted for nothing else"] if one["distinct"] else []
    return f"{one['count']} of {names}" + (f"  ({'; '.join(rest)})" if rest else "")


def missing(one: Mapping[str, Any]) -> int:
    """Return how many people a requirement lacks."""
    return max(int(one["count"]) - len({str(each["user"]).lower() for each in one["given"]}), 0)


def _given(one: Mapping[str, Any], palette: Palette) -> list[str]:
    """Return the lines of a requirement and who fulfilled it."""
    left = missing(one)
    word = palette.paint("bad", "missing") if left else palette.paint("good", "given  ")
    names = ", ".join(visible(each["user"]) for each in one["given"]) or "nobody"
    made = [f"  {word}  {palette.paint('strong', visible(one['name']))}  {asked(one)}: {names}"]
    if left:
        made += [f"           {palette.paint('note', 'not counted')}: {visible(each)}" for each in one["notes"]]
    return [*made, ""]


def _about(addresses: Sequence[str]) -> str:
    """Return the changes that a requirement is about."""
    more = f" and {len(addresses) - SHOWN} more" if len(addresses) > SHOWN else ""
    return f"for {', '.join(map(visible, addresses[:SHOWN]))}{more}"
