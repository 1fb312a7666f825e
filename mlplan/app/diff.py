"""Diff: what differs in meaning between two environments of a project, told from its files alone."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from mlplan.app.document import FORMAT
from mlplan.app.policy import Rules, rules_of
from mlplan.app.session import Request, Session
from mlplan.core.contrast import Comparison, Difference, Level
from mlplan.core.declaration import Declaration
from mlplan.engine.contrast import compare


def diff(request: Request, left: str, right: str) -> Comparison:
    """Return the comparison; no platform, state or ledger is asked."""
    one, other = (Session(replace(request, environment=name)).declaration for name in (left, right))
    made = compare(one, other)
    made.policy = list(_levels(one, other))
    return made


def diff_document(found: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON."""
    counts = {where: sum(one.where == where for one in found.resources) for where in ("both", "left", "right")}
    return {
        "format_version": FORMAT,
        "project": found.project,
        "left": found.left,
        "right": found.right,
        "differ": not found.empty,
        "environment": _rows(found.environment),
        "resources": [{**one._asdict(), "fields": _rows(one.fields)} for one in found.resources],
        "policy": [one._asdict() for one in found.policy],
        "names": [one._asdict() for one in found.names],
        "summary": {**counts, "same": found.same},
    }


def _rows(found: list[Difference] | tuple[Difference, ...]) -> list[dict[str, Any]]:
    """Return differences as JSON."""
    return [one._asdict() for one in found]


def _levels(one: Declaration, other: Declaration) -> Iterator[Level]:
    """Yield each rule that has another level in each environment."""
    ones, others = _placed(one), _placed(other)
    for code in sorted(ones.keys() | others.keys()):
        left, right = ones.get(code, ("", "off")), others.get(code, ("", "off"))
        if left[1] != right[1]:
            yield Level(code, left[0] or right[0], left[1], right[1])


def _placed(seen: Declaration) -> dict[str, tuple[str, str]]:
    """Return title and level of each rule in an environment, by code."""
    rules: Rules = rules_of(seen)
    environment = seen.environment
    return {one.code: (one.title, one.level) for one in rules.placed(environment.name, protected=environment.protected)}
