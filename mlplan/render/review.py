"""Review: what a plan says beyond its changes: evidence, who gains or loses access, and what the rules say."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mlplan.render.colour import Palette, Role
from mlplan.render.dossier import Dossier
from mlplan.render.escape import lines, visible
from mlplan.render.words import count

OPEN = ("failed", "unknown")
"""Outcomes of a rule that somebody has to look at."""
WORDS: dict[str, Role] = {"denied": "bad", "warning": "warn", "excused": "note"}
"""What a result comes to, worst first."""
ALIKE = ("code", "address", "outcome", "detail", "hint")
"""Results with all of these in common are told together."""


@dataclass(frozen=True, slots=True)
class Review:
    """The parts of a plan document that are for people to judge."""

    evidence: Mapping[str, Dossier] = field(default_factory=dict)
    access: Mapping[str, Any] = field(default_factory=dict)
    policy: Sequence[Mapping[str, Any]] = ()
    approvals: Sequence[Mapping[str, Any]] = ()

    @property
    def denied(self) -> int:
        """Return how many rules deny the plan."""
        return len({one["code"] for one in self.policy if one["blocks"]})


NOTHING = Review()


def access_text(access: Mapping[str, Any], new: Collection[tuple[str, str]], palette: Palette) -> str:
    """Return who gains and who loses what in the end, beyond what the rows that change say themselves.

    What everybody gains on objects that are `new`, by kind and id, follows from what they are made with.
    """
    shown, unknown = access_rows(access, new), access.get("unknown") or []
    if not shown:
        return ""
    made = [palette.paint("warn", f"Who gains or loses ({len(shown)})")]
    made += [line for row in shown for line in _row(row, palette)]
    made += [f"  {palette.paint('warn', 'unknown')}: {visible(one)}" for one in unknown]
    return "\n".join([*made, ""])


def access_rows(access: Mapping[str, Any], new: Collection[tuple[str, str]]) -> list[Mapping[str, Any]]:
    """Return the rows of access that say more than the changes themselves do."""
    rows = access.get("rows") or []
    return [row for row in rows if _tells(row) and not all((row["kind"], one) in new for one in row["objects"])]


def policy_text(policy: Sequence[Mapping[str, Any]], palette: Palette) -> str:
    """Return what the rules say: those that want a look in full, the others as a number."""
    found = [one for one in policy if one["outcome"] != "passed"]
    if not found:
        return ""
    passed = sum(one["outcome"] == "passed" for one in policy)
    also = f"; {passed} passed" if passed else ""
    made = [palette.paint("warn", f"Policy ({count(len(found), 'finding')}{also})")]
    alike: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for one in found:
        alike.setdefault((list(WORDS).index(word_of(one)), *(one[name] for name in ALIKE)), []).append(one)
    for key in sorted(alike):
        made += [*_result(alike[key], palette), ""]
    return "\n".join(made)


def marks(policy: Sequence[Mapping[str, Any]], address: str) -> dict[str, str]:
    """Return what the rules say of the figures of one promotion, by the figure's name."""
    found = {one["about"]: word_of(one) for one in policy if one["address"] == address and one["about"]}
    worse = {one["about"]: word_of(one) for one in policy if one["address"] == address and one["outcome"] != "passed"}
    return {name: worse.get(name, "ok") for name in found}


def _row(row: Mapping[str, Any], palette: Palette) -> Iterator[str]:
    """Yield the lines of what one principal gains and loses: privileges, and what they come to."""
    role: Role = "bad" if row["loses"] else "warn"
    through = f"  ({', '.join(map(visible, row['through']))})" if row["through"] else ""
    told = palette.paint(role, "; ".join(row_parts(row)))
    yield f"  {palette.paint('strong', visible(row['principal']))}  {told}  on {visible(row['object'])}{through}"
    if row["members"]:
        yield f"      {count(len(row['members']), 'member')}: {', '.join(map(visible, row['members']))}"
    yield from (f"      assumed: {visible(one)}" for one in row["assumes"])


def row_parts(row: Mapping[str, Any]) -> list[str]:
    """Return what one principal gains and loses, in words."""
    parts = [f"gains {', '.join(names)}" for names in [_privileges(row["gains"])] if names]
    parts += [f"can now {', '.join(names)}" for names in [_abilities(row["gains"])] if names]
    parts += [f"loses {', '.join(names)}" for names in [_privileges(row["loses"])] if names]
    return parts + [f"can no longer {', '.join(names)}" for names in [_abilities(row["loses"])] if names]


def _tells(row: Mapping[str, Any]) -> bool:
    """Tell whether a row says more than the change of the object's own rows, or its end, does."""
    beyond = row["through"] or row["members"] or row["assumes"] or _abilities([*row["gains"], *row["loses"]])
    return bool(beyond) and row["through"] != ["deleted"]


def _privileges(names: Sequence[str]) -> list[str]:
    """Return the privileges among rights, which stand in capitals."""
    return [visible(one) for one in names if one.isupper()]


def _abilities(names: Sequence[str]) -> list[str]:
    """Return what one can really do, among rights."""
    return [visible(one) for one in names if not one.isupper()]


def word_of(one: Mapping[str, Any]) -> str:
    """Return what a result comes to."""
    if one["outcome"] not in OPEN:
        return "excused"
    return "denied" if one["blocks"] else "warning"


def _result(alike: Sequence[Mapping[str, Any]], palette: Palette) -> Iterator[str]:
    """Yield the lines of a rule's results that differ in nothing but what they found."""
    one = alike[0]
    word = word_of(one)
    head = palette.paint(WORDS[word], f"{word}[{one['code']}]")
    unknown = " (unknown)" if one["outcome"] == "unknown" else ""
    first, *others = (visible(each["summary"]) for each in alike)
    yield f"  {head}{unknown}: {first}"
    yield from (f"      {other}" for other in others)
    if one["address"]:
        yield f"      {palette.paint('faint', visible(one['address']))}"
    yield from (f"      | {line}" for line in lines(one["detail"]) if one["detail"])
    if one["exception"]:
        yield f"      {'excused' if word == 'excused' else 'no longer excused'}: {excuse(one['exception'])}"
    if one["hint"] and word != "excused":
        yield f"      {palette.paint('note', 'hint')}: {visible(one['hint'])}"


def excuse(found: Mapping[str, Any]) -> str:
    """Return why a failed rule is excused, and until when."""
    by = f", approved by {visible(found['approved_by'])}" if found["approved_by"] else ""
    return f"{visible(found['reason'])} (until {visible(found['expires'])}{by})"
