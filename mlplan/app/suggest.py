"""Suggest: what to say of a word that names nothing, with the nearest one that does."""

from collections.abc import Iterable
from difflib import get_close_matches

from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake


def unknown_address(address: str, known: Iterable[str], why: str) -> Mistake:
    """Return the mistake for an address that is not among those known."""
    return Mistake(Diagnostic("MLE703", f"{address} {why}", hint=nearest(address, known)))


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint with the words most like this one, or with how many there are."""
    choices = list(known)
    near = get_close_matches(word, choices, n=3)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"there are: {', '.join(sorted(choices)[:10])}{', ...' if len(choices) > 10 else ''}" if choices else ""  # noqa: PLR2004
