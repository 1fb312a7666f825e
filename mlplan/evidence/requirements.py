"""Requirements: what two versions of a model need installed, compared package by package.

    same  removed  patch  added  minor  changed  unpinned  major  downgraded  unreadable

from harmless to grave. `changed` is the same release asked for otherwise: by URL, build, extras, marker or
hashes. `unpinned` is said of every package that has no one version now, even if its line is as it was: what
is installed is decided when the container is built. An unreadable line is the gravest, as it may hide any of
the others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mlplan.evidence.release import step
from mlplan.evidence.requirement import Option, Requirement, Unreadable, read, short

ORDER = ("same", "removed", "patch", "added", "minor", "changed", "unpinned", "major", "downgraded", "unreadable")
Row = dict[str, Any]
Lines = frozenset[Requirement]


@dataclass(slots=True)
class _Listed:
    """The lines of one version, sorted by what they are."""

    packages: dict[str, Lines] = field(default_factory=dict)
    options: set[str] = field(default_factory=set)
    unreadable: dict[str, str] = field(default_factory=dict)


def compare(before: Sequence[str] | None, after: Sequence[str] | None) -> dict[str, Any]:
    """Return a row per package that differs or is not pinned, the gravest first, and how many are the same.

    `unpinned` names every package of the new version that has no one version. A side that is None is not known,
    which makes the comparison `unknown`.
    """
    loose = (
        [] if after is None else sorted(name for name, lines in _listed(after).packages.items() if not _exact(lines))
    )
    if before is None or after is None:
        sides = [side for side, lines in (("old", before), ("new", after)) if lines is None]
        reason = f"the requirements of the {' and the '.join(sides)} version are not known"
        return {"rows": [], "worst": "unknown", "unchanged": 0, "unpinned": loose, "reason": reason}
    old, new = _listed(before), _listed(after)
    names = old.packages.keys() | new.packages.keys()
    rows = [_package(name, old.packages.get(name, Lines()), new.packages.get(name, Lines())) for name in names]
    unchanged = sum(row["change"] == "same" for row in rows)
    rows = [row for row in rows if row["change"] != "same"] + _options(old, new) + _unreadable(old, new)
    rows.sort(key=lambda row: (-ORDER.index(row["change"]), row["name"]))
    worst = rows[0]["change"] if rows else "same"
    return {"rows": rows, "worst": worst, "unchanged": unchanged, "unpinned": loose, "reason": ""}


def _listed(lines: Iterable[str]) -> _Listed:
    """Return lines sorted by what they are."""
    made = _Listed()
    for line in read(lines):
        match line:
            case Requirement():
                made.packages[line.name] = made.packages.get(line.name, Lines()) | {line}
            case Option():
                made.options.add(line.line)
            case Unreadable():
                made.unreadable[line.line] = line.reason
    return made


def _package(name: str, old: Lines, new: Lines) -> Row:
    """Return the row of one package; several lines of it are for several environments."""
    gone, come = old - new, new - old
    if len(gone) == len(come) == 1:
        change, reason = _pair(*gone, *come)
    elif not old:
        change, reason = "added", "" if _exact(new) else "it is not pinned"
    elif not new:
        change, reason = "removed", ""
    elif gone or come:
        change, reason = "changed", "several lines, for several environments"
    else:
        change, reason = ("same", "") if _exact(new) else ("unpinned", _open(new))
    return _row(name, _text(old), _text(new), change, reason)


def _pair(old: Requirement, new: Requirement) -> tuple[str, str]:
    """Return how one line became another."""
    others = _others(old, new)
    if not new.exact:
        return "unpinned", "; ".join([_open([new]), *others])
    if not old.exact:
        return "changed", "; ".join(["it is pinned now", *others])
    if not (old.version and new.version):
        return "changed", "; ".join(others)
    change, reason = step(old.version, new.version)
    if change == "same" and others:
        change = "changed"
    return change, "; ".join([*filter(None, [reason]), *others])


def _others(old: Requirement, new: Requirement) -> list[str]:
    """Return what differs besides the version."""
    made = []
    if old.url != new.url:
        made.append("it comes from elsewhere")
    if old.extras != new.extras:
        made.append(f"extras {_names(old.extras)} -> {_names(new.extras)}")
    if old.marker != new.marker:
        made.append(f"for {old.marker or 'every environment'} -> {new.marker or 'every environment'}")
    if old.options != new.options:
        made.append("other hashes or options")
    return made


def _options(old: _Listed, new: _Listed) -> list[Row]:
    """Return the options that one side alone has."""
    reason = "decides where packages come from, or how"
    gone = [_row(line, line, None, "removed", reason) for line in old.options - new.options]
    return gone + [_row(line, None, line, "added", reason) for line in new.options - old.options]


def _unreadable(old: _Listed, new: _Listed) -> list[Row]:
    """Return the lines that nothing can be said of, those of both sides once."""
    return [
        _row(line, line if line in old.unreadable else None, line if line in new.unreadable else None,
             "unreadable", reason)
        for line, reason in (old.unreadable | new.unreadable).items()
    ]  # fmt: skip


def _row(name: str, before: str | None, after: str | None, change: str, reason: str) -> Row:
    """Return a row as plan documents carry it."""
    shown = [None if text is None else short(text) for text in (before, after)]
    return {"name": short(name), "before": shown[0], "after": shown[1], "change": change, "reason": short(reason)}


def _exact(lines: Iterable[Requirement]) -> bool:
    """Tell whether every line asks for one thing."""
    return all(line.exact for line in lines)


def _open(lines: Iterable[Requirement]) -> str:
    """Return why the same lines may install something else tomorrow."""
    asked = sorted(line.text for line in lines if not line.exact)
    return (
        "what is installed is decided later" if asked == ["any"] else f"whatever fits {', '.join(asked)} is installed"
    )


def _text(lines: Iterable[Requirement]) -> str | None:
    """Return what is asked for, or None when nothing is."""
    return ", ".join(sorted({line.text for line in lines})) or None


def _names(extras: Iterable[str]) -> str:
    """Return extras for people."""
    return f"[{', '.join(sorted(extras))}]"
