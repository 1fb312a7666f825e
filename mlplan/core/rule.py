"""Rule: what the engine must know about a field, declared on the field with `Annotated`.

A kind says `owner: Annotated[str | None, Computed("${user}")]` and no code anywhere asks for that
field by name. `Shape` is the same knowledge collected once per model, for walking plain values.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

Risk = Literal["data_loss", "outage", "access", "traffic", "safe"]
RISKS: tuple[Risk, ...] = ("data_loss", "outage", "access", "traffic", "safe")
"""Worst first: the order in which plans show their changes."""


class Rules(NamedTuple):
    """Everything declared on one field."""

    identity: bool = False
    """Part of the object's name; a change is a rename where `renames`, else a replace."""
    renames: bool = False
    immutable: bool = False
    """A change replaces the object."""
    fixed: str = ""
    """Why the platform offers neither update nor a sensible replace: a change is refused."""
    computed: bool = False
    """The server fills it when unset, so that an unset field never drifts."""
    default: object = None
    """What the server is known to fill in; `${user}` is the caller."""
    opt_in: bool = False
    """Left alone until it is first set; removing it then clears it."""
    write_only: bool = False
    """Never read back; compared with what was last applied."""
    secret: bool = False
    engine: bool = False
    """Steers mlplan and is never sent to the platform."""
    keyed: tuple[str, ...] = ()
    """The list's order means nothing; its items are known by these fields."""
    unordered: bool = False
    """The list is a set of plain values."""
    risk: Risk | None = None
    normal: Callable[[Any], Any] | None = None
    """Makes a value canonical, as the platform itself would store it."""
    follows: str = ""
    """`@alias` here means the version that this alias of the model named in that sibling has."""
    shape: "Shape | None" = None
    """The fields of the nested model, or of each item when `many`."""
    many: bool = False
    plain: bool = True
    """A value needs no work to be canonical; settled once, as it is asked for every field of every resource."""


Shape = Mapping[str, Rules]


class Mark(NamedTuple):
    """A declaration that sets rules on the field it annotates."""

    sets: tuple[tuple[str, Any], ...]


def mark(**sets: object) -> Mark:
    """Return a declaration of these rules."""
    return Mark(tuple(sets.items()))


IDENTITY = mark(identity=True)
RENAMES = mark(identity=True, renames=True)
IMMUTABLE = mark(immutable=True)
OPT_IN = mark(opt_in=True)
WRITE_ONLY = mark(write_only=True)
SECRET = mark(secret=True)
ENGINE = mark(engine=True)
UNORDERED = mark(unordered=True)


def Computed(default: object = None) -> Mark:  # noqa: N802 - reads as the name of a mark
    """Declare a field that the server fills in when it is unset."""
    return mark(computed=True, default=default)


def Fixed(why: str) -> Mark:  # noqa: N802
    """Declare a field that can be set once and never changed in place."""
    return mark(fixed=why)


def Keyed(*names: str) -> Mark:  # noqa: N802
    """Declare a list whose items are known by these fields."""
    return mark(keyed=names)


def Risky(risk: Risk) -> Mark:  # noqa: N802
    """Declare what a change of the field puts at stake."""
    return mark(risk=risk)


def Normal(make: Callable[[Any], Any]) -> Mark:  # noqa: N802
    """Declare how the platform stores the value."""
    return mark(normal=make)


def Follows(sibling: str) -> Mark:  # noqa: N802
    """Declare a version that may be written as `@alias` of the model in `sibling`."""
    return mark(follows=sibling)


@cache
def shape_of(model: type[BaseModel]) -> Shape:
    """Collect the rules of every field of a model, nested models included."""
    return {name: _rules(info.annotation, info.metadata) for name, info in model.model_fields.items()}


def _rules(annotation: object, metadata: list[Any]) -> Rules:
    """Return the rules of one field."""
    rules = Rules()
    inner, many = _nested(annotation)
    if inner is not None:
        rules = rules._replace(shape=shape_of(inner), many=many)
    for one in (*_marks(annotation), *metadata):
        if isinstance(one, Mark):
            rules = rules._replace(**dict(one.sets))
    return rules._replace(plain=not (rules.normal or rules.shape or rules.keyed or rules.unordered))


def _marks(annotation: object) -> Iterator[object]:
    """Yield the metadata of a field's own type: of `Name` in `Name | None`, but not of a list's items."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *metadata = get_args(annotation)
        yield from _marks(inner)
        yield from metadata
    elif origin in (Union, UnionType):
        for arg in get_args(annotation):
            yield from _marks(arg)


def _nested(annotation: object) -> tuple[type[BaseModel] | None, bool]:
    """Return the model inside an annotation, and whether it is a list of them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _nested(get_args(annotation)[0])
    if origin in (Union, UnionType):
        models = [_nested(arg) for arg in get_args(annotation) if arg is not NoneType]
        return next((found for found in models if found[0]), (None, False))
    if origin is list:
        return _nested(get_args(annotation)[0])[0], True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    return None, False
