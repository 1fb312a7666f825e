"""Expand: the sections of `resources` taken apart into pieces, nested blocks included."""

import re
from collections.abc import Iterator
from typing import Any, Final

from mlplan.config.finding import Finding, Findings
from mlplan.config.overlay import Sources, copied
from mlplan.config.piece import Piece
from mlplan.config.reference import Names
from mlplan.config.words import kind_of_value, listed, suggest
from mlplan.core.address import KEY_PATTERN
from mlplan.core.source import YamlPath
from mlplan.core.values import Unknown, Values
from mlplan.kinds import KINDS, PLURALS, spec

_KEY = re.compile(KEY_PATTERN)
_ROWS: Final = {"grants": "securable_type", "permissions": "object_type"}
"""Nested blocks of rows, and the field that says what they are on."""


class Expander:
    """Takes resources apart and collects what has the wrong form."""

    def __init__(self, sources: Sources, found: Findings, names: Names) -> None:
        """Know where values come from, and what variables stand for."""
        self._sources = sources
        self._found = found
        self._names = names

    def pieces(self, sections: Values) -> Iterator[Piece]:
        """Yield every resource, each followed by what is nested in it."""
        for plural, section in sections.items():
            kind = PLURALS.get(plural)
            path: YamlPath = ("resources", plural)
            if kind is None:
                near = suggest(KINDS[plural][0] if plural in KINDS else plural, PLURALS)
                hint = near or f"the kinds are {listed(PLURALS)}"
                self._add("MLE210", f"there is no kind `{plural[:60]}`", path, hint)
            elif not isinstance(section, dict):
                self._not_a_mapping(section, path)
            else:
                for key, fields in section.items():
                    yield from self._resource(kind, key, fields, (*path, key))

    def _resource(self, kind: str, key: str, fields: Any, path: YamlPath) -> Iterator[Piece]:
        """Yield one resource and what is nested in it."""
        if not self._good_key(key, path):
            return
        if not isinstance(fields, dict):
            self._not_a_mapping(fields, path)
            return
        piece = Piece(f"{kind}.{key}", kind, fields, path, lifecycle=fields.pop("lifecycle", None))
        nested = [(name, self._block(fields.pop(name))) for name in spec(kind).nested if name in fields]
        yield piece
        for name, block in nested:
            if name == "aliases":
                yield from self._aliases(piece, key, block)
            else:
                yield from self._rows(piece, key, name, block)

    def _aliases(self, parent: Piece, key: str, block: Any) -> Iterator[Piece]:
        """Yield the aliases of a model."""
        path = (*parent.path, "aliases")
        if not isinstance(block, dict):
            self._not_a_mapping(block, path)
            return
        for name, written in block.items():
            if not self._good_key(name, (*path, name)):
                continue
            values = dict(written) if isinstance(written, dict) else {"version": written}
            lifecycle = values.pop("lifecycle", None)
            self._refuse_implied(values, ("alias", "full_name"), (*path, name))
            yield Piece(
                f"model_alias.{key}.{name}",
                "model_alias",
                {"alias": name, **values},
                (*path, name),
                parent.address,
                lifecycle,
            )

    def _rows(self, parent: Piece, key: str, name: str, block: Any) -> Iterator[Piece]:
        """Yield the grants or permissions on an object, as a list or as a mapping with a mode."""
        path = (*parent.path, name)
        if isinstance(block, list):
            block = {name: block}
        if not isinstance(block, dict):
            self._wrong(f"`{name}` must be a list or a mapping, not {kind_of_value(block)}", block, path)
            return
        lifecycle = block.pop("lifecycle", None)
        self._refuse_implied(block, (_ROWS[name], "full_name", "object_name"), path)
        own = spec(parent.kind)
        about = own.securable if name == "grants" else own.permission_type
        values = {**block, _ROWS[name]: about}
        yield Piece(f"{name}.{parent.kind}.{key}", name, values, path, parent.address, lifecycle)

    def _block(self, block: Any) -> Any:
        """Return a nested block; it may be a variable as a whole."""
        if isinstance(block, str) and "${" in block:
            return copied(self._names.read(block)[0])
        return block

    def _refuse_implied(self, values: Values, implied: tuple[str, ...], path: YamlPath) -> None:
        """Refuse fields that follow from where the block stands."""
        for name in implied:
            if name in values:
                self._add("MLE200", f"`{name}` follows from where this stands", (*path, name), "remove it")
                del values[name]

    def _good_key(self, key: str, path: YamlPath) -> bool:
        """Tell whether a key can be part of an address."""
        if _KEY.fullmatch(key):
            return True
        hint = "use letters, digits, _ and -, and begin with a letter or _"
        self._add("MLE211", "this key cannot be part of an address", path, hint)
        return False

    def _not_a_mapping(self, value: Any, path: YamlPath) -> None:
        """Report a value where a mapping belongs."""
        self._wrong(f"`{path[-1]}` must be a mapping, not {kind_of_value(value)}", value, path)

    def _wrong(self, summary: str, value: Any, path: YamlPath) -> None:
        """Report a value of the wrong form, unless something was said about it already."""
        if isinstance(value, Unknown):
            return
        hint = "write {} or [] if it is meant to be empty, or remove the line" if value is None else ""
        self._found.add(Finding("MLE202", summary, self._sources.origin(path), hint=hint, at_key=value is None))

    def _add(self, code: str, summary: str, path: YamlPath, hint: str) -> None:
        """Report a key."""
        self._found.add(Finding(code, summary, self._sources.origin(path), hint=hint, at_key=True))
