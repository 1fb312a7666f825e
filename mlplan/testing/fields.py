"""Fields: every field of every kind, with values for it and a way to put them into a whole resource.

All of it is read off the kinds' own models.
"""

from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from mlplan.core.path import ANY, Path, item_key
from mlplan.core.rule import Rules, Shape, shape_of
from mlplan.core.values import Values
from mlplan.kinds import spec
from mlplan.testing.bases import NAMED

TEXTS = ("alpha", "beta", "/Shared/alpha", "/Shared/beta", "{{secrets/scope/alpha}}", "{{secrets/scope/beta}}")
NUMBERS = (1, 2, 100, 50, 0)
MAPPINGS: tuple[Any, ...] = ({"team": "alpha"}, {"team": "beta", "tier": "1"})


class Field(NamedTuple):
    """One field of a kind, however deep."""

    path: Path
    """`[*]` stands for any item of a list."""
    rules: Rules
    """Its own rules, with those that it inherits from the blocks around it."""
    candidates: tuple[Any, ...]
    """Values to try; for a block its two smallest forms, or one item and two."""
    model: type[BaseModel] | None
    """The model of a block."""
    open: bool
    """It may hold other texts, too."""


@cache
def fields(kind: str) -> tuple[Field, ...]:
    """Return every field of a kind, nested ones included."""
    return tuple(_fields(kind, spec(kind), (), Rules()))


def allowed(kind: str, values: Values) -> bool:
    """Tell whether a kind takes these fields."""
    try:
        spec(kind).model_validate(values)
    except ValidationError:
        return False
    return not any(spec(kind).check(values)) and _distinct(values, spec(kind).shape())


def _distinct(values: Values, shape: Shape) -> bool:
    """Tell whether the items of every keyed list have keys of their own."""
    for name, rules in shape.items():
        inner = values.get(name)
        items = inner if isinstance(inner, list) else [inner] if isinstance(inner, dict) else []
        if rules.shape is not None and not all(_distinct(item, rules.shape) for item in items):
            return False
        if rules.keyed and len({item_key(item, rules.keyed) for item in items}) < len(items):
            return False
    return True


def _blocks(model: type[BaseModel], rules: Rules) -> tuple[Any, ...]:
    """Return the two smallest forms of a block, or one item and two."""
    block, other = _smallest(model, 0), _smallest(model, 1)
    if not rules.many:
        return block, other
    if item_key(block, rules.keyed) == item_key(other, rules.keyed):
        name = rules.keyed[0]
        other[name] = _values(name, model.model_fields[name])[-1]
    return [block], [block, other]


def placed(kind: str, base: Values, path: Path, value: Any) -> Values | None:
    """Return a resource with one field set, or None when the kind does not take it so."""
    made = _put(spec(kind), base, path, value)
    if not allowed(kind, made):
        return None
    canonical = spec(kind).canonical(made)
    return canonical if allowed(kind, canonical) else None


def _put(model: type[BaseModel], values: Values, path: Path, value: Any) -> Values:
    """Return fields with one of them set or cleared, and the blocks around it made as small as they can be."""
    name, rest = path[0], path[1:]
    if not rest:
        kept = {key: item for key, item in values.items() if key != name}
        return kept if value is None else {**kept, name: value}
    inner = _model(model.model_fields[name].annotation)
    assert inner is not None
    if rest[0] == ANY:
        items = values.get(name) or [_smallest(inner, 0)]
        return {**values, name: [_put(inner, items[0], rest[1:], value), *items[1:]]}
    return {**values, name: _put(inner, values.get(name) or _smallest(inner, 0), rest, value)}


def _smallest(model: type[BaseModel], place: int) -> Values:
    """Return a block with its required fields only; `place` tells one from another."""
    made: Values = {}
    for name, info in model.model_fields.items():
        if info.is_required():
            inner = _model(info.annotation)
            block = (
                [_smallest(inner, place)] if inner and shape_of(model)[name].many else inner and _smallest(inner, place)
            )
            choices = _values(name, info) if inner is None else (block,)
            made[name] = choices[place % len(choices)]
    return made or _first_field(model, place)


def _first_field(model: type[BaseModel], place: int) -> Values:
    """Return a block without required fields that is not empty all the same, which would mean nothing."""
    for name, info in model.model_fields.items():
        if _model(info.annotation) is None:
            choices = _values(name, info)
            return {name: choices[place % len(choices)]}
    name, info = next(iter(model.model_fields.items()))
    inner = _model(info.annotation)
    assert inner is not None
    return {name: _smallest(inner, place)}


def _fields(kind: str, model: type[BaseModel], path: Path, outer: Rules) -> Iterator[Field]:
    """Yield every field of a model and of the models in it."""
    shape: Shape = shape_of(model)
    for name, info in model.model_fields.items():
        rules = _inherit(shape[name], outer)
        inner = _model(info.annotation)
        here = (*path, name)
        if inner is not None:
            yield Field(here, rules, _blocks(inner, rules), inner, open=False)
            yield from _fields(kind, inner, (*here, ANY) if rules.many else here, rules)
        else:
            named = NAMED.get(f"{kind}.{name}") or NAMED.get(name)
            yield Field(here, rules, named or _values(name, info), None, open=not named and _is_open(info.annotation))


def _is_open(annotation: object) -> bool:
    """Tell whether a type takes texts of any wording."""
    if get_origin(annotation) is Literal:
        return False
    return annotation is str or any(_is_open(arg) for arg in get_args(annotation))


def _inherit(rules: Rules, outer: Rules) -> Rules:
    """Return a field's rules with those of the block around it that hold for all that is in it."""
    return Rules(
        identity=rules.identity or outer.identity,
        renames=rules.renames or outer.renames,
        immutable=rules.immutable or outer.immutable,
        fixed=rules.fixed or outer.fixed,
        computed=rules.computed,
        default=rules.default,
        opt_in=rules.opt_in,
        write_only=rules.write_only or outer.write_only,
        secret=rules.secret or outer.secret,
        engine=rules.engine or outer.engine,
        keyed=rules.keyed,
        unordered=rules.unordered,
        normal=rules.normal,
        shape=rules.shape,
        many=rules.many,
    )


def _values(name: str, info: FieldInfo) -> tuple[Any, ...]:
    """Return candidates that a field that is no block takes."""
    annotation: Any = info.annotation
    takes: TypeAdapter[Any] = TypeAdapter(Annotated[annotation, *info.metadata] if info.metadata else annotation)
    return tuple(value for value in NAMED.get(name) or _of_type(info.annotation) if _valid(takes, value))


def _valid(takes: TypeAdapter[Any], value: object) -> bool:
    """Tell whether a type takes a value as it is."""
    try:
        takes.validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


def _of_type(annotation: object) -> Iterator[Any]:  # noqa: C901 - one branch per type
    """Yield candidates of a type."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _of_type(args[0])
    elif origin in (Union, UnionType):
        for arg in args:
            yield from _of_type(arg)
    elif origin is Literal:
        yield from args
    elif origin is dict:
        yield from MAPPINGS
    elif origin is list:
        first, second, *_ = _of_type(args[0])
        yield from ([first], [first, second])
    elif annotation is bool:
        yield from (True, False)
    elif annotation is int:
        yield from NUMBERS
    elif annotation is str:
        yield from TEXTS


def _model(annotation: object) -> type[BaseModel] | None:
    """Return the model that a field holds, alone or in a list."""
    if get_origin(annotation) is dict:
        return None
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _model(arg)) is not None), None)
