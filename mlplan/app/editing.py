"""Editing: the version of an alias changed in the project's files, and changed back when anything else came of it."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mlplan.app.sameness import same_but_for
from mlplan.app.session import Request
from mlplan.config.alias import Written, rewritten, stands_at
from mlplan.config.project import load
from mlplan.core.declaration import Declaration, Resource
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.effect import Effects
from mlplan.core.errors import Mistake
from mlplan.kinds import spec

NEW = 0o644
"""Of a file that is made."""


@dataclass(frozen=True, slots=True)
class Edited:
    """An alias with another version in the project's files."""

    address: str
    id: str
    before: int
    after: int
    file: str
    """Where it is written now; relative to the project's root."""
    over: str
    """The file that it was read from, when several environments read that one; otherwise nothing."""
    lines: list[str]
    """What changed, as a unified diff; nothing when that version is declared already."""
    why: str = ""
    """Why it is this version, when nobody named it."""
    written: bool = False

    def document(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "address": self.address,
            "id": self.id,
            "before": self.before,
            "after": self.after,
            "file": self.file,
            "over": self.over or None,
            "why": self.why or None,
            "written": self.written,
            "diff": self.lines,
        }


def edit(request: Request, seen: Declaration, alias: Resource, version: int, *, dry_run: bool) -> Edited:
    """Give a declared alias another version; Mistake when that cannot be done, and then every file is as it was."""
    if alias.values["version"] == version:
        return _edited(alias, version, stands_at(seen, alias).file, [])
    found = rewritten(seen, alias, version)
    over = "" if found.source.file == found.file else found.source.file
    made = _edited(alias, version, found.file, found.lines, over)
    if dry_run:
        return made
    with _kept(request.effects, seen.root / found.file, found):
        _check(request, seen, alias, version)
    return replace(made, written=True)


def _edited(alias: Resource, version: int, file: str, lines: list[str], over: str = "") -> Edited:
    """Return an edit that is not yet written."""
    before = int(alias.values["version"])
    return Edited(alias.address, spec(alias.kind).identify(alias.values), before, version, file, over, lines)


@contextmanager
def _kept(effects: Effects, path: Path, found: Written) -> Iterator[None]:
    """Write a file, and put it back as it was if what follows fails."""
    made = not path.parent.exists()
    _write(effects, path, found.after)
    try:
        yield
    except BaseException:
        if found.before is None:
            effects.run(f"remove {found.file}", path.unlink)
            if made:
                effects.run(f"remove {path.parent.name}", path.parent.rmdir)
        else:
            _write(effects, path, found.before)
        raise


def _write(effects: Effects, path: Path, data: bytes) -> None:
    """Write a file in one move; it keeps its mode, and a link to it stays one."""
    real = path.resolve()
    temporary = real.with_name(f".{real.name}.{effects.token()}.tmp")

    def write() -> None:
        real.parent.mkdir(parents=True, exist_ok=True)
        mode = stat.S_IMODE(real.stat().st_mode) if real.exists() else None
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, NEW)
        with os.fdopen(descriptor, "wb") as file:
            if mode is not None:
                os.fchmod(descriptor, mode)
            file.write(data)
        temporary.replace(real)

    try:
        effects.run(f"write {path.name}", write)
    except OSError as error:
        summary = f"cannot write {path}: {error.strerror or error}"
        raise Mistake(Diagnostic("MLE706", summary, hint="check its permissions and those of its directory")) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def _check(request: Request, seen: Declaration, alias: Resource, version: int) -> None:
    """Load the project anew; Mistake unless it is the old one with that version, and with what refers to it."""
    loaded = load(request.root, seen.environment.name, request.variables)
    if loaded.declaration is not None and same_but_for(alias, version, seen, loaded.declaration):
        return
    summary = "with this version written, the project declares something else than before; its files are as they were"
    hint = "write the version by hand, and see what `mlplan validate` says"
    raise Mistake(Diagnostic("MLE344", summary, address=alias.address, hint=hint), *loaded.diagnostics)
