"""Probe: a store proves that it heeds conditions before anything depends on it.

Many stores that speak S3's protocol take a conditional write and ignore the condition. On such a store two runs
could hold the lock at once, and no answer would ever show it.
"""

from typing import Final

from mlplan.core.errors import StateError
from mlplan.state.objects.place import Place, unclear
from mlplan.state.objects.port import Clash, Lost

KEY: Final = "probe"
_TRIES: Final = 4


def prove(place: Place) -> None:
    """Raise StateError unless the store refuses both kinds of write whose condition does not hold."""
    if _taken(place, None) and _taken(place, None):
        raise _careless(place, "wrote over an object that was to be written only if there is none (If-None-Match)")
    if _taken(place, place.foreign_tag):
        raise _careless(place, "replaced an object that is not the one that was to be replaced (If-Match)")


def _taken(place: Place, tag: str | None) -> bool:
    """Write fresh bytes on a condition, and tell whether they were taken."""
    why = ""
    for pause in range(_TRIES):
        try:
            place.attempt("lock:probe", KEY, place.effects.token().encode(), tag)
        except Clash:
            return False
        except Lost as error:
            why = str(error)
            place.effects.clock.sleep(pause / 4)
        else:
            return True
    raise unclear(place.called(KEY), why)


def _careless(place: Place, what: str) -> StateError:
    """Return the error for a store that ignores conditions."""
    hint = "keep state in a store that heeds conditional writes; `mlplan explain MLE617` names some that do"
    return StateError(f"{place.called('')} is not safe for state: the store {what}", code="MLE617", hint=hint)
