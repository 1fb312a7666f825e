"""Difference: what an edit changes in a file, in the form of `diff -u`, safe to print."""

import difflib
import re
from collections.abc import Iterator

from mlplan.config.mask import shown

NOWHERE = "/dev/null"
OPEN_END = "\\ No newline at end of file"
_BREAK = re.compile(r"\r\n|\r|\n")


def difference(file: str, before: str | None, after: str) -> list[str]:
    """Return the lines of a unified diff, none of them with its line break; `before` is None for a new file.

    Lines are masked as those of findings are, because a file may hold a secret by mistake.
    """
    old, new = _lines(before or ""), _lines(after)
    origin = NOWHERE if before is None else f"a/{file}"
    found = difflib.unified_diff(old, new, origin, f"b/{file}", lineterm="")
    return list(_printable(found))


def _lines(text: str) -> list[str]:
    """Return the lines of a text; a last one that nothing ends is marked, as it differs from one that is ended."""
    *lines, last = _BREAK.split(text)
    return [*lines, f"{last}\n{OPEN_END}"] if last else lines


def _printable(found: Iterator[str]) -> Iterator[str]:
    """Yield lines that may be shown."""
    for place, line in enumerate(found):
        head, marked, _ = line.partition("\n")
        yield head if place < 2 else head[:1] + shown(head[1:])  # noqa: PLR2004 - the names of both files
        if marked:
            yield OPEN_END
