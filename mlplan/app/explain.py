"""Explain: a page about a code, a kind or a field, from the pages and the models themselves."""

import re
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from mlplan.app.suggest import nearest
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.core.rule import Rules, shape_of
from mlplan.kinds import KINDS, PLURALS, spec
from mlplan.render.value import show

_CODE = re.compile(r"ML[EP]\d{3}")


@dataclass(frozen=True, slots=True)
class FieldPage:
    """A field of a kind: its type in words, what it means, and how it behaves."""

    path: str
    type: str
    description: str
    required: bool
    traits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What there is to tell."""

    title: str
    text: str = ""
    """Markdown, for a code; a sentence, for a kind or a field."""
    fields: tuple[FieldPage, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)


def codes() -> dict[str, str]:
    """Return every code with the title of its page."""
    found = {}
    for page in (files("mlplan.app") / "pages").iterdir():
        if page.name.endswith(".md"):
            first = page.read_text(encoding="utf-8").partition("\n")[0]
            found[page.name.removesuffix(".md")] = first.partition(": ")[2]
    return dict(sorted(found.items()))


def explain(name: str) -> Page:
    """Return the page of a code, of a kind, or of a field as KIND.FIELD; Mistake when there is none."""
    if _CODE.fullmatch(name.upper()):
        return _code(name.upper())
    head, _, rest = name.partition(".")
    kind = PLURALS.get(head, head)
    if kind not in KINDS:
        known = [*codes(), *KINDS]
        raise Mistake(Diagnostic("MLE705", f"there is nothing to tell of {name}", hint=nearest(name, known)))
    return _field(kind, rest) if rest else _kind(kind)


def _code(code: str) -> Page:
    """Return the page of a code."""
    page = files("mlplan.app") / "pages" / f"{code}.md"
    if not page.is_file():
        alike = [one for one in codes() if one[:4] == code[:4]]
        raise Mistake(
            Diagnostic("MLE705", f"there is no code {code}", hint=nearest(code, alike) or nearest(code, codes()))
        )
    return Page(code, page.read_text(encoding="utf-8"))


def _kind(kind: str) -> Page:
    """Return the page of a kind: what it is, and all of its fields."""
    declared = spec(kind)
    facts = {
        "section": f"resources.{declared.plural}",
        "address": f"{kind}.KEY",
        "id": declared.id_format,
    }
    if declared.nested:
        facts["blocks"] = ", ".join(declared.nested)
    known = {**declared.outputs, **dict.fromkeys(declared.derived, "Follows from the other fields.")}
    if known:
        facts["references"] = ", ".join(sorted(known))
    doc = (declared.__doc__ or "").strip()
    return Page(kind, doc, tuple(_fields(declared, "")), facts)


def _field(kind: str, path: str) -> Page:
    """Return the page of one field, with what is nested in it."""
    plain = re.sub(r"\[[^\]]*\]", "", path)
    every = {one.path: one for one in _walk(spec(kind), "")}
    if plain not in every:
        hint = nearest(plain, every)
        raise Mistake(Diagnostic("MLE705", f"{kind} has no field {path}", hint=hint))
    found = every[plain]
    inside = tuple(one for name, one in every.items() if name.rpartition(".")[0] == plain)
    facts = {"type": found.type, "required": "yes" if found.required else "no"}
    if found.traits:
        facts["behaviour"] = "; ".join(found.traits)
    return Page(f"{kind}.{plain}", found.description, inside, facts)


def _walk(model: type[BaseModel], prefix: str) -> Iterator[FieldPage]:
    """Yield every field of a model, nested ones after the one that holds them."""
    for one in _fields(model, prefix):
        yield one
        name = one.path.removeprefix(prefix)
        for nested in _models(model.model_fields[name].annotation):
            yield from _walk(nested, f"{one.path}.")


def _fields(model: type[BaseModel], prefix: str) -> Iterator[FieldPage]:
    """Yield the fields of a model."""
    shape = shape_of(model)
    for name, info in model.model_fields.items():
        yield FieldPage(
            path=f"{prefix}{name}",
            type=_type(info.annotation),
            description=info.description or "",
            required=info.is_required(),
            traits=tuple(_traits(shape[name])),
        )


def _traits(rules: Rules) -> Iterator[str]:
    """Yield in words what the engine knows of a field."""
    known = f" ({show(rules.default)})" if rules.default not in (None, "") else ""
    named = "a change renames it" if rules.renames else "a change replaces it"
    told = {
        f"part of the object's name; {named}": rules.identity,
        "a change replaces the object": rules.immutable,
        f"cannot be changed: {rules.fixed}": rules.fixed,
        f"the server's choice when unset{known}": rules.computed,
        "left alone until it is first set": rules.opt_in,
        "never read back": rules.write_only,
        "a reference to a secret, never its value": rules.secret,
        "steers mlplan, and is not sent to the platform": rules.engine,
        f"items are known by {', '.join(rules.keyed)}; their order means nothing": rules.keyed,
        "order means nothing": rules.unordered,
    }
    yield from (text for text, applies in told.items() if applies)


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    """Yield the models inside an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _type(annotation: Any) -> str:
    """Return a type in words."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(inner[0])
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(_type(one) for one in inner if one is not type(None)))
    if origin is Literal:
        return " | ".join(str(one) for one in inner)
    if origin is list:
        return f"list of {_type(inner[0])}"
    if origin is dict:
        return f"map of {_type(inner[1])}"
    return {str: "text", int: "integer", float: "number", bool: "true or false"}.get(annotation, "block")
