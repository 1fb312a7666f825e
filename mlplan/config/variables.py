"""Variables: their values, from the command line, the process's environment, the environment's block or a default."""

import json
from collections.abc import Mapping
from typing import Any, Final

from mlplan.config.finding import Finding, Findings
from mlplan.config.overlay import Sources
from mlplan.config.scalar import plain
from mlplan.config.words import listed, suggest
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.secret import has_login, looks_secret
from mlplan.core.source import YamlPath
from mlplan.core.values import Unknown, Values

PREFIX: Final = "MLPLAN_VAR_"
_CHECKS: Final[dict[str, tuple[tuple[type, ...], str]]] = {
    "string": ((str,), "text"),
    "integer": ((int,), "a whole number"),
    "number": ((int, float), "a number"),
    "boolean": ((bool,), "true or false"),
    "list": ((list,), "a list, as JSON on the command line"),
    "map": ((dict,), "a mapping, as JSON on the command line"),
}
_MISSING = object()


class Variables:
    """The variables of one run; anything wrong with them is collected."""

    def __init__(
        self, declared: Values, block: Values, sources: Sources, found: Findings, *, quiet: bool = False
    ) -> None:
        """Take the declarations and the values of the chosen environment's block.

        With `quiet`, no environment is known, and a variable without a value is no mistake.
        """
        self._quiet = quiet
        self._declared = {name: _declaration(one) for name, one in declared.items()}
        self._block = block
        self._sources = sources
        self._found = found

    def settle(self, environment: str, given: Mapping[str, str], environ: Mapping[str, str]) -> Values:
        """Return the value of every variable; `Unknown` where it could not be told."""
        self._refuse_unknown(environment, given, environ)
        return {name: self._value(name, environment, given, environ) for name in self._declared}

    def _value(self, name: str, environment: str, given: Mapping[str, str], environ: Mapping[str, str]) -> Any:
        """Return one variable's value from the first that sets it."""
        kind: str = self._declared[name]["type"]
        for text, where in (
            (given.get(name), f"--var {name}"),
            (environ.get(PREFIX + name), PREFIX + name),
            (environ.get(PREFIX + name.upper()), PREFIX + name.upper()),
        ):
            if text is not None:
                return self._from_text(kind, text, where)
        if name in self._block:
            return self._from_yaml(kind, self._block[name], ("environments", environment, "variables", name))
        default = self._declared[name].get("default")
        if default is not None:
            return self._from_yaml(kind, default, self._default_path(name))
        if self._quiet:
            return Unknown("")
        self._found.add(
            Finding(
                "MLE302",
                f"the variable `{name}` has no value",
                self._sources.origin(("variables", name)),
                hint=f"give --var {name}=..., set {PREFIX}{name}, or declare a default",
                at_key=True,
            )
        )
        return Unknown("")

    def _default_path(self, name: str) -> YamlPath:
        """Return where a default stands."""
        return ("variables", name, "default") if "short" not in self._declared[name] else ("variables", name)

    def _from_text(self, kind: str, text: str, where: str) -> Any:
        """Return a value that came as text."""
        value = parse(kind, text)
        if value is not _MISSING:
            return value
        self._found.add(Diagnostic("MLE303", f"{where} must be {_CHECKS[kind][1]}", hint=f"its type is {kind}"))
        return Unknown("")

    def _from_yaml(self, kind: str, value: Any, path: YamlPath) -> Any:
        """Return a value that was written in a file."""
        if fits(kind, value) or isinstance(value, Unknown):
            return value
        hint = "quote it" if kind == "string" and isinstance(value, int | float) else f"its type is {kind}"
        summary = f"the variable `{path[-1] if path[-1] != 'default' else path[-2]}` must be {_CHECKS[kind][1]}"
        self._found.add(Finding("MLE303", summary, self._sources.origin(path), hint=hint))
        return Unknown("")

    def _refuse_unknown(self, environment: str, given: Mapping[str, str], environ: Mapping[str, str]) -> None:
        """Report values for variables that nobody declared."""
        for name in given.keys() - self._declared.keys():
            self._found.add(Diagnostic("MLE304", f"--var sets `{name}`, which is not declared", hint=self._near(name)))
        for name in self._block.keys() - self._declared.keys():
            origin = self._sources.origin(("environments", environment, "variables", name))
            summary = f"the environment sets `{name}`, which is not declared under `variables`"
            self._found.add(Finding("MLE304", summary, origin, hint=self._near(name), at_key=True))
        for name in sorted(name for name, text in given.items() if _like_secret(name, text)):
            summary = f"--var {name} looks like a secret, and saved plans keep variables"
            hint = "write {env: NAME} or {{secrets/scope/key}} in the field itself"
            self._found.add(Diagnostic("MLE206", summary, hint=hint))
        known = {PREFIX + form for name in self._declared for form in (name, name.upper())}
        for name in sorted(name for name in environ if name.startswith(PREFIX) and name not in known):
            self._found.add(
                Diagnostic(
                    "MLE304",
                    f"{name} is set, but no such variable is declared",
                    severity="warning",
                    hint=self._near(name.removeprefix(PREFIX)),
                )
            )

    def _near(self, name: str) -> str:
        """Return what may have been meant."""
        return suggest(name, self._declared) or f"the variables are: {listed(self._declared) or 'none'}"


def parse(kind: str, text: str) -> Any:
    """Return the value of a text from outside of YAML, or a marker when it does not fit."""
    if kind == "string":
        return text
    if kind in ("list", "map"):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return _MISSING
    else:
        value = plain(text.strip())
    return value if fits(kind, value) else _MISSING


def fits(kind: str, value: object) -> bool:
    """Tell whether a value is of a type; true and false are no numbers."""
    types = _CHECKS[kind][0]
    return isinstance(value, types) and (kind == "boolean" or not isinstance(value, bool))


def _like_secret(name: str, text: str) -> bool:
    """Tell whether a variable is likely a secret; a name that ends in `key` alone often is a column's."""
    plain = name.lower().endswith("key") and not name.lower().endswith("api_key")
    return has_login(text) or looks_secret("" if plain else name, text)


def _declaration(written: Any) -> Values:
    """Return a declaration in its long form; a plain value is short for its default."""
    if isinstance(written, dict):
        return {**written, "type": written["type"] if written.get("type") in _CHECKS else "string"}
    kinds: dict[type, str] = {bool: "boolean", int: "integer", float: "number"}
    return {"type": kinds.get(type(written), "string"), "default": written, "short": True}
