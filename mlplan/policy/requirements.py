"""Requirements: what a version needs installed is known, pinned, and not another world than before."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from pydantic import Field

from mlplan.core.kind import Model
from mlplan.core.values import Values
from mlplan.policy.reading import gap, version
from mlplan.policy.rule import Seen, Verdict, failed, passed, rule, unknown

_SHOWN = 8


class Pins(Model):
    """Which packages need no pin."""

    ignore: list[str] = Field([], description="Patterns of packages that need none.")


class Steps(Model):
    """Which changes are too large, and for which packages."""

    changes: list[str] = Field(
        ["major", "downgraded", "unreadable"], min_length=1, description="Changes that fail: major, minor, removed, ..."
    )
    packages: list[str] = Field(["*"], min_length=1, description="Patterns of packages that count.")


class PythonSteps(Model):
    """Which changes of Python are too large."""

    changes: list[str] = Field(
        ["major", "minor", "downgraded", "changed"], min_length=1, description="Changes that fail."
    )


@rule("MLP045", "the new version lists its requirements", "promotion")
def has_requirements(seen: Seen) -> Iterator[Verdict]:
    """Judge whether a model says what it needs installed."""
    blind = list(gap(seen, "what it needs installed", "requirements"))
    if blind:
        yield from blind
    elif seen.after.get("requirements"):
        yield passed(f"{version(seen)} lists {len(seen.after['requirements'])}")
    else:
        yield failed(f"{version(seen)} lists no requirements", hint="log the model with `pip_requirements=`")


@rule("MLP046", "requirements are pinned", "promotion", options=Pins)
def pinned(seen: Seen) -> Iterator[Verdict]:
    """Judge whether each requirement names one version."""
    lines = seen.after.get("requirements")
    if not lines:
        return
    loose = [line for line in lines if not _pinned(str(line)) and not _ignored(str(line), seen.options.ignore)]
    if loose:
        hint = "pin with ==; what is not pinned is decided on the day when the container is built"
        yield failed(f"{len(loose)} of {len(lines)} are not pinned", detail=_some(loose), hint=hint)
    else:
        yield passed(f"all {len(lines)} are pinned")


@rule("MLP047", "no requirement takes too large a step", "promotion", options=Steps)
def no_major_change(seen: Seen) -> Iterator[Verdict]:
    """Judge how far packages are from those of the version now in place."""
    summary: Values = seen.subject.get("requirements_summary") or {}
    rows = seen.subject.get("requirements")
    if seen.subject.get("from") is None:
        return
    if rows is None or summary.get("worst") == "unknown":
        yield unknown("the requirements cannot be compared", detail=str(summary.get("reason") or ""))
        return
    far = [one for one in rows if one["change"] in seen.options.changes and _named(one["name"], seen.options.packages)]
    if far:
        lines = [
            f"{one['name']}: {one['before'] or '(absent)'} -> {one['after'] or '(gone)'} ({one['change']})"
            for one in far
        ]
        hint = "test the model with exactly these, or go in smaller steps"
        yield (
            failed(lines[0], hint=hint)
            if len(far) == 1
            else failed(f"{len(far)} packages change much", detail=_some(lines), hint=hint)
        )
    else:
        yield passed()


@rule("MLP048", "Python stays the same", "promotion", options=PythonSteps)
def same_python(seen: Seen) -> Iterator[Verdict]:
    """Judge whether the model runs on another Python than the version now in place."""
    if seen.subject.get("from") is None:
        return
    python: Values = seen.subject.get("python") or {}
    change = python.get("change", "unknown")
    if change == "unknown":
        yield unknown("the versions of Python are not both known", detail=str(python.get("reason") or ""))
    elif change in seen.options.changes:
        yield failed(f"Python {python.get('before')} -> {python.get('after')}", hint="test the model on the new one")
    else:
        yield passed(f"Python {python.get('after')}")


def _pinned(line: str) -> bool:
    """Tell whether a line of requirements names one version, or one file; options are none of both."""
    bare = line.partition("#")[0].partition(";")[0].strip()
    exact = "==" in bare and "*" not in bare.partition("==")[2]
    return exact or "@" in bare or not bare or bare.startswith("-")


def _ignored(line: str, patterns: list[str]) -> bool:
    """Tell whether a line is about a package that needs no pin."""
    name = line
    for mark in "[<>=!~; ":
        name = name.partition(mark)[0]
    return bool(patterns) and _named(name, patterns)


def _named(package: str, patterns: list[str]) -> bool:
    """Tell whether a package fits a pattern."""
    return any(fnmatchcase(package.lower(), one.lower()) for one in patterns)


def _some(lines: list[str]) -> str:
    """Return the first lines, and how many more there are."""
    more = [f"and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return "\n".join([*lines[:_SHOWN], *more])
