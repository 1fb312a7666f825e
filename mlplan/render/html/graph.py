"""Graph: what moves, and what has to move first, as a drawing."""

from collections import Counter
from collections.abc import Mapping

from mlplan.core.plan import Plan
from mlplan.render.escape import visible
from mlplan.render.html.layout import HIGH, PAD, Box, Edges, placed, reduced
from mlplan.render.html.tag import NOTHING, Markup, tag
from mlplan.render.sheet import Sheet
from mlplan.render.summary import WORDS, sign
from mlplan.render.words import count

MOST = 60
"""Graphs of more nodes show one for all changes of a kind and action."""
LETTERS = 44
"""Longer labels are cut in their middle."""


def graph(sheet: Sheet) -> Markup:
    """Return the changes that depend on others or are needed by others; nothing when there are none."""
    plan = sheet.plan
    edges = _edges(plan)
    nodes = sorted({node for edge in edges for node in edge})
    if not nodes:
        return NOTHING
    active = len(list(plan.active()))
    alone = active - len(nodes)
    notes = ["An arrow leads from what comes first to what waits for it."]
    notes += [f"{count(alone, 'change')} {'depends' if alone == 1 else 'depend'} on no other."] if alone else []
    if len(nodes) > MOST:
        drawn = _grouped(plan, nodes, edges)
        notes.append(f"{count(len(nodes), 'change')} are drawn by kind and action.")
    else:
        drawn = _single(plan, nodes, edges)
    return tag(
        "section",
        tag("h2", "What moves, and in which order"),
        tag("p", " ".join(notes), class_="faint"),
        drawn,
        id="graph",
    )


def _edges(plan: Plan) -> Edges:
    """Return who waits for whom, by the steps and by what the changes say."""
    owner = {step.number: step.address for step in plan.steps}
    active = {one.address: one for one in plan.active()}
    found = {(owner[need], step.address) for step in plan.steps for need in step.needs if need in owner}
    found |= {(first, one.address) for one in active.values() for first in one.after}
    return frozenset((one, other) for one, other in found if one != other and one in active and other in active)


def _single(plan: Plan, nodes: list[str], edges: Edges) -> Markup:
    """Return a drawing with a node for each change."""
    labels = {node: _cut(f"{sign(plan.changes[node])} {node}") for node in nodes}
    looks = {node: (plan.changes[node].action, f"#{node}", node) for node in nodes}
    return _drawn(labels, reduced(edges), looks)


def _grouped(plan: Plan, nodes: list[str], edges: Edges) -> Markup:
    """Return a drawing with a node for all changes of a kind and action."""
    group = {node: f"{plan.changes[node].kind} {plan.changes[node].action}" for node in nodes}
    sizes = Counter(group.values())
    kinds = {name: (plan.changes[node].kind, plan.changes[node].action) for node, name in group.items()}
    labels = {name: f"{WORDS[action][0]} {kind} ({sizes[name]})" for name, (kind, action) in kinds.items()}
    looks = {name: (action, "#changes", labels[name]) for name, (_, action) in kinds.items()}
    joined = frozenset((group[one], group[other]) for one, other in edges if group[one] != group[other])
    return _drawn(labels, reduced(joined), looks)


def _drawn(labels: Mapping[str, str], edges: Edges, looks: Mapping[str, tuple[str, str, str]]) -> Markup:
    """Return the drawing; `looks` are each node's action, link and full name."""
    boxes = placed(labels, edges)
    wide = max(box.x + box.width for box in boxes.values()) + 2
    high = max(box.y for box in boxes.values()) + HIGH + 2
    tip = tag("path", d="M0 0L8 4L0 8z", class_="head")
    marker = tag(
        "marker",
        tip,
        id="tip",
        markerWidth=8,
        markerHeight=8,
        refX=7,
        refY=4,
        orient="auto",
        markerUnits="userSpaceOnUse",
    )
    lines = [
        tag("path", class_="edge", d=_curve(boxes[one], boxes[other]), marker_end="url(#tip)")
        for one, other in sorted(edges)
    ]
    nodes = [_node(boxes[name], labels[name], *looks[name]) for name in labels]
    size = {"viewBox": f"-1 -1 {wide:.0f} {high:.0f}", "width": f"{wide:.0f}", "height": f"{high:.0f}"}
    drawing = tag("svg", tag("defs", marker), *lines, *nodes, **size)
    return tag("div", drawing, class_="graph", tabindex=0, role="region", aria_label="Graph of what moves")


def _node(box: Box, label: str, action: str, link: str, name: str) -> Markup:
    """Return one node, which leads to its change."""
    rect = tag("rect", x=f"{box.x:.1f}", y=f"{box.y:.1f}", width=f"{box.width:.1f}", height=HIGH, rx=5)
    text = tag("text", label, x=f"{box.x + PAD:.1f}", y=f"{box.y + HIGH / 2 + 4:.1f}")
    return tag("a", tag("title", f"{action} {name}"), rect, text, href=link, class_=f"node {action}")


def _curve(one: Box, other: Box) -> str:
    """Return the line from the right side of a box to the left side of another."""
    x, y = one.x + one.width, one.y + HIGH / 2
    to_x, to_y = other.x, other.y + HIGH / 2
    bend = max(24, abs(to_x - x) / 2)
    return f"M{x:.1f} {y:.1f}C{x + bend:.1f} {y:.1f} {to_x - bend:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"


def _cut(label: str) -> str:
    """Return a label that is not too long, visible as it is drawn."""
    shown = visible(label)
    half = LETTERS // 2
    return shown if len(shown) <= LETTERS else f"{shown[:half]}…{shown[1 - half :]}"
