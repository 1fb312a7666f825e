"""Column values: what becomes of one value when its column's type changes.

A row is the old type, a column the new one; `.` is safe, `c` coerced, `r` rejected. DATAFRAME is also what holds
inside of arrays, objects and maps, by JSON too. A test asks MLflow itself for every cell.
"""

from mlplan.evidence.column_fate import SAFE, Fate, Verdict
from mlplan.evidence.column_types import ANY, SCALARS

_LETTERS: dict[str, Verdict] = {".": "safe", "c": "coerced", "r": "rejected"}
_DATAFRAME = """
    boolean   . r r r r r r r .
    integer   r . . r . r r r .
    long      r r . r r r r r .
    float     r r r . . r r r .
    double    r r r r . r r r .
    string    r r r r r . c r .
    binary    c r r r r c . r .
    datetime  r r r r r r r . .
    any       r r r r r r r r .
"""
_JSON = """
    boolean   . c c c c c r r .
    integer   c . . c . c r c .
    long      c c . c c c r c .
    float     c c c . . c r c .
    double    c c c c . c r c .
    string    c r r r r . r r c
    binary    c r r r r c . r c
    datetime  c r r r r c r . c
    any       r r r r r r r r .
"""
_BARE = """
    boolean   . c c c c c c c .
    integer   c . . c . c c c .
    long      c r . c c c c c .
    float     c c c . . c c r .
    double    c c c c . c c r .
    string    c r r r r . r r c
    binary    c r r r r c . r c
    datetime  c r r r r c c . c
    any       r r r r r r r r .
"""
Table = dict[tuple[str, str], Verdict]


def _table(text: str) -> Table:
    """Return the verdicts that a table holds."""
    rows = [line.split() for line in text.strip().splitlines()]
    return {(before, after): _LETTERS[one] for before, *row in rows for after, one in zip(SCALARS, row, strict=True)}


DATAFRAME, JSON, BARE = _table(_DATAFRAME), _table(_JSON), _table(_BARE)
WHOLE, FRACTION = ("integer", "long"), ("float", "double")
NUMBERS = WHOLE + FRACTION
WIDER = {("integer", "long"), ("integer", "double"), ("float", "double")}
"""Pairs of which the second type holds every value of the first."""


def value_fate(before: str, after: str) -> Fate:
    """Return what becomes of the values of a column whose type changes."""
    by_frame, by_json = DATAFRAME[before, after], JSON[before, after]
    if (by_frame, by_json) == ("safe", "safe"):
        return SAFE
    taken = _by_json(before, after) if by_json == "coerced" else ""
    return Fate(by_frame, by_json, BARE[before, after], (_why(before, after, (by_frame, by_json), taken),))


def inner_fate(before: str, after: str) -> Fate:
    """Return what becomes of values inside of arrays, objects and maps, which MLflow checks alike for all callers."""
    verdict = DATAFRAME[before, after]
    if verdict == "safe":
        return SAFE
    why = f"{after} takes no {before}" if verdict == "rejected" else f"{before} is taken for {after} unchecked"
    return Fate(verdict, verdict, verdict, (why,))


def value_change(before: str, after: str) -> str:
    """Return the word for a change of type."""
    if after == ANY or (before, after) in WIDER:
        return "widened"
    if before == ANY or (after, before) in WIDER or (before in FRACTION and after in WHOLE):
        return "narrowed"
    return "retyped"


def _why(before: str, after: str, verdicts: tuple[Verdict, Verdict], taken: str) -> str:
    """Return why a change of type is not safe for all callers."""
    if verdicts == ("rejected", "rejected"):
        numerals = before == "string" and after in NUMBERS
        return f"{after} takes no {before}" + (", but for text that spells a number in JSON" if numerals else "")
    if verdicts == ("coerced", "rejected"):
        return f"a DataFrame's {before} arrives as it is, unchecked, and JSON is refused"
    told = {"rejected": "a DataFrame is refused, but ", "coerced": f"a DataFrame's {before} arrives unchecked; "}
    return f"{told.get(verdicts[0], '')}by JSON {taken}"


def _by_json(before: str, after: str) -> str:
    """Return what JSON makes of values that it takes."""
    exact = {
        ("long", "integer"): "2147483648 becomes -2147483648",
        ("long", "double"): "9007199254740993 becomes 9007199254740992",
        ("integer", "float"): "16777217 becomes 16777216",
        ("long", "float"): "16777217 becomes 16777216",
        ("double", "float"): "0.1 becomes 0.10000000149011612",
        ("string", ANY): "a list of texts in `inputs` becomes one value",
    }
    if (before, after) in exact:
        return exact[before, after]
    if before in FRACTION and after in WHOLE:
        return "1.5 becomes 1"
    if after == "boolean":
        return "every value but 0 and empty text becomes true"
    if after == "datetime":
        return "a number becomes nanoseconds since 1970"
    if before in ("binary", "datetime"):
        return {"binary": "base64 text arrives undecoded", "datetime": "a date arrives as unread text"}[before]
    return "true becomes 1" if after in NUMBERS else f"{before} arrives as it is, or as its text in `inputs`"
