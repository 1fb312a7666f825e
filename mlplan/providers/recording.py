"""Recording provider: stands in front of another one, lets nothing be written, and keeps what it tells.

It has every field read, those too that the project does not declare: whoever plans from the recording may declare them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from mlplan.core.change import Object
from mlplan.core.errors import PlatformError
from mlplan.core.evidence import VersionEvidence
from mlplan.core.kind import Problem
from mlplan.core.provider import (
    Blocks,
    Handler,
    Identifies,
    KnowsGroups,
    KnowsVersions,
    LooksAhead,
    Provider,
    ReadsMany,
    Waits,
    Wanted,
)
from mlplan.core.recording import Recording
from mlplan.core.values import Values
from mlplan.kinds import KINDS
from mlplan.providers.standin import Abilities, ReadOnly, Waiting, made_of

T = TypeVar("T")


def recording(told: Provider) -> tuple[Provider, Recording]:
    """Return a provider that answers as another one does, and where it keeps the answers."""
    into = Recording(
        name=told.name,
        version=told.version,
        where=told.describe(),
        user=_or(told.user, ""),
        identity=_identity(told),
        knows=_knowing(told),
        kinds={kind: _able(handler) for kind in KINDS if (handler := told.handler(kind)) is not None},
    )
    abilities: Abilities = {
        _Ahead: isinstance(told, LooksAhead),
        _Versions: isinstance(told, KnowsVersions),
        _Groups: isinstance(told, KnowsGroups),
    }
    return made_of(_Recording, abilities)(told, into), into


class _Recording(Provider):
    """The other provider, overheard."""

    def __init__(self, told: Any, into: Recording) -> None:
        self.name, self.version, self.parallelism = told.name, told.version, told.parallelism
        self._told = told
        self._into = into

    def handler(self, kind: str) -> Handler | None:
        """Return the handler of a kind, overheard."""
        told = self._told.handler(kind)
        return None if told is None else _overheard(told, kind, self._into)

    def describe(self) -> str:
        """Return where the other one points."""
        return self._into.where

    def user(self) -> str:
        """Return the name of the principal that acts, or fail as the other one does."""
        return self._into.user or str(self._told.user())

    def close(self) -> None:
        """Let go of connections."""
        self._told.close()


class _Ahead:
    """Tells what is read next, without which fields are declared, so that all of them are read."""

    _told: Any

    def look_ahead(self, wanted: Mapping[str, Mapping[str, Wanted]]) -> None:
        """Hear what the reads that follow are about."""
        every = {kind: {id_: Wanted(None, why.recorded) for id_, why in ids.items()} for kind, ids in wanted.items()}
        self._told.look_ahead(every)


class _Versions:
    """Keeps what is told of versions."""

    _told: Any
    _into: Recording

    def model_version(self, model: str, number: int) -> VersionEvidence | None:
        """Return and keep all that is known of a version, or why nothing is."""
        try:
            found: VersionEvidence | None = self._told.model_version(model, number)
        except PlatformError as error:
            self._into.unread[model, number] = str(error)
            raise
        self._into.versions[model, number] = found
        return found

    def model_versions(self, model: str) -> list[VersionEvidence]:
        """Return and keep every version of a model."""
        found: list[VersionEvidence] = self._told.model_versions(model)
        self._into.listed[model] = found
        return found


class _Groups:
    """Keeps who is in which group."""

    _told: Any
    _into: Recording

    def members(self, groups: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Return and keep the direct members of each group that is known."""
        asked = list(groups)
        found: Mapping[str, frozenset[str]] = self._told.members(asked)
        self._into.members.update({name: found.get(name) for name in asked})
        return found


class _Overheard(ReadOnly):
    """One kind of the other provider."""

    def __init__(self, told: Any, kind: str, into: Recording) -> None:
        self._told = told
        self._kind = kind
        self._into = into

    def read(self, id: str) -> Object | None:  # noqa: A002 - the word of the house
        """Return and keep an object, or why it could not be read."""
        try:
            found: Object | None = self._told.read(id)
        except PlatformError as error:
            self._into.unreadable[self._kind, id] = str(error)
            raise
        self._into.objects[self._kind, id] = found
        return found

    def refuses(self, values: Values) -> Iterator[Problem]:
        """Yield what the other provider cannot apply and read back."""
        yield from self._told.refuses(values)


class _Many:
    """Reads many at once, as the other one does."""

    _told: Any
    _kind: str
    _into: Recording

    def read_many(self, ids: Sequence[str]) -> Iterable[Object]:
        """Return those of the objects that exist, and keep that the others do not."""
        found = list(self._told.read_many(ids))
        self._into.objects.update(dict.fromkeys(((self._kind, id_) for id_ in ids), None))
        self._into.objects.update({(self._kind, one.id): one for one in found})
        return found


class _Blocking:
    """Knows changes that it would refuse."""

    _told: Any

    def blocks(self, actual: Object, desired: Values) -> str:
        """Return why a change is refused and what lifts that."""
        return str(self._told.blocks(actual, desired))


def _overheard(told: Handler, kind: str, into: Recording) -> Handler:
    """Return a handler that answers as another one does."""
    able = _able(told)
    abilities: Abilities = {_Many: isinstance(told, ReadsMany), _Blocking: "blocks" in able, Waiting: "waits" in able}
    return made_of(_Overheard, abilities)(told, kind, into)


def _able(handler: Handler) -> tuple[str, ...]:
    """Return what bears on a plan of a handler's abilities."""
    able = {
        "blocks": isinstance(handler, Blocks),
        "refuses": type(handler).refuses is not Handler.refuses,
        "waits": isinstance(handler, Waits),
    }
    return tuple(name for name, given in able.items() if given)


def _knowing(provider: Provider) -> tuple[str, ...]:
    """Return what a provider can tell beside objects."""
    able = {"groups": isinstance(provider, KnowsGroups), "versions": isinstance(provider, KnowsVersions)}
    return tuple(name for name, given in able.items() if given)


def _identity(provider: Provider) -> dict[str, str]:
    """Return what a provider knows of the principal that acts."""
    nothing: Mapping[str, str] = {}
    return dict(_or(provider.identity, nothing)) if isinstance(provider, Identifies) else {}


def _or(ask: Callable[[], T], otherwise: T) -> T:
    """Return an answer, or something else when the platform gives none: a plan may not need it."""
    try:
        return ask()
    except PlatformError:
        return otherwise
