"""Graph: what must come before what, in linear time, chains as cheap as flat sets."""

import heapq
from collections.abc import Iterable, Mapping


class CycleError(Exception):
    """Things that wait for each other; `path` names them in a circle, first and last the same."""

    def __init__(self, path: list[str]) -> None:
        super().__init__(" -> ".join(path))
        self.path = path


def order(needs: Mapping[str, Iterable[str]]) -> list[str]:
    """Return all nodes so that each comes after what it needs; ties by name.

    Needs outside of the graph do not count. Raises CycleError.
    """
    waiting: dict[str, int] = {}
    frees: dict[str, list[str]] = {}
    for node, wanted in needs.items():
        inside = {one for one in wanted if one in needs and one != node}
        waiting[node] = len(inside)
        for one in inside:
            frees.setdefault(one, []).append(node)
    ready = [node for node, count in waiting.items() if not count]
    heapq.heapify(ready)
    done: list[str] = []
    while ready:
        node = heapq.heappop(ready)
        done.append(node)
        for freed in frees.get(node, ()):
            waiting[freed] -= 1
            if not waiting[freed]:
                heapq.heappush(ready, freed)
    if len(done) < len(needs):
        raise CycleError(_cycle(needs, set(needs) - set(done)))
    return done


def _cycle(needs: Mapping[str, Iterable[str]], stuck: set[str]) -> list[str]:
    """Return one circle among the nodes that could not be ordered."""
    place: dict[str, int] = {}
    path: list[str] = []
    node = min(stuck)
    while node not in place:
        place[node] = len(path)
        path.append(node)
        node = min(one for one in needs[node] if one in stuck)
    return [*path[place[node] :], node]


def reach(start: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    """Return everything that can be reached from `start`, itself included."""
    found = set(start)
    todo = list(found)
    while todo:
        for node in edges.get(todo.pop(), ()):
            if node not in found:
                found.add(node)
                todo.append(node)
    return found


def reverse(edges: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return the edges turned around."""
    turned: dict[str, list[str]] = {}
    for node, others in edges.items():
        for other in others:
            turned.setdefault(other, []).append(node)
    return turned
