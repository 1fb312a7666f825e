"""Project: everything under a root, read, merged for one environment, checked, and made a declaration.

All mistakes of a project come back together. What a broken file might have declared is never
reported as missing.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mlplan.config.digest import digest
from mlplan.config.expand import Expander
from mlplan.config.finding import Findings
from mlplan.config.lifecycle import Entries
from mlplan.config.manifest import MANIFEST, OVERLAYS, SECTIONS
from mlplan.config.overlay import Sources
from mlplan.config.piece import Piece
from mlplan.config.policy_place import Place, elsewhere
from mlplan.config.reference import Names
from mlplan.config.resolve import Resolver
from mlplan.config.settings import Settings
from mlplan.config.single import single
from mlplan.config.tree import Tree
from mlplan.core.declaration import Declaration
from mlplan.core.diagnostic import Diagnostic, has_errors
from mlplan.core.source import Source
from mlplan.core.values import Unknown, Values


class Loaded(NamedTuple):
    """What a project declares, unless there are errors, and everything there is to say about it."""

    declaration: Declaration | None
    diagnostics: list[Diagnostic]


def load(
    root: Path,
    environment: str | None = None,
    variables: Mapping[str, str] | None = None,
    environ: Mapping[str, str] = os.environ,
    policy: Path | None = None,
) -> Loaded:
    """Return what the project under `root` declares for an environment, and what is wrong with it.

    With `policy`, a file or another project's directory, the rules are those and not the project's own.
    """
    found = Findings()
    other = elsewhere(policy) if policy else None
    declaration = _declaration(root, environment, variables or {}, environ, found, other)
    diagnostics = found.diagnostics(root)
    return Loaded(None if has_errors(diagnostics) else declaration, diagnostics)


def _declaration(
    root: Path, environment: str | None, given: Mapping[str, str], environ: Mapping[str, str], found: Findings,
    other: Place | None,
) -> Declaration | None:  # fmt: skip
    """Return the declaration as far as it can be made; it counts only when nothing was found."""
    sources = Sources()
    tree = Tree(root, sources, found)
    manifest = tree.manifest()
    if manifest is None:
        return None
    settings = Settings(manifest, sources, found)
    overlay = _lay_overlay(settings, tree, sources, environment)
    settings.check()
    _take_files(settings, tree, overlay)
    values = settings.variables(given, environ)
    pieces = _pieces(settings, tree, sources, found, values)
    names = Names(settings.environment or Unknown(""), values, pieces, whole=tree.whole)
    resources = Resolver(pieces, names, sources, found).resources()
    if not pieces and tree.whole and not found.found:
        found.add(Diagnostic("MLE224", "the project declares no resources", "warning", source=Source(MANIFEST)))
    entries = Entries(pieces, found, whole=tree.whole)
    place, rules = _rules(other, Place(root, settings.policy), sources, found)
    made = Declaration(
        root=root,
        project=settings.project,
        environment=settings.target(values),
        state=settings.state(values),
        resources=resources,
        moved=entries.moved(tree.lists["moved"]),
        removed=entries.removed(tree.lists["removed"]),
        imports=entries.imports(tree.lists["import"]),
        policy=place.file,
        policy_root=place.root if other else None,
        files=tuple(sorted({*tree.files, settings.policy} - {""})),
        plugins=_plugins(rules),
        variables=values,
    )
    made.digest = digest(made, rules)
    return made


def _rules(other: Place | None, own: Place, sources: Sources, found: Findings) -> tuple[Place, Values | None]:
    """Return where the policy is and what its file holds; one that a project names is reported where it is named."""
    place = other or own
    named = None if other else sources.origin(("policy",))
    return place, single(place.root, place.file, found, named) if place.file else None


def _plugins(policy: Values | None) -> tuple[str, ...]:
    """Return the distributions that a policy file names; what is wrong with them is found where it is used."""
    named = (policy or {}).get("plugins")
    return tuple(sorted(one for one in named if isinstance(one, str))) if isinstance(named, list) else ()


def _lay_overlay(settings: Settings, tree: Tree, sources: Sources, environment: str | None) -> Values | None:
    """Choose the environment, and lay its own file over the project's."""
    name = settings.choose(environment)
    overlay = tree.overlay(name) if name else None
    if overlay is not None:
        sources.lay(f"{OVERLAYS}/{name}.yaml", overlay)
        settings.lay(overlay)
    return overlay


def _take_files(settings: Settings, tree: Tree, overlay: Values | None) -> None:
    """Read the included files, and lay the environment's own file over them."""
    tree.include(settings.patterns, settings.policy, explicit=settings.explicit)
    tree.take({name: settings.manifest[name] for name in SECTIONS if name in settings.manifest}, MANIFEST)
    if overlay is not None:
        tree.lay(overlay, f"{OVERLAYS}/{settings.environment}.yaml")


def _pieces(settings: Settings, tree: Tree, sources: Sources, found: Findings, values: Values) -> dict[str, Piece]:
    """Return every resource by address, nested ones included."""
    names = Names(settings.environment or Unknown(""), values, ())
    return {piece.address: piece for piece in Expander(sources, found, names).pieces(tree.resources)}
