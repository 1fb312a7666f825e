"""Facts: what the workspace reads off a kind's declaration, once per kind."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from mlplan.core.kind import Spec
from mlplan.core.rule import Rules, Shape
from mlplan.core.values import Values
from mlplan.kinds import KINDS, spec

_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Facts:
    """One kind, as the workspace needs to know it."""

    spec: type[Spec]
    shape: Shape
    id_form: re.Pattern[str]
    engine: frozenset[str]
    """Fields that steer mlplan, and that no platform ever sees."""
    hides: bool
    """Some fields can be written and not read."""
    renames: bool
    holds_data: bool
    """Taking one down loses data, so that what holds it is not taken down with it unless forced."""

    def parse(self, id: str) -> Values | None:  # noqa: A002 - the word of the house
        """Return the fields that an id names, in canonical form; None when it is not an id of the kind."""
        found = self.id_form.fullmatch(id)
        return self.spec.canonical(found.groupdict()) if found else None

    def naming(self, kind: str, id: str) -> Values:  # noqa: A002
        """Return the fields by which an object of this kind names the one that holds it."""
        for link in self.spec.parents:
            if link.kind == kind or "{" in link.kind:
                found = _form(link.id).fullmatch(id)
                return found.groupdict() if found else {}
        return {}

    def tidy(self, id: str) -> str:  # noqa: A002
        """Return an id as the platform spells it."""
        fields = self.parse(id)
        return id if fields is None else self.spec.identify(fields)


@cache
def facts(kind: str) -> Facts:
    """Return the facts of a kind."""
    declared = spec(kind)
    shape = declared.shape()
    return Facts(
        spec=declared,
        shape=shape,
        id_form=_form(declared.id_format),
        engine=frozenset(name for name, rules in shape.items() if rules.engine),
        hides=_hides(shape),
        renames=any(rules.renames for rules in shape.values()),
        holds_data=declared.delete_risk == "data_loss",
    )


def holds_data(kind: str) -> bool:
    """Tell whether objects of a kind are, or hold, what cannot be made again; model versions do."""
    return facts(kind).holds_data if kind in KINDS else kind == "model_version"


def readable(values: Values, shape: Shape) -> Values:
    """Return the fields without those that can be written and not read."""
    made: Values = {}
    for name, value in values.items():
        rules = shape.get(name)
        if rules is None or rules.shape is None:
            kept = None if rules is not None and rules.write_only else value
        elif rules.write_only:
            kept = None
        elif rules.many:
            kept = [readable(item, rules.shape) for item in value]
        else:
            kept = readable(value, rules.shape) or None
        if kept is not None:
            made[name] = kept
    return made


def _form(id_format: str) -> re.Pattern[str]:
    """Return the pattern that takes an id apart into the fields that it was made from."""
    names = _FIELD.findall(id_format)
    literals = _FIELD.split(id_format)[::2]
    parts = [re.escape(literals[0])]
    for name, literal in zip(names, literals[1:], strict=True):
        parts.append(f"(?P<{name}>{'.+' if name == names[-1] else '.+?'}){re.escape(literal)}")
    return re.compile("".join(parts), re.DOTALL)


def _hides(shape: Mapping[str, Rules]) -> bool:
    """Tell whether any field, however deep, can be written and not read."""
    return any(rules.write_only or (rules.shape is not None and _hides(rules.shape)) for rules in shape.values())
