"""Registry: which providers there are, and how one is opened.

Built-in providers stand in a table. Entry points of installed packages (group `mlplan.providers`)
are looked up only for a name that is not in it, because reading them costs 50 ms; each names a
callable that takes a `Target` and a `Context` and returns a `Provider`.
"""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import cast

from mlplan.core.declaration import Target
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.core.provider import Handler, Provider
from mlplan.providers.context import Context

__all__ = ["BUILT_IN", "GROUP", "Context", "judges", "open_provider"]

GROUP = "mlplan.providers"
BUILT_IN: dict[str, str] = {
    "local": "mlplan.providers.local",
    "databricks": "mlplan.providers.databricks",
}
"""Name, and the module whose `open_provider` opens it."""
OFFLINE: dict[str, str] = {"databricks": "mlplan.providers.databricks"}
"""Those that refuse what others take, and the module whose `offline_handlers` tells what without reaching the platform."""

Opener = Callable[[Target, Context], Provider]


def open_provider(target: Target, context: Context) -> Provider:
    """Return the provider of that name, opened with its options; Mistake when there is none."""
    module = BUILT_IN.get(target.name)
    if module is not None:
        return cast("Opener", import_module(module).open_provider)(target, context)
    return _plugin(target.name)(target, context)


def judges(name: str, user: str, identity: Mapping[str, str]) -> Callable[[str], Handler | None]:
    """Return what finds the handler of a kind that says what a platform refuses, without reaching that; None for others."""
    if name not in OFFLINE:
        return _nobody
    offline = import_module(OFFLINE[name]).offline_handlers
    return cast("Callable[[str], Handler | None]", offline(user, identity))


def _nobody(_kind: str) -> Handler | None:
    """Return that there is no such handler."""
    return None


def _plugin(name: str) -> Opener:
    """Return the opener that an installed package offers under this name."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - 50 ms that built-in providers need not pay

    offers = {found.name: found for found in entry_points(group=GROUP)}
    if name not in offers:
        raise Mistake(_unknown(name, [*BUILT_IN, *offers]))
    try:
        opener = offers[name].load()
    except Exception as error:  # someone else's module may fail in any way
        summary = f"provider {name} is installed but cannot be loaded: {type(error).__name__}: {error}"
        hint = f"reinstall or repair the package that offers {offers[name].value}"
        raise Mistake(Diagnostic("MLE531", summary, hint=hint)) from error
    if not callable(opener):
        summary = f"provider {name} is offered as {offers[name].value}, which cannot be called"
        raise Mistake(Diagnostic("MLE531", summary, hint="its entry point names a function of (target, context)"))
    return cast("Opener", opener)


def _unknown(name: str, known: list[str]) -> Diagnostic:
    """Return what to say about a name that nothing answers to."""
    near = get_close_matches(name, known, n=1)
    there = f"available: {', '.join(sorted(known))}"
    return Diagnostic(
        code="MLE530",
        summary=f"there is no provider named {name}",
        detail=there,
        hint=f"did you mean {near[0]}?" if near else f"{there}; others come with packages that offer `{GROUP}`",
    )
