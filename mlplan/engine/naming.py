"""Naming: which texts of one environment stand for which of another: `staging.ml.score` is to one what `prod.ml.score` is to the other."""

import re
from collections.abc import Iterable

Pair = tuple[str, str]
_WORD = re.compile(r"[A-Za-z0-9]+")


class Naming:
    """Pairs of names, and whether two texts differ in nothing but those."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        """Take the pairs; a name that is the same in both needs none."""
        self._pairs = {(left, right) for left, right in pairs if left != right and left and right}
        self._by_word: dict[str, list[Pair]] = {}
        for pair in sorted(self._pairs):
            word = _WORD.search(pair[0])
            self._by_word.setdefault(word[0] if word else "", []).append(pair)

    def alike(self, left: str, right: str) -> bool:
        """Tell whether a text becomes the other one when names in it are replaced by their counterparts.

        Names are replaced as whole words only; text that is the same in both may stay as it is.
        """
        if left == right or (left, right) in self._pairs:
            return True
        words = {"", *_WORD.findall(left)}
        pairs = [pair for word in words for pair in self._by_word.get(word, ()) if pair[0] in left and pair[1] in right]
        return bool(pairs) and _reaches(left, right, pairs)


def _reaches(left: str, right: str, pairs: list[Pair]) -> bool:
    """Tell whether both texts can be gone through side by side, by equal characters and by pairs."""
    seen, waiting = {(0, 0)}, [(0, 0)]
    while waiting:
        i, j = waiting.pop()
        if (i, j) == (len(left), len(right)):
            return True
        onward = [(i + 1, j + 1)] if left[i : i + 1] == right[j : j + 1] != "" else []
        for one, other in pairs:
            if left.startswith(one, i) and right.startswith(other, j):
                ends = i + len(one), j + len(other)
                if _whole(left, i, ends[0]) and _whole(right, j, ends[1]):
                    onward.append(ends)
        fresh = set(onward) - seen
        seen |= fresh
        waiting += fresh
    return False


def _whole(text: str, start: int, end: int) -> bool:
    """Tell whether a part of a text begins and ends where a word does."""
    return not (_inside(text, start) or _inside(text, end))


def _inside(text: str, at: int) -> bool:
    """Tell whether a place lies between two characters of a word."""
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()
