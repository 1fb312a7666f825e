"""Syntax: libyaml's complaints in words that say what to do."""

from typing import Any, Final

import yaml

from mlplan.config.decode import place
from mlplan.core.diagnostic import Diagnostic

_KNOWN: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "mapping values are not allowed",
        "a `: ` where no mapping can begin",
        "quote the text if the colon belongs to it; else check the indentation, and the line before for a missing colon",
    ),
    ("expected ',' or", "a bracket or brace that is not closed", "close it; inside { } and [ ], quote ${...}"),
    ("expected node content", "something is missing here", "write the value, or close the bracket"),
    ("expected ':'", "a key without a colon", "add `:` and a value, or indent the line"),
    ("expected key", "the line does not fit the block that it stands in", "check the indentation"),
    ("expected '-' indicator", "the line does not fit the list that it stands in", "check the indentation"),
    ("expected <document start>", "something follows the end of the document", "check the indentation and quotes"),
    ("unexpected end of stream", "a quotation mark that is not closed", "close it"),
    ("unexpected document indicator", "a quotation mark that is not closed", "close it"),
    ("escape", "an escape that does not exist", "double the backslash, or use single quotes"),
    ("undefined alias", "an alias (*name) stands here; files are plain data", "write the value out"),
)

_OPEN_QUOTE = ("unexpected end of stream", "unexpected document indicator")
"""Complaints that come long after the quotation mark that causes them."""
_NO_START = "cannot start any token"
_TAB = ("a tab where spaces belong", "indent with spaces")


def syntax_error(error: yaml.MarkedYAMLError, text: str, file: str) -> Diagnostic:
    """Return what libyaml could not read, and where."""
    problem = str(error.problem or error.context or "not YAML")
    mark: Any = error.problem_mark or error.context_mark
    quoted = any(part in problem for part in _OPEN_QUOTE)
    if error.context_mark and (quoted or ("expected ',' or" in problem and _lines_apart(mark, error.context_mark))):
        mark = error.context_mark
    index = min(mark.index, len(text.rstrip())) if mark else 0
    summary, hint = _explain(problem, text[index : index + 1])
    detail = f"libyaml: {problem}"
    return Diagnostic("MLE110", summary, source=place(text, index, file), hint=hint, detail=detail)


def _explain(problem: str, character: str) -> tuple[str, str]:
    """Return what is wrong and what to do about it."""
    if _NO_START in problem and character == "\t":
        return _TAB
    if _NO_START in problem and character:
        return f"an unquoted value that begins with {character}", "quote it"
    for part, summary, hint in _KNOWN:
        if part in problem:
            return summary, hint
    return problem, "check the line and the one before"


def _lines_apart(one: Any, other: Any) -> bool:
    """Tell whether two marks are both there and on different lines."""
    return bool(one and other and one.line != other.line)
