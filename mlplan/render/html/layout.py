"""Layout: a directed graph in layers from left to right, each node after all that lead to it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

Edges = frozenset[tuple[str, str]]
HIGH, GAP, BETWEEN, LETTER, PAD = 26, 10, 64, 7.3, 12
"""Pixels: a node's height, the room below it and beside it, a letter's width, and what is left around a label."""
SWEEPS = 4


class Box(NamedTuple):
    """Where a node stands."""

    x: float
    y: float
    width: float


def placed(labels: Mapping[str, str], edges: Edges) -> dict[str, Box]:
    """Return a box for each node; of edges in a circle one is passed over."""
    made: dict[str, Box] = {}
    rows = _ordered(_layers(list(labels), edges), edges)
    highest = max((len(row) for row in rows), default=0)
    x = 0.0
    for row in rows:
        width = max(len(labels[node]) for node in row) * LETTER + 2 * PAD
        top = (highest - len(row)) * (HIGH + GAP) / 2
        made |= {node: Box(x, top + place * (HIGH + GAP), width) for place, node in enumerate(row)}
        x += width + BETWEEN
    return made


def reduced(edges: Edges) -> Edges:
    """Return the edges without those that a longer way tells already."""
    follow = _following(edges)
    reach = {node: _reached(node, follow) for node in follow}
    return frozenset(
        (one, other)
        for one, other in edges
        if not any(other in reach.get(between, ()) for between in follow[one] if between != other)
    )


def _following(edges: Edges) -> dict[str, list[str]]:
    """Return the nodes that each node leads to."""
    made: dict[str, list[str]] = {}
    for one, other in sorted(edges):
        made.setdefault(one, []).append(other)
    return made


def _reached(node: str, follow: Mapping[str, Sequence[str]]) -> set[str]:
    """Return all nodes that a node leads to, at any distance."""
    found: set[str] = set()
    waiting = list(follow.get(node, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(follow.get(one, ()))
    return found


def _layers(nodes: Sequence[str], edges: Edges) -> list[list[str]]:
    """Return the nodes by the length of the longest way to them."""
    order = {node: place for place, node in enumerate(_sorted(nodes, _following(edges)))}
    depth = dict.fromkeys(order, 0)
    before: dict[str, list[str]] = {}
    for one, other in edges:
        if order[one] < order[other]:
            before.setdefault(other, []).append(one)
    for node in order:
        depth[node] = max((depth[one] + 1 for one in before.get(node, ())), default=0)
    rows: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for node, place in depth.items():
        rows[place].append(node)
    return rows


def _sorted(nodes: Sequence[str], follow: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the nodes so that edges lead forward, circles apart."""
    made: list[str] = []
    seen: set[str] = set()
    for start in nodes:
        stack: list[tuple[str, Iterator[str]]] = []
        if start not in seen:
            seen.add(start)
            stack.append((start, iter(follow.get(start, ()))))
        while stack:
            rest = stack[-1][1]
            found = next((one for one in rest if one not in seen), None)
            if found is None:
                made.append(stack.pop()[0])
            else:
                seen.add(found)
                stack.append((found, iter(follow.get(found, ()))))
    return made[::-1]


def _ordered(rows: list[list[str]], edges: Edges) -> list[list[str]]:
    """Return the layers, each in the order of what its nodes are tied to, so that few edges cross."""
    near: dict[str, list[str]] = {}
    for one, other in sorted(edges):
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    for turn in range(SWEEPS):
        spot = {node: place / len(row) for row in rows for place, node in enumerate(row)}
        for row in rows if turn % 2 == 0 else rows[::-1]:
            row.sort(key=lambda node: _middle(node, near, spot))
            spot |= {node: place / len(row) for place, node in enumerate(row)}
    return rows


def _middle(node: str, near: Mapping[str, Sequence[str]], spot: Mapping[str, float]) -> float:
    """Return the mean place of a node's neighbours."""
    found = [spot[one] for one in near.get(node, ())]
    return sum(found) / len(found) if found else spot[node]
