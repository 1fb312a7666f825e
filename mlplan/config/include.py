"""Include: which files belong to a project, by the glob patterns of `include:`.

`*` and `?` stay inside one folder, `**` spans folders. Names that begin with a dot are skipped, and
folders behind links are not entered, so that the list of files is what the repository shows.
"""

import os
import re
from collections.abc import Iterator
from typing import Final

MAX_FILES: Final = 20_000
MAX_ENTRIES: Final = 200_000


class TooMany(Exception):
    """The folders hold more than anyone would include on purpose."""


def refusal(pattern: str) -> str:
    """Return why a pattern is not allowed, or nothing."""
    parts = pattern.split("/")
    if pattern.startswith(("/", "~")) or "\\" in pattern or re.match(r"[A-Za-z]:", pattern):
        return "an include pattern is relative to the project's root, with / between folders"
    if ".." in parts:
        return "an include pattern stays under the project's root"
    if any(part.startswith(".") for part in parts):
        return "files and folders that begin with a dot are not included"
    if not pattern or "" in parts:
        return "an include pattern names files"
    return ""


def expand(root: str, pattern: str) -> list[str]:
    """Return the matching files, sorted, relative to the root; TooMany when there is no end to them."""
    matches = re.compile(_regex(pattern)).fullmatch
    found = [name for name in _walk(root, _fixed(pattern)) if matches(name)]
    if len(found) > MAX_FILES:
        raise TooMany(f"{pattern} matches more than {MAX_FILES:,} files")
    return sorted(found)


def _fixed(pattern: str) -> str:
    """Return the folders before the first wildcard."""
    fixed = []
    for part in pattern.split("/")[:-1]:
        if any(c in part for c in "*?["):
            break
        fixed.append(part)
    return "/".join(fixed)


def _walk(root: str, start: str) -> Iterator[str]:
    """Yield every entry that is not a folder below `start`, relative to the root."""
    folders, seen = [start], 0
    while folders:
        folder = folders.pop()
        for entry in _entries(f"{root}/{folder}"):
            seen += 1
            if seen > MAX_ENTRIES:
                raise TooMany(f"more than {MAX_ENTRIES:,} files and folders under {start or 'the root'}")
            if entry.name.startswith("."):
                continue
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif not _leads_to_folder(entry):
                yield path


def _leads_to_folder(entry: "os.DirEntry[str]") -> bool:
    """Tell whether a link leads to a folder; one that leads nowhere is left for the reader to refuse."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _entries(folder: str) -> list["os.DirEntry[str]"]:
    """Return what a folder holds; nothing when it does not exist, as the pattern then matches nothing."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _regex(pattern: str) -> str:
    """Return the regular expression of a pattern."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[!?[^\]/]+\])", pattern)
    return "".join(_WILD.get(part) or _class(part) or re.escape(part) for part in parts)


_WILD: Final = {"**/": r"(?:[^/]+/)*", "**": r".*", "*": r"[^/]*", "?": r"[^/]"}


def _class(part: str) -> str:
    """Return a character class, or nothing."""
    if len(part) < 3 or not part.startswith("["):  # noqa: PLR2004 - brackets around something
        return ""
    negated, inner = part[1] == "!", part[1:-1].removeprefix("!")
    return f"[{'^/' if negated else ''}{re.escape(inner).replace(chr(92) + '-', '-')}]"
