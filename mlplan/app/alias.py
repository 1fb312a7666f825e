"""Alias: which model and which alias the words of a command mean."""

from collections.abc import Iterator
from typing import NamedTuple

from mlplan.app.suggest import nearest
from mlplan.core.declaration import Declaration
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.kinds import spec

MODEL = "registered_model"
_FULL = 3
"""Parts of a full name: catalog, schema, name."""


class Words(NamedTuple):
    """A model and an alias as they were typed; either may be empty."""

    model: str
    alias: str


def split(model: str, alias: str = "") -> Words:
    """Return the words of MODEL ALIAS or of MODEL@ALIAS."""
    name, at, inner = model.partition("@")
    if at and (not inner or alias not in ("", inner)):
        hint = "write MODEL ALIAS, or MODEL@ALIAS alone"
        raise Mistake(Diagnostic("MLE624", f"{f'{model} {alias}'.strip()} names no alias", hint=hint))
    return Words(name, inner or alias)


def full_name(declaration: Declaration, text: str) -> str:
    """Return the full name of a model that is given by key, by address or by that name; Mistake for no model.

    A full name need not be declared: an alias can stand in the project without its model, and history
    outlives both.
    """
    models = dict(_models(declaration))
    found = models.get(text.removeprefix(f"{MODEL}."))
    if found is not None:
        return found
    named = [name for name in models.values() if name.rpartition(".")[2] == text.lower()]
    if len(set(named)) == 1:
        return named[0]
    if text.count(".") == _FULL - 1 and all(text.split(".")):
        return text.lower()
    hint = nearest(text, models) or "give its full name, catalog.schema.name"
    raise Mistake(Diagnostic("MLE623", f"there is no model {text[:100]!r} in this project", hint=hint))


def _models(declaration: Declaration) -> Iterator[tuple[str, str]]:
    """Yield the key and the full name of each declared model."""
    for one in declaration.resources.values():
        if one.kind == MODEL:
            yield one.address.partition(".")[2], spec(MODEL).identify(one.values)
