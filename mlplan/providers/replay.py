"""Replay: a provider that answers from a recording, without connection and credentials.

An object that nobody asked for when the recording was made is taken to be absent, and remembered as `assumed`. Nothing
else is made up: a version or group that was not asked for is not known.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import get_args

from mlplan.core.change import Object
from mlplan.core.errors import PlatformError
from mlplan.core.evidence import Piece, VersionEvidence
from mlplan.core.kind import Problem
from mlplan.core.provider import Blocks, Handler, Provider
from mlplan.core.recording import On, Recording
from mlplan.core.values import Values
from mlplan.providers.standin import Abilities, ReadOnly, Waiting, made_of

UNRECORDED = "it is not in the snapshot"
Judges = Callable[[str], Handler | None]
"""Returns the handler of a kind that can say what it refuses without a connection, if there is one."""


class Replay(Provider):
    """A platform as it was when it was recorded."""

    def __init__(self, recording: Recording, judges: Judges) -> None:
        self.name, self.version = recording.name, recording.version
        self.recording = recording
        self.assumed: set[On] = set()
        """The objects that were asked for now and not when the recording was made."""
        self._judges = judges
        self._settled = False

    def settle(self) -> frozenset[On]:
        """Return what was taken to be absent; from now on nothing more is."""
        self._settled = True
        return frozenset(self.assumed)

    def found(self, kind: str, id: str) -> Object | None:  # noqa: A002 - the word of the house
        """Return an object as it was; one that nobody asked for is absent to a plan, and unknown to who looks closer."""
        known = self.recording
        if (kind, id) in known.unreadable:
            raise PlatformError(known.unreadable[kind, id])
        if (kind, id) not in known.objects:
            if self._settled:
                raise PlatformError(UNRECORDED)
            self.assumed.add((kind, id))
        return known.objects.get((kind, id))

    def handler(self, kind: str) -> Handler | None:
        """Return the handler of a kind that the platform had."""
        able = self.recording.kinds.get(kind)
        if able is None:
            return None
        judge = self._judges(kind)
        abilities: Abilities = {_Blocking: "blocks" in able and isinstance(judge, Blocks), Waiting: "waits" in able}
        return made_of(_Replaying, abilities)(self, kind, judge)

    def unjudged(self, kind: str) -> bool:
        """Tell whether the platform refuses some changes of a kind, and nobody here knows which."""
        able = self.recording.kinds.get(kind, ())
        return ("blocks" in able or "refuses" in able) and self._judges(kind) is None

    def describe(self) -> str:
        """Return where the platform was."""
        return self.recording.where

    def user(self) -> str:
        """Return the name of the principal that recorded."""
        return self.recording.user


class _Versions:
    """Tells what was recorded of versions."""

    recording: Recording

    def model_version(self, model: str, number: int) -> VersionEvidence | None:
        """Return what is known of a version; PlatformError for one that was not asked for."""
        known = self.recording
        if (model, number) in known.versions:
            return known.versions[model, number]
        if (model, number) in known.unread:
            raise PlatformError(known.unread[model, number])
        listed = next((one for one in known.listed.get(model, ()) if one.version == number), None)
        if listed is None:
            raise PlatformError(UNRECORDED)
        return replace(listed, unknown=dict.fromkeys(get_args(Piece), UNRECORDED))

    def model_versions(self, model: str) -> list[VersionEvidence]:
        """Return every version that a model had."""
        if model not in self.recording.listed:
            raise PlatformError(UNRECORDED)
        return self.recording.listed[model]


class _Groups:
    """Tells who was in which group."""

    recording: Recording

    def members(self, groups: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Return the direct members of each group that was known."""
        known = self.recording.groups()
        return {name: known[name] for name in groups if name in known}


class _Replaying(ReadOnly):
    """One kind of a platform as it was."""

    def __init__(self, provider: Replay, kind: str, judge: Handler | None) -> None:
        self._provider = provider
        self._kind = kind
        self._judge = judge

    def read(self, id: str) -> Object | None:  # noqa: A002 - the word of the house
        """Return an object as it was."""
        return self._provider.found(self._kind, id)

    def read_many(self, ids: Sequence[str]) -> Iterable[Object]:
        """Return those of the objects that existed."""
        return [found for id_ in ids if (found := self.read(id_)) is not None]

    def refuses(self, values: Values) -> Iterator[Problem]:
        """Yield what the platform cannot apply and read back, as far as that is known without it."""
        if self._judge is not None:
            yield from self._judge.refuses(values)


class _Blocking:
    """Knows changes that the platform would refuse."""

    _judge: Blocks

    def blocks(self, actual: Object, desired: Values) -> str:
        """Return why a change is refused and what lifts that."""
        return self._judge.blocks(actual, desired)


def replay(recording: Recording, judges: Judges) -> Replay:
    """Return a provider that answers from a recording, with what the recorded one could tell."""
    abilities: Abilities = {_Versions: "versions" in recording.knows, _Groups: "groups" in recording.knows}
    return made_of(Replay, abilities)(recording, judges)
