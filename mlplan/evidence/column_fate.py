"""Column fate: what becomes of callers' values in a column, for each way of calling, and why.

    safe < coerced < rejected

`safe`: every value arrives as it was. `coerced`: values are accepted, and some arrive as others, or as what
the new version does not expect. `rejected`: the request fails. Rejected counts as the worst, as a request that
fails for one column gets no answer, however well its other columns fare.

Where it depends on the value, the verdict is that of everyday values, and the reason tells of the others:
`double` to `integer` is coerced by JSON, though it refuses what no integer can hold, and `string` to `double`
is rejected, though text that spells a number passes. Neither is ever called safe.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

Verdict = Literal["safe", "coerced", "rejected", "unknown"]
WAYS = ("dataframe", "json", "bare")
"""`dataframe`: a DataFrame, in the caller's process or as a Spark UDF. `json`: a table by REST, whose columns are
named: `dataframe_split`, `dataframe_records`, `inputs`, `instances`. `bare`: JSON without the lists or the
names: one row as `inputs: {"age": 3}`, the one column as `inputs: [3, 4]`, or a chat request."""
ORDER: tuple[Verdict, ...] = ("safe", "coerced", "rejected", "unknown")


class Fate(NamedTuple):
    """What becomes of values."""

    dataframe: Verdict = "safe"
    json: Verdict = "safe"
    bare: Verdict = "safe"
    why: tuple[str, ...] = ()

    @property
    def gravity(self) -> int:
        """Return the place of the worst verdict in their order."""
        return max(ORDER.index(one) for one in self.verdicts)

    @property
    def verdicts(self) -> tuple[Verdict, Verdict, Verdict]:
        """Return the verdicts in the order of the ways."""
        return self[:3]


SAFE = Fate()


def alike(verdict: Verdict, why: str = "") -> Fate:
    """Return the fate that is the same for all callers."""
    return Fate(verdict, verdict, verdict, (why,) if why else ())


def worst(fates: Iterable[Fate]) -> Fate:
    """Return what becomes of values that several fates meet."""
    found = list(fates)
    by_frame, by_json, bare = (
        max(ways, key=ORDER.index) for ways in zip(*(one.verdicts for one in found), strict=True)
    )
    return Fate(by_frame, by_json, bare, tuple(dict.fromkeys(why for one in found for why in one.why)))
