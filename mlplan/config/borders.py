"""Borders: each environment of a project with its catalogs and the place of its state, without reading anything else.

A plan is about one environment; whether something crosses into it from another one only the others' names tell,
and what a version was before it came here only their ledgers.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mlplan.config.expand import Expander
from mlplan.config.finding import Findings
from mlplan.config.manifest import OVERLAYS
from mlplan.config.overlay import Sources
from mlplan.config.reference import Names
from mlplan.config.resolve import Resolver
from mlplan.config.settings import Settings
from mlplan.config.tree import Tree, part
from mlplan.core.declaration import Target
from mlplan.core.values import Unknown

CATALOGS = "catalogs"


class Border(NamedTuple):
    """One environment, seen from another."""

    protected: bool
    catalogs: tuple[str, ...]
    state: Target
    provider: Target = Target("local")


def borders(root: Path, environ: Mapping[str, str] = os.environ) -> dict[str, Border]:
    """Return each environment of a project, as far as it can be told.

    What is wrong with another environment is not reported here: its own plans do that.
    """
    manifest = Tree(root, Sources(), Findings()).manifest() or {}
    environments = manifest.get("environments")
    return {name: _border(root, name, environ) for name in (environments if isinstance(environments, dict) else ())}


def _border(root: Path, name: str, environ: Mapping[str, str]) -> Border:
    """Return one environment."""
    found, sources = Findings(), Sources()
    tree = Tree(root, sources, found)
    settings = Settings(tree.manifest() or {}, sources, found)
    overlay = tree.overlay(name) if settings.choose(name) else None
    if overlay is not None:
        sources.lay(f"{OVERLAYS}/{name}.yaml", overlay)
        settings.lay(overlay)
    tree.include(settings.patterns, settings.policy, explicit=False, only=CATALOGS)
    tree.take(part(settings.manifest, CATALOGS), "mlplan.yaml")
    if overlay is not None:
        tree.lay(part(overlay, CATALOGS), f"{OVERLAYS}/{name}.yaml")
    values = settings.variables({}, environ)
    names = Names(settings.environment or Unknown(""), values, ())
    pieces = {piece.address: piece for piece in Expander(sources, found, names).pieces(tree.resources)}
    resolved = Resolver(pieces, Names(settings.environment, values, pieces, whole=False), sources, found).resources()
    catalogs = [one.values["name"] for one in resolved.values() if one.kind == "catalog" and "name" in one.values]
    known = [one for one in catalogs if not isinstance(one, Unknown)]
    target = settings.target(values)
    return Border(target.protected, tuple(sorted(known)), settings.state(values), target.provider)
