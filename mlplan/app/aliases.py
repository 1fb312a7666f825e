"""Aliases: the alias that a person means, among those that a project declares."""

from collections.abc import Iterator

from mlplan.app.suggest import nearest
from mlplan.config.locate import locate
from mlplan.core.declaration import Declaration, Resource
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.kinds import spec
from mlplan.kinds.naming import fold

MODEL, ALIAS = "registered_model", "model_alias"


def find_alias(seen: Declaration, model: str, alias: str) -> Resource:
    """Return a declared alias; Mistake when there is none.

    A model is named by its key, its address, or its full name in the environment.
    """
    name = full_name(seen, model)
    there = {str(one.values["alias"]): one for one in aliases_of(seen, name)}
    if fold(alias) in there:
        return there[fold(alias)]
    declared = _declared(seen, name)
    if not there and declared is None:
        raise Mistake(_no_model(seen, model))
    raise Mistake(_no_alias(seen, declared, f"{name}@{alias}", nearest(alias, there)))


def named(word: str) -> tuple[str, str]:
    """Return the model and the alias that one word names, as MODEL@ALIAS or as an address; no alias for neither."""
    key, _, alias = word.removeprefix(f"{ALIAS}.").rpartition(".")
    if word.startswith(f"{ALIAS}.") and key:
        return key, alias
    model, _, alias = word.partition("@")
    return model, alias


def full_name(seen: Declaration, model: str) -> str:
    """Return the full name of the model that a word stands for."""
    address = model if model.startswith(f"{MODEL}.") else f"{MODEL}.{model}"
    resource = seen.resources.get(address)
    return spec(MODEL).identify(resource.values) if resource else fold(model)


def knows(seen: Declaration, name: str) -> bool:
    """Tell whether a project declares a model of a full name, or an alias of it."""
    return _declared(seen, name) is not None or any(aliases_of(seen, name))


def aliases_of(seen: Declaration, name: str) -> Iterator[Resource]:
    """Yield the declared aliases of the model of a full name."""
    return (one for one in seen.resources.values() if one.kind == ALIAS and one.values["full_name"] == name)


def models_of(seen: Declaration) -> Iterator[str]:
    """Yield the full names of the declared models."""
    return (spec(MODEL).identify(one.values) for one in seen.resources.values() if one.kind == MODEL)


def _declared(seen: Declaration, name: str) -> Resource | None:
    """Return the declared model of a full name."""
    models = (one for one in seen.resources.values() if one.kind == MODEL)
    return next((one for one in models if spec(MODEL).identify(one.values) == name), None)


def _no_model(seen: Declaration, model: str) -> Diagnostic:
    """Return what to say of a word that means no model."""
    keys = [one.address.partition(".")[2] for one in seen.resources.values() if one.kind == MODEL]
    known = [*keys, *models_of(seen)]
    summary = f"{seen.environment.name} declares no model {model}"
    return Diagnostic("MLE340", summary, hint=nearest(model, known) or "check -e, and that the model is declared")


def _no_alias(seen: Declaration, model: Resource | None, wanted: str, near: str) -> Diagnostic:
    """Return what to say of an alias that is not declared."""
    alias = wanted.partition("@")[2]
    new = f"a new alias is declared first: `aliases: {{{alias}: VERSION}}` in its model"
    hint = near if near.endswith("?") else "; ".join(filter(None, [near, new]))
    source = locate(seen.root, model.origin) if model else None
    address = model.address if model else ""
    return Diagnostic("MLE341", f"{wanted} is not declared", address=address, source=source, hint=hint)
