"""Reference: `${var.x}`, `${environment.name}` and `${resources.<kinds>.<key>.<field>}` inside values.

`$${` stands for a plain `${`. A value that is one reference and nothing else takes the type of what
it refers to. Variables are put in at once; what refers to a resource becomes a `Template` until
that resource is settled.
"""

import re
from collections.abc import Collection
from typing import Any, Final, NamedTuple

from mlplan.config.words import listed, suggest
from mlplan.core import address
from mlplan.core.values import Target, Unknown, Values
from mlplan.kinds import PLURALS

_TOKEN = re.compile(r"\$\$\{|\$\{([^{}]*)\}|\$\{")
_KEY = re.compile(address.KEY_PATTERN)
_RESOURCE_PARTS: Final = 4
FORMS: Final = "${var.NAME}, ${environment.name} or ${resources.KINDS.KEY.FIELD}"


class Problem(NamedTuple):
    """What is wrong with a reference."""

    code: str
    summary: str
    hint: str = ""


class Ref(NamedTuple):
    """A reference to a field of a declared resource."""

    address: str
    field: str
    target: Target


class Template(NamedTuple):
    """A text whose references to resources are still to be put in."""

    parts: tuple[str | Ref, ...]

    @property
    def refs(self) -> list[Ref]:
        """Return the references."""
        return [part for part in self.parts if isinstance(part, Ref)]


class Names:
    """What `${...}` may stand for in one place."""

    def __init__(
        self,
        environment: str | Unknown,
        variables: Values | None,
        addresses: Collection[str] | None,
        *,
        whole: bool = True,
    ) -> None:
        """Know the environment, the variables (None: not allowed here) and the addresses (None: not allowed here).

        With `whole` false, some resources could not be read, and an unknown one is no mistake.
        """
        self._environment = environment
        self._variables = variables
        self._addresses = addresses
        self._whole = whole
        self._read: dict[str, tuple[Any, Problem | None]] = {}

    def read(self, text: str) -> tuple[Any, Problem | None]:
        """Return the value of a text that holds `${`, and what is wrong with it."""
        known = self._read.get(text)
        if known is None:
            known = self._read[text] = self._parse(text)
        return known

    def _parse(self, text: str) -> tuple[Any, Problem | None]:
        """Return the value of a text and what is wrong with it."""
        parts: list[Any] = []
        at = 0
        for found in _TOKEN.finditer(text):
            if found.start() > at:
                parts.append(text[at : found.start()])
            part = "${" if found[0] == "$${" else self._token(found)
            if isinstance(part, Problem):
                return Unknown(""), part
            parts.append(part)
            at = found.end()
        if at < len(text):
            parts.append(text[at:])
        return joined(parts)

    def _token(self, found: re.Match[str]) -> Any:
        """Return what one `${...}` stands for, or what is wrong with it."""
        if found[1] is None:
            return Problem("MLE305", "a ${ that is not closed", f"write {FORMS}, or $${{ for a plain ${{")
        root, _, rest = found[1].partition(".")
        if root == "resources":
            return self._resource(found[1])
        if root == "var" and rest:
            return self._variable(rest)
        if found[1] == "environment.name":
            return self._environment
        near = suggest(root, ("var", "environment", "resources"))
        return Problem("MLE305", f"${{{found[1][:60]}}} is not a reference", near or f"write {FORMS}")

    def _variable(self, name: str) -> Any:
        """Return a variable's value."""
        if self._variables is None:
            return Problem("MLE310", "variables cannot be used here", "only ${environment.name} can")
        if name in self._variables:
            return self._variables[name]
        hint = suggest(name, self._variables) or f"the variables are: {listed(self._variables) or 'none'}"
        return Problem("MLE301", f"there is no variable `{name[:60]}`", hint)

    def _resource(self, written: str) -> Any:
        """Return a reference to a resource's field."""
        if self._addresses is None:
            return Problem("MLE310", "resources cannot be referred to here", "use a variable")
        parts = written.split(".", _RESOURCE_PARTS - 1)
        if len(parts) < _RESOURCE_PARTS or not parts[3]:
            return Problem("MLE305", "a reference to a resource names a field", f"write {FORMS}")
        _, plural, key, field = parts
        if plural not in PLURALS:
            return Problem("MLE306", f"there is no kind `{plural[:60]}`", suggest(plural, PLURALS) or listed(PLURALS))
        return self._known(Target(plural, key, field))

    def _known(self, target: Target) -> Any:
        """Return the reference, once the resource is known to exist."""
        assert self._addresses is not None
        wanted, field = _nested(target)
        if wanted in self._addresses:
            return Ref(wanted, field, target)
        if not self._whole:
            return Unknown("")
        others = [one for one in self._addresses if address.kind_of(one) == address.kind_of(wanted)]
        hint = suggest(wanted, others) or f"declared are: {listed(others) or 'none of that kind'}"
        return Problem("MLE306", f"there is no resource `{wanted}`", hint)


def _nested(target: Target) -> tuple[str, str]:
    """Return the address and field that a reference means; a model's alias is a resource of its own."""
    kind = PLURALS[target.plural]
    first, _, rest = target.field.partition(".")
    if kind == "registered_model" and first == "aliases" and rest:
        name, _, field = rest.partition(".")
        return address.join("model_alias", target.key, name), field or "version"
    return address.join(kind, target.key), target.field


def joined(parts: list[Any]) -> tuple[Any, Problem | None]:
    """Return the value that parts make together."""
    if len(parts) == 1 and not isinstance(parts[0], Ref):
        return parts[0], None
    if any(part.__class__ is Unknown and not part for part in parts):
        return Unknown(""), None
    if any(isinstance(part, Ref) for part in parts):
        parts = [part if isinstance(part, Ref | str) else as_text(part) for part in parts]
        if any(part is None for part in parts):
            return Unknown(""), _NOT_TEXT
        return Template(tuple(parts)), None
    texts = [as_text(part) for part in parts]
    if any(text is None for text in texts):
        return Unknown(""), _NOT_TEXT
    return _whole_text([text for text in texts if text is not None], parts)


_NOT_TEXT = Problem("MLE305", "a list or mapping cannot stand inside a text", "let the reference be the whole value")


def _whole_text(texts: list[str], parts: list[Any]) -> tuple[Any, Problem | None]:
    """Return the text; it is known only after apply when a part of it is."""
    text = "".join(texts)
    expected = [target for part in parts if isinstance(part, Unknown) for target in part.targets()]
    if not expected:
        return text, None
    made = Unknown(text)
    if list(made.targets()) != expected:
        return Unknown(""), Problem("MLE305", "a literal ${resources...} beside a value that only apply can tell")
    return made, None


def as_text(value: Any) -> str | None:
    """Return a value as it stands inside a text; None for lists and mappings."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None
