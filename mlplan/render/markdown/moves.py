"""Moves: what moves by a plan and what follows it, as a Mermaid diagram, which GitHub draws."""

from collections.abc import Iterator, Mapping, Sequence

from mlplan.core.change import Action, Change
from mlplan.core.plan import Plan
from mlplan.render.dossier import Dossier
from mlplan.render.markdown.section import Item, Section
from mlplan.render.markdown.text import shown
from mlplan.render.promotion import moving
from mlplan.render.summary import sign
from mlplan.render.value import show
from mlplan.render.words import count

MOST = 40
"""So many resources are drawn; beyond that nobody follows the arrows."""
USERS = 12
"""So many endpoints and jobs are drawn around an alias."""
LABEL = 60
RANK = 20
COLOURS: dict[Action, tuple[str, str]] = {
    "create": ("#dafbe1", "#1a7f37"),
    "restore": ("#dafbe1", "#1a7f37"),
    "update": ("#fff8c5", "#9a6700"),
    "move": ("#ddf4ff", "#0969da"),
    "import": ("#ddf4ff", "#0969da"),
    "forget": ("#eaeef2", "#57606a"),
    "replace": ("#ffebe9", "#cf222e"),
    "delete": ("#ffebe9", "#cf222e"),
    "no-op": ("#f6f8fa", "#8c959f"),
}
"""Fill and line of each action; text is dark on all of them, in both themes."""
Edge = tuple[str, str, str]
"""From, to, and the label."""


def moves(plan: Plan, evidence: Mapping[str, Dossier]) -> list[Section]:
    """Return the folded diagram; a single change that nothing follows needs none."""
    active = list(plan.active())
    if len(active) + sum(len(one.get("jobs") or ()) for one in evidence.values()) < 2:  # noqa: PLR2004 - two ends of an arrow
        return []
    head = "<details><summary><b>What moves</b></summary>\n\n"
    made = Item(lambda: f"```mermaid\n{diagram(plan, active, evidence)}```\n")
    return [Section(RANK, [made], head, "\n</details>\n", one="diagram")]


def diagram(plan: Plan, active: Sequence[Change], evidence: Mapping[str, Dossier]) -> str:
    """Return a flowchart of the changes, worst first; an arrow leads to what comes after."""
    drawn = {one.address: one for one in active[:MOST]}
    labels = {address: _label(change) for address, change in drawn.items()}
    classes = {address: change.action for address, change in drawn.items()}
    edges = [*_users(drawn, evidence, labels, classes), *_order(plan, drawn)]
    ids = {address: f"n{place}" for place, address in enumerate(labels)}
    lines = ["flowchart LR"]
    lines += [f'  {ids[one]}["{label}"]:::{_class(classes[one])}' for one, label in labels.items()]
    lines += [f'  more["and {count(len(active) - MOST, "change")} more"]'] if len(active) > MOST else []
    lines += [f"  {ids[one]} {_arrow(label)} {ids[to]}" for one, to, label in dict.fromkeys(edges)]
    lines += [_style(action) for action in dict.fromkeys(classes.values())]
    return "\n".join(lines) + "\n"


def _users(
    drawn: Mapping[str, Change], evidence: Mapping[str, Dossier], labels: dict[str, str], classes: dict[str, Action]
) -> Iterator[Edge]:
    """Yield the arrows from aliases to who uses them; endpoints and jobs that do not change are drawn, too."""
    for change in drawn.values():
        found = evidence.get(change.id, {}) if change.kind == "model_alias" else {}
        served = {one["address"]: f"v{one['to']}" for one in (found.get("endpoints") or ())[:USERS]}
        for address in dict.fromkeys([*served, *change.after[:USERS]]):
            labels.setdefault(address, _text(address))
            classes.setdefault(address, "no-op")
            yield change.address, address, f"serves {served[address]}" if address in served else "is followed by"
        for one in (found.get("jobs") or ())[:USERS]:
            job = f"job {one.get('job') or one.get('name')}"
            labels.setdefault(job, _text(job))
            classes.setdefault(job, "no-op")
            yield change.address, job, "is loaded by"


def _order(plan: Plan, drawn: Mapping[str, Change]) -> Iterator[Edge]:
    """Yield the arrows from what is done first to what waits for it, where no alias leads the other way."""
    of = {step.number: step.address for step in plan.steps}
    led = {(address, change.address) for change in drawn.values() for address in change.after}
    for step in plan.steps:
        for need in step.needs:
            pair = (of.get(need, ""), step.address)
            if pair[0] != pair[1] and pair not in led and all(one in drawn for one in pair):
                yield *pair, "then"


def _label(change: Change) -> str:
    """Return what stands in the box of a change."""
    move = moving(change) if change.kind == "model_alias" else None
    versions = f"<br>v{_text(show(move.before))} → v{_text(show(move.after))}" if move else ""
    return f"{_text(sign(change))}#160;{_text(change.address)}{versions}"


def _text(text: str) -> str:
    """Return a text that Mermaid takes for nothing else: what is no letter, number or dot stands as its number."""
    return "".join(one if one.isalnum() or one in " ._" else f"#{ord(one)};" for one in shown(text, LABEL))


def _arrow(label: str) -> str:
    """Return an arrow; what follows an alias is dashed, and says how."""
    return "-->" if label == "then" else f'-.->|"{_text(label)}"|'


def _class(action: Action) -> str:
    """Return the name of an action's style."""
    return "same" if action == "no-op" else f"{action}d"


def _style(action: Action) -> str:
    """Return the definition of an action's style."""
    fill, line = COLOURS[action]
    return f"  classDef {_class(action)} fill:{fill},stroke:{line},color:#1f2328"
