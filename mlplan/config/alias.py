"""Alias: where the version that an alias has in one environment is written, and the file with another one there.

A version in the environment's own file is changed in place. One in a file that several environments
read stays, and is written over in the environment's own file, which is made when there is none.
"""

from typing import NamedTuple

from mlplan.config.decode import decode, place
from mlplan.config.difference import difference
from mlplan.config.edit import Unfit, with_value
from mlplan.config.files import Reader
from mlplan.config.finding import Findings
from mlplan.config.manifest import MANIFEST, OVERLAYS
from mlplan.config.node import Node, read
from mlplan.config.single import single
from mlplan.core import address as addresses
from mlplan.core.declaration import Declaration, Resource
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.core.source import Source, YamlPath

MARK = "\ufeff"
"""What some editors put before UTF-8 text; it is kept."""
PLURAL = "model_aliases"
"""The section of aliases that stand in no model."""


class Written(NamedTuple):
    """A file with the version of one alias, as it was and as it is to be."""

    file: str
    before: bytes | None
    """None for a file that is to be made."""
    after: bytes
    source: Source
    """Where the version stands that holds now."""
    lines: list[str]
    """What changes, as a unified diff."""


class _File(NamedTuple):
    """A file of the project."""

    name: str
    mark: str
    text: str
    top: Node | None


class _Spot(NamedTuple):
    """A version in a file."""

    file: _File
    node: Node

    @property
    def written(self) -> str:
        """Return what stands there."""
        return self.file.text[self.node.start : self.node.end]

    @property
    def source(self) -> Source:
        """Return its place."""
        return place(self.file.text, self.node.start, self.file.name)


def stands_at(seen: Declaration, alias: Resource) -> Source:
    """Return where the version of an alias stands that holds in the environment."""
    return _spot(seen, alias).source


def rewritten(seen: Declaration, alias: Resource, version: int) -> Written:
    """Return the file to write so that an alias has another version; Mistake when it is not to be written there."""
    own, spot = _own(seen), _spot(seen, alias)
    if "${" in spot.written:
        raise Mistake(_referred(alias, spot))
    name = own if _environments(seen) > 1 else spot.file.name
    file = spot.file if name == spot.file.name else _file(seen, name)
    before = file.text if file else None
    try:
        after = with_value(before or "", _path(file, alias), version)
    except Unfit:
        raise Mistake(_unfit(alias, name, spot, version)) from None
    mark = file.mark if file else ""
    return Written(
        file=name,
        before=None if before is None else (mark + before).encode(),
        after=(mark + after).encode(),
        source=spot.source,
        lines=difference(name, before, after),
    )


def _own(seen: Declaration) -> str:
    """Return the name of the environment's own file."""
    return f"{OVERLAYS}/{seen.environment.name}.yaml"


def _spot(seen: Declaration, alias: Resource) -> _Spot:
    """Return the version that holds: in the environment's own file, or else where the alias is declared."""
    path, home = alias.origin.path, alias.origin.file
    if path[1] != PLURAL:
        home = seen.resources[addresses.join("registered_model", str(path[2]))].origin.file
    for name in (_own(seen), home):
        file = _file(seen, name)
        node = _version(file, path) if file else None
        if file and node:
            return _Spot(file, node)
    raise AssertionError(f"the version of {alias.address} was read from nowhere")


def _version(file: _File, path: YamlPath) -> Node | None:
    """Return the version of an alias in a file, or the reference that stands for it or for something around it."""
    way = list(file.top.way((*path, "version"))) if file.top else []
    last = way[-1] if way else None
    if last is None or last.mapping:
        return None
    whole = len(way) > len(path)
    return last if whole or "${" in file.text[last.start : last.end] else None


def _path(file: _File | None, alias: Resource) -> YamlPath:
    """Return the path of an alias's version in the form that a file uses; the short form in one that has neither."""
    path = alias.origin.path
    node = file.top.find(path) if file and file.top else None
    long = node.mapping if node else path[1] == PLURAL
    return (*path, "version") if long else path


def _file(seen: Declaration, name: str) -> _File | None:
    """Return a file of the project, or None when there is none."""
    if not (seen.root / name).exists():
        return None
    data = Reader(seen.root).read(name)
    text = decode(data, name) if isinstance(data, bytes) else data
    if isinstance(text, Diagnostic):
        raise Mistake(text)
    mark = MARK if isinstance(data, bytes) and data.startswith(MARK.encode()) else ""
    return _File(name, mark, text, read(text))


def _environments(seen: Declaration) -> int:
    """Return how many environments the project has."""
    manifest = single(seen.root, MANIFEST, Findings()) or {}
    return len(manifest["environments"])


def _referred(alias: Resource, spot: _Spot) -> Diagnostic:
    """Return the refusal of a version that a reference stands for."""
    hint = "change the variable where it is set, or write the number here in its place"
    summary = "the version is not written here but comes from a reference"
    return Diagnostic("MLE342", summary, address=alias.address, source=spot.source, hint=hint)


def _unfit(alias: Resource, file: str, spot: _Spot, version: int) -> Diagnostic:
    """Return the refusal of a file that cannot be edited in one place."""
    hint = f"write `{alias.values['alias']}: {version}` into {file} by hand"
    summary = f"{file} is written in a way in which no single value can be set"
    return Diagnostic("MLE343", summary, address=alias.address, source=spot.source, hint=hint)
