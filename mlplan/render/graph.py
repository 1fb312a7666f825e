"""Graph: resources and what they need, in the two notations that people paste elsewhere."""

import hashlib
from collections.abc import Mapping, Sequence

from mlplan.render.escape import visible

Edges = Mapping[str, Sequence[str]]


def mermaid(graph: Edges) -> str:
    """Return a Mermaid flowchart; an arrow leads from a resource to what it needs."""
    ids = _ids(graph)
    made = ["flowchart LR"]
    made.extend(f'  {ids[address]}["{_mermaid(address)}"]' for address in ids)
    made.extend(f"  {ids[one]} --> {ids[need]}" for one in ids for need in graph[one] if need in ids)
    return "\n".join(made) + "\n"


def dot(graph: Edges) -> str:
    """Return a Graphviz digraph; an arrow leads from a resource to what it needs."""
    ids = _ids(graph)
    made = ["digraph mlplan {", "  rankdir=LR;", "  node [shape=box];"]
    made.extend(f'  {ids[address]} [label="{_dot(address)}"];' for address in ids)
    made.extend(f"  {ids[one]} -> {ids[need]};" for one in ids for need in graph[one] if need in ids)
    return "\n".join([*made, "}"]) + "\n"


def _ids(graph: Edges) -> dict[str, str]:
    """Return an id for each address in their order; it depends on the address alone, so diagrams can be compared."""
    return {address: _id(address) for address in sorted(graph)}


def _id(address: str) -> str:
    """Return an address without the characters that the notations give a meaning, and still one of a kind."""
    plain = address.replace(".", "__")
    if "-" not in plain and "__" not in address:
        return plain
    return f"{plain.replace('-', '_')}_{hashlib.sha256(address.encode()).hexdigest()[:6]}"


def _mermaid(address: str) -> str:
    """Return a label that Mermaid takes for plain text."""
    return visible(address).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _dot(address: str) -> str:
    """Return a label that Graphviz takes for plain text."""
    return visible(address).replace("\\", "\\\\").replace('"', '\\"')
