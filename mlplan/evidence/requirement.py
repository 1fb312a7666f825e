"""Requirement: one line of requirements.txt, or of the pip part of conda.yaml, as pip reads it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.requirements import Requirement as Parsed

LONGEST = 200
"""Characters of a line that are shown."""
_COMMENT = re.compile(r"(^|\s)#.*$")
_OPTIONS = re.compile(r"\s+(?=-)")
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
_EXACT_URL = re.compile(r"@[0-9a-f]{40}(#|$)|#(.*&)?(md5|sha\d+)=|\.(zip|whl|tar\.\w+)(#|$)")
_ELSEWHERE = ("-r", "--requirement", "-c", "--constraint")
_EDITABLE = ("-e", "--editable")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A package that a model asks for."""

    name: str
    """In the one spelling that package indexes compare."""
    version: str = ""
    """The one version that fits; empty when several may, or when a URL does not tell."""
    asks: str = ""
    """The specifiers."""
    url: str = ""
    """Where it comes from, when that is no index."""
    extras: frozenset[str] = frozenset()
    marker: str = ""
    """In which environments the line counts."""
    options: frozenset[str] = frozenset()
    """Its hashes and other options of pip."""
    exact: bool = False
    """Whether the same thing is installed each time."""

    @property
    def text(self) -> str:
        """Return what people compare: the version, or else what is asked."""
        return self.version or self.url or self.asks or "any"


@dataclass(frozen=True, slots=True)
class Option:
    """A line that tells pip where or how to look for all packages."""

    line: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that names no package by pip's rules, or leads elsewhere."""

    line: str
    reason: str


Line = Requirement | Option | Unreadable


def masked(line: str) -> str:
    """Return a line without the credentials that its URLs carry."""
    return _CREDENTIALS.sub("***@", line)


def short(line: str) -> str:
    """Return as much of a line as is worth showing."""
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def read(lines: Iterable[str]) -> Iterator[Line]:
    """Yield what each logical line says; blank lines and comments say nothing."""
    for line in _logical(lines):
        yield _line(masked(line))


def _logical(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines without comments, those that end in a backslash joined with the next."""
    begun = ""
    for line in "\n".join(lines).splitlines():
        if line.rstrip().endswith("\\") and not line.lstrip().startswith("#"):
            begun += line.rstrip().removesuffix("\\") + " "
            continue
        text = _COMMENT.sub("", begun + line).strip()
        begun = ""
        if text:
            yield text
    if last := _COMMENT.sub("", begun).strip():
        yield last


@lru_cache(maxsize=4096)
def _line(line: str) -> Line:
    """Return what a logical line says; the models of a project share most of theirs."""
    first = re.split(r"[\s=]", line, maxsplit=1)[0]
    if first in _ELSEWHERE:
        return Unreadable(line, "what it leads to is not part of the model")
    if first in _EDITABLE:
        return Unreadable(line, "an editable install has no fixed content")
    if first.startswith("-"):
        return Option(line)
    asked, *options = _OPTIONS.split(line)
    found = _wheel(asked) or _package(asked)
    return replace(found, options=frozenset(options)) if isinstance(found, Requirement) else found


def _package(text: str) -> Line:
    """Return the requirement that a text is, by the grammar of PEP 508."""
    from packaging.requirements import Requirement as Parsed  # noqa: PLC0415 - many plans read no requirements
    from packaging.utils import canonicalize_name  # noqa: PLC0415

    try:
        parsed = Parsed(text)
    except (ValueError, RecursionError) as error:
        why = str(error).partition("\n")[0] if isinstance(error, ValueError) else "it is nested too deep"
        return Unreadable(text, f"pip does not read it: {why}")
    found = _asked(parsed)
    extras = frozenset(canonicalize_name(extra) for extra in parsed.extras)
    return replace(found, name=canonicalize_name(parsed.name), extras=extras, marker=str(parsed.marker or ""))


def _asked(parsed: "Parsed") -> Requirement:
    """Return which versions fit."""
    if parsed.url:
        named = _wheel(parsed.url)
        return named or Requirement("", url=parsed.url, exact=bool(_EXACT_URL.search(parsed.url)))
    pins = {one.version for one in parsed.specifier if one.operator in ("==", "===") and not one.version.endswith(".*")}
    version = pins.pop() if len(pins) == 1 else ""
    return Requirement("", version=version, asks=str(parsed.specifier), exact=bool(version))


def _wheel(text: str) -> Requirement | None:
    """Return the package of a wheel that is named by its path or URL; None when the text names no wheel."""
    from packaging.utils import parse_wheel_filename  # noqa: PLC0415 - many plans read no requirements

    path = text.partition("#")[0].partition("?")[0]
    if not path.endswith(".whl") or re.search(r"\s", path):
        return None
    try:
        name, version, _, _ = parse_wheel_filename(path.rpartition("/")[2].replace("%2B", "+"))
    except ValueError:
        return None
    return Requirement(name, version=str(version), url=text, exact=True)
