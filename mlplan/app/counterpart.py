"""Counterpart: the version of one model that is the same as a version of another, as far as both platforms tell."""

import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import NamedTuple

from mlplan.app.aliases import aliases_of, knows, models_of
from mlplan.app.session import Session
from mlplan.app.suggest import nearest
from mlplan.config.finding import Findings
from mlplan.config.manifest import MANIFEST
from mlplan.config.project import load
from mlplan.config.single import single
from mlplan.core.declaration import Environment
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.core.evidence import VersionEvidence
from mlplan.core.provider import KnowsVersions, Provider
from mlplan.kinds.naming import fold

_SOURCE = re.compile(r"(?:models:/)?(?P<model>[^/@\s]+)(?:@(?P<alias>[^/@\s]+)|/(?P<version>[1-9][0-9]{0,17}))")
FORM = "CATALOG.SCHEMA.MODEL@ALIAS or CATALOG.SCHEMA.MODEL/VERSION"

SHORT = 19
"""Of a digest: `sha256:` and twelve digits."""


class Source(NamedTuple):
    """What a version is looked for by: an alias or a version of a model."""

    model: str
    alias: str = ""
    version: int = 0

    def __str__(self) -> str:
        """Return it as people write it."""
        return f"{self.model}@{self.alias}" if self.alias else f"{self.model}/{self.version}"


def parse(written: str) -> Source | None:
    """Return what a text names, as `models:/` URIs do; None when it has another form."""
    found = _SOURCE.fullmatch(written)
    return Source(fold(found["model"]), fold(found["alias"] or ""), int(found["version"] or 0)) if found else None


def counterpart(target: Session, model: str, written: str) -> tuple[int, str]:
    """Return the version of a model that is the same as the source, and how that is known; Mistake when none is."""
    source = parse(written)
    if source is None:
        raise Mistake(Diagnostic("MLE345", f"`{written[:80]}` names no version of a model", hint=f"write {FORM}"))
    with ExitStack() as opened:
        origin = _origin(target, source.model, opened)
        here = origin.declaration.environment.name
        number = source.version or _pointed_at(origin, source)
        told = f"{source} is v{number} in {here}" if source.alias else f"{source} is in {here}"
        wanted = _wanted(origin, source.model, number)
        if (source.model, origin) == (model, target):
            return number, told
        matches = same_versions(wanted, _versions(target).model_versions(model))
        if not matches:
            raise Mistake(_missing(target.declaration.environment, model, wanted, told))
        version, how = matches[-1]
        others = f", and {len(matches) - 1} older" if matches[1:] else ""
        return version, f"{told}; v{version} of {model} is the same by its {how}{others}"


def _origin(target: Session, model: str, opened: ExitStack) -> Session:
    """Return the environment that declares the source's model: the target's own before any other."""
    if knows(target.declaration, model):
        return target
    own, unread = target.declaration.environment.name, []
    names = list(models_of(target.declaration))
    for name in _environments(target):
        if name == own:
            continue
        loaded = load(target.request.root, name, target.request.variables)
        if loaded.declaration is None:
            unread.append(name)
        elif knows(loaded.declaration, model):
            return opened.enter_context(Session(replace(target.request, environment=name)))
        else:
            names += models_of(loaded.declaration)
    hint = nearest(model, names) if "." in model else f"write {FORM}, as it is named where it is"
    if unread:
        hint = f"{', '.join(unread)} cannot be read: `mlplan validate -e {unread[0]}`"
    raise Mistake(Diagnostic("MLE345", f"no environment of this project declares the model {model}", hint=hint))


def _environments(seen: Session) -> list[str]:
    """Return the names of the project's environments."""
    manifest = single(seen.declaration.root, MANIFEST, Findings()) or {}
    return list(manifest["environments"])


def _pointed_at(origin: Session, source: Source) -> int:
    """Return the version that an alias has now."""
    handler = origin.provider.handler("model_alias")
    found = handler.read(str(source)) if handler else None
    if found is None:
        name = origin.declaration.environment.name
        declared = [str(one.values["alias"]) for one in aliases_of(origin.declaration, source.model)]
        applied = f"it is declared and not applied yet: mlplan apply -e {name}"
        hint = applied if source.alias in declared else nearest(source.alias, declared)
        raise Mistake(Diagnostic("MLE346", f"there is no {source} in {name} ({origin.provider.describe()})", hint=hint))
    return int(found.values["version"])


def _wanted(origin: Session, model: str, number: int) -> VersionEvidence:
    """Return what is known of the source's version."""
    found = next((one for one in _versions(origin).model_versions(model) if one.version == number), None)
    if found is None:
        name = origin.declaration.environment.name
        raise Mistake(
            Diagnostic("MLE346", f"there is no version {number} of {model} in {name}", hint="check its number")
        )
    return found


def _versions(seen: Session) -> KnowsVersions:
    """Return the platform of an environment as one that knows versions."""
    provider: Provider = seen.provider
    if isinstance(provider, KnowsVersions):
        return provider
    summary = f"{provider.name}, the provider of {seen.declaration.environment.name}, tells nothing of versions"
    raise Mistake(Diagnostic("MLE348", summary, hint="name the version: `mlplan promote MODEL ALIAS VERSION`"))


def same_versions(wanted: VersionEvidence, there: Sequence[VersionEvidence]) -> list[tuple[int, str]]:
    """Return the versions that are the same, oldest first, by the surest way in which any is."""
    found = [(one.version, how) for one in there if (how := _alike(wanted, one))]
    surest = next((how for how in ("files", "source", "run") if how in {how for _, how in found}), "")
    return [(version, how) for version, how in found if how == surest]


def _alike(wanted: VersionEvidence, other: VersionEvidence) -> str:
    """Return by what two versions are the same; a run may log several models, which differ in their files."""
    if wanted.digest and other.digest:
        return "files" if wanted.digest == other.digest else ""
    if other.source == f"models:/{wanted.full_name}/{wanted.version}":
        return "source"
    return "run" if wanted.run_id and wanted.run_id == other.run_id else ""


def _missing(environment: Environment, model: str, wanted: VersionEvidence, told: str) -> Diagnostic:
    """Return what to say when the model has no such version, and how it gets one."""
    known = [f"run {wanted.run_id}"] if wanted.run_id else []
    known += [f"files {wanted.digest[:SHORT]}"] if wanted.digest else []
    detail = f"{told}, known by {' and '.join(known) or 'neither run nor files'}"
    return Diagnostic(
        "MLE347",
        f"no version of {model} is the same as v{wanted.version} of {wanted.full_name}",
        detail=detail,
        hint="\n".join(["copy it, then say the same again:", *_copying(environment, model, wanted)]),
    )


def _copying(environment: Environment, model: str, wanted: VersionEvidence) -> Iterator[str]:
    """Yield what to type so that a model gets a version of another one."""
    if environment.provider.name == "local":
        words = ("mlplan", "local", "register", model, "--from", wanted.source or "DIR", "-e", environment.name)
        yield shlex.join(words)
        yield "with --metric, --param, --dataset and --git-commit as its run has them, which the copy is judged by"
        return
    profile = environment.provider.options.get("profile")
    registry = f"databricks-uc://{profile}" if profile else "databricks-uc"
    yield "from mlflow import MlflowClient"
    yield f'MlflowClient(registry_uri="{registry}").copy_model_version('
    yield f'    src_model_uri="models:/{wanted.full_name}/{wanted.version}", dst_name="{model}"'
    yield ")"
