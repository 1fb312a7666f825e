"""Volume: files of a Unity Catalog volume as a store of objects, made of creating files and listing them.

The Files API creates a file if there is none, or replaces whatever is there; it cannot replace one only if it is still the one
that was read. So no file is ever replaced. Each version of an object is a file, `NAME.NUMBER`, and the highest number
counts: whoever replaces version 7 creates version 8, which of all who try one can do.

Old versions are removed, and then version 8 could be created once more by one who slept since version 7. So who has created
a file lists what there is before it counts: a version is removed only when one `KEPT` numbers higher is there, so that
version 8 was never there before if no such number is.

What it takes of the platform: of all who create one file at the same time one is told that it did, and a list that
begins after that shows it. The first is put to the test by `probe`; the second is documented nowhere.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final

from mlplan.core.errors import (
    Conflict,
    Denied,
    NotFound,
    PlatformError,
    RateLimited,
    StateError,
    Unavailable,
    UnknownOutcome,
)
from mlplan.core.files import Files
from mlplan.state.objects.port import LARGEST, Clash, Found, Lost, ObjectStore

KEPT: Final = 16
"""Versions of an object; whoever sleeps for longer than that many writes is told of a clash."""
_AT_ONCE: Final = 2
"""Old versions that one write removes: more than it makes, so that what stayed once goes later."""
_TRIES: Final = 5


class VolumeStore(ObjectStore):
    """Objects whose keys begin with two directories; the rest of a key is one name, with ~ for each slash."""

    foreign_tag = f"0-{'0' * 64}"

    def __init__(self, files: Files, volume: str) -> None:
        """Look below a directory of a volume; nothing is asked of it yet."""
        self.name = f"{files.name}{volume}"
        self._files = files
        self._volume = volume

    def get(self, key: str) -> Found | None:
        """Return an object, None when there is certainly none."""
        with self._told(f"read {key}"):
            for _ in range(_TRIES):
                numbers = self._numbers(key)
                if not numbers:
                    return None
                data = self._files.read(self._file(key, numbers[-1]), LARGEST)
                if data is not None:
                    return Found(data, _tag(numbers[-1], data))
        raise self._unreachable(f"read {key}", "what its directory shows cannot be read")

    def put(self, key: str, data: bytes, tag: str | None) -> str:
        """Write an object that has this tag, or is not there when the tag is None."""
        before = int(tag.partition("-")[0]) if tag is not None else 0
        if tag is not None:
            with self._told(f"read {key}"):
                there = self._files.read(self._file(key, before), LARGEST) if before else None
            if there is None or _tag(before, there) != tag:
                raise Clash(key)
        with self._told(f"write {key}", writing=True):
            self._files.create(self._file(key, before + 1), data)
            numbers = self._numbers(key)
        if numbers and numbers[-1] >= before + KEPT:
            raise Clash(key)  # it was made anew where others have long gone on
        if before + 1 not in numbers:
            raise self._lagging(key)
        self._tidy(key, numbers)
        return _tag(before + 1, data)

    def names(self, prefix: str) -> list[str]:
        """Return all keys that begin so, sorted."""
        directory, start = _place(prefix)
        with self._told(f"list {prefix}"):
            found = self._files.names(f"{self._volume}/{directory}") or ()
        names = {match[1] for match in map(_VERSION.fullmatch, found) if match}
        return sorted(f"{directory}/{name.replace('~', '/')}" for name in names if name.startswith(start))

    def delete(self, keys: Sequence[str]) -> None:
        """Remove objects, those of them that are there."""
        for key in keys:
            with self._told(f"remove {key}", writing=True):
                for number in self._numbers(key):
                    self._files.remove(self._file(key, number))

    def _numbers(self, key: str) -> list[int]:
        """Return the versions of an object, sorted."""
        directory, name = _place(key)
        found = self._files.names(f"{self._volume}/{directory}") or ()
        return sorted(int(match[2]) for match in map(_VERSION.fullmatch, found) if match and match[1] == name)

    def _file(self, key: str, number: int) -> str:
        """Return where a version of an object is."""
        directory, name = _place(key)
        return f"{self._volume}/{directory}/{name}.{number:010d}"

    def _tidy(self, key: str, numbers: Sequence[int]) -> None:
        """Remove the oldest versions of those that nobody may rely on; never one that is less than `KEPT` old."""
        old = [number for number in numbers if number <= numbers[-1] - KEPT]
        with suppress(PlatformError):
            for number in old[:_AT_ONCE]:
                self._files.remove(self._file(key, number))

    @contextmanager
    def _told(self, what: str, *, writing: bool = False) -> Iterator[None]:
        """Turn what the platform says into Clash, Lost or a StateError in words."""
        try:
            yield
        except Conflict as error:
            raise (Clash(what) if writing else self._unreachable(what, str(error))) from error
        except (UnknownOutcome, RateLimited, Unavailable) as error:
            raise (Lost(str(error)) if writing else self._unreachable(what, str(error))) from error
        except NotFound as error:
            hint = "make the volume first, or correct `volume` under `state:`; `mlplan explain MLE663` tells how"
            raise StateError(f"there is no volume for {self.name}: {error}", code="MLE663", hint=hint) from error
        except Denied as error:
            hint = f"{error.hint or 'sign in to the workspace'}; `mlplan explain MLE664` lists the privileges"
            raise StateError(f"not allowed to {what} in {self.name}: {error}", code="MLE664", hint=hint) from error
        except PlatformError as error:
            raise self._unreachable(what, str(error)) from error

    def _lagging(self, key: str) -> StateError:
        """Return the error for a list that does not show what was just written, by which no version can be told from the last."""
        hint = "something removes files there, or the workspace lists them late: then keep state elsewhere"
        return StateError(f"{self.name}/{key} was written, and is not listed", code="MLE665", hint=hint)

    def _unreachable(self, what: str, why: str) -> StateError:
        """Return the error for a volume that does not answer, or not sensibly."""
        hint = "nothing is taken for empty that cannot be read; run again when the workspace answers"
        return StateError(f"cannot {what} in {self.name}: {why}", code="MLE618", hint=hint)


_VERSION: Final = re.compile(r"(.+)\.(\d{10})")


def _place(key: str) -> tuple[str, str]:
    """Return the directory of a key and its name in there."""
    project, environment, rest = key.split("/", 2)
    assert "~" not in rest, key
    return f"{project}/{environment}", rest.replace("/", "~")


def _tag(number: int, data: bytes) -> str:
    """Return what a version is told by."""
    return f"{number}-{hashlib.sha256(data).hexdigest()}"
