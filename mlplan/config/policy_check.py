"""Policy check: what the types of a policy's blocks cannot tell: parts that belong together, days, expressions."""

import re
from collections.abc import Collection, Iterator
from datetime import date

from mlplan.config.validate import Fault
from mlplan.core import duration
from mlplan.core.policy import OWN_CODE, Rulebook
from mlplan.core.values import Unknown, Values

_ASKS = ("metric", "held", "tag")
_BOUNDS = ("min", "max", "max_drop", "max_rise")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SUBJECTS = ("resource", "change", "promotion", "plan")


def faults_of_gate(gate: Values) -> Iterator[Fault]:
    """Yield what is wrong with a gate whose fields are each as they should be."""
    asked = [name for name in _ASKS if gate.get(name) is not None]
    bounds = [name for name in _BOUNDS if gate.get(name) is not None]
    if len(asked) != 1:
        summary = f"a gate asks for one thing, this one asks for {' and '.join(asked) or 'nothing'}"
        yield Fault((), "MLE323", summary, "use one of metric, held and tag, and a gate of its own for each")
    elif asked == ["metric"] and not bounds:
        yield Fault(("metric",), "MLE323", "the metric has no bound", f"add one of {', '.join(_BOUNDS)}")
    elif asked != ["metric"] and (bounds or gate.get("same_data") is not None):
        odd = bounds[0] if bounds else "same_data"
        yield Fault((odd,), "MLE323", f"`{odd}` belongs to a metric", "add `metric`, or remove it", at_key=True)
    elif gate.get("same_data") is not None and not {"max_drop", "max_rise"} & set(bounds):
        hint = "add max_drop or max_rise: only a comparison with the version in place has two sets of data"
        yield Fault(("same_data",), "MLE323", "`same_data` belongs to max_drop and max_rise", hint, at_key=True)
    held = gate.get("held")
    if isinstance(held, dict):
        yield from _held(held)
        if not held.get("environment") and not held.get("alias"):
            hint = "name the environment, the alias, or both"
            yield Fault(("held",), "MLE323", "`held` says neither where nor which alias", hint, at_key=True)


def _held(held: Values) -> Iterator[Fault]:
    """Yield a length of time that is none."""
    given = held.get("at_least")
    if isinstance(given, str) and not isinstance(given, Unknown) and duration.seconds(given) is None:
        summary = f"`at_least` cannot be `{given[:40]}`"
        yield Fault(("held", "at_least"), "MLE323", summary, "write a length of time such as 90s, 30m, 24h or 7d")


def faults_of_exception(block: Values) -> Iterator[Fault]:
    """Yield a last day that is none."""
    given = block.get("expires")
    if isinstance(given, str) and not isinstance(given, Unknown) and not _is_day(given):
        hint = 'write a day such as "2026-12-31"'
        yield Fault(("expires",), "MLE324", f"`expires` cannot be `{given[:40]}`", hint)


def _is_day(text: str) -> bool:
    """Tell whether a text is a day of the calendar."""
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def faults_of_custom(block: Values, known: Collection[str], before: Collection[str], book: Rulebook) -> Iterator[Fault]:
    """Yield what is wrong with a rule of the project's own: its code, or its expressions."""
    code = block.get("code")
    if isinstance(code, str) and not isinstance(code, Unknown):
        if not OWN_CODE.fullmatch(code):
            hint = "use capital letters of your own and a number, such as ACME001; MLP and MLE are mlplan's own"
            yield Fault(("code",), "MLE325", f"`{code[:40]}` cannot be a rule's code", hint)
        elif code in known or code in before:
            yield Fault(("code",), "MLE325", f"the code {code} is taken", "give each rule a code of its own")
    yield from _expressions(block, book)


def _expressions(block: Values, book: Rulebook) -> Iterator[Fault]:
    """Yield expressions that cannot be used."""
    missing = book.missing()
    if missing:
        hint = f"pip install '{missing}'"
        yield Fault(("check",), "MLE328", "rules of the project's own need a library that is not installed", hint)
        return
    subject = block.get("for")
    for name in ("when", "check"):
        text = block.get(name)
        if subject not in _SUBJECTS or not isinstance(text, str) or isinstance(text, Unknown):
            continue
        why = book.refusal(text, subject)
        if why:
            hint = f"it may name {subject}, plan, environment and protected"
            yield Fault((name,), "MLE326", f"`{name}` is no expression: {why}", hint)
