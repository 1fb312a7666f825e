"""Binding: what ties an apply to the plan that was reviewed: it does the same, or less, and nothing else.

A saved plan is applied where it was made: from the same commit, configuration and state, on the same platform.
A reviewed one is applied from another commit, the merge, and after other applies; there the plan made anew has
to stand within it, change by change.

The one difference that a saved plan survives is work that is done already: an object that was changed since, and
is now as the plan would have made it. All else in the plan has to be as it was then, or less.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from mlplan.app import weaker
from mlplan.app.saved import AGAIN, Document, Stale
from mlplan.app.unlike import change_told, cut, told
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.kinds import spec

SHOWN = 5
TIMES = ("created", "expires", "digest")
"""What two plans of different moments do not share."""
_GROUND = (
    ("MLE423", "project", "project"),
    ("MLE423", "environment", "environment"),
    ("MLE423", "protected", "protection of the environment"),
    ("MLE424", "tool", "version of mlplan"),
    ("MLE424", "provider", "provider"),
    ("MLE428", "mode", "mode"),
    ("MLE428", "options", "command line"),
)
"""What a plan is made from: code, name in the document, and what people call it."""
_MOMENT = (("MLE425", "config", "configuration, policy or command line"), ("MLE429", "git", "commit"))
"""What a saved plan binds beyond that, and a reviewed one does not."""
_APART = frozenset((*(name for _, name, _ in (*_GROUND, *_MOMENT)), "state", "reads", "changes", *TIMES))
"""What is compared on its own; all else in a document is compared as it is, so that nothing is left out."""
OVER = "all that it plans is done already, so nothing is left to apply"
MERGED = "nothing would be done that it does not say: after a merge, apply it with --reviewed; or make a new plan"
SAID = (
    "say the same to `apply --reviewed` as to `plan`: what agrees to something is not taken from the file; or " + AGAIN
)
WITHIN = "apply what was merged before it first, or have this plan reviewed: make it anew"


def check_same(saved: Document, fresh: Document) -> None:
    """Refuse a saved plan unless the plan of this moment is the same, but for what is done already."""
    fresh = _read_back(fresh)
    found = _unlike(saved, fresh)
    if found and not _beyond(saved, fresh):
        found = [one._replace(hint=MERGED) if one.hint == AGAIN else one for one in found]
    if found:
        raise Stale(found)


def check_within(reviewed: Document, fresh: Document) -> None:
    """Refuse a reviewed plan unless the plan of this moment does the same or less."""
    found = _beyond(reviewed, _read_back(fresh))
    if found:
        raise Stale(found)


def _unlike(saved: Document, fresh: Document) -> list[Diagnostic]:
    """Return in what a plan is not the saved one."""
    found = list(_ground(saved, fresh, (*_GROUND, *_MOMENT)))
    done = weaker.done(saved, fresh)
    if saved["state"] != fresh["state"]:
        nothing_left = bool(done) and len(done) == len(saved["changes"])
        found.append(_other_state(saved, fresh, OVER if nothing_left and not fresh["changes"] else AGAIN))
    reads = weaker.without(saved["reads"], saved, done), weaker.without(fresh["reads"], saved, done)
    if reads[0] != reads[1]:
        found.append(Diagnostic("MLE427", f"changed on the platform since: {_named(*reads)}", hint=AGAIN))
    lines = list(_changes(saved, fresh, done))
    rest = weaker.parts(saved, fresh, done) if done else told(_rest(saved), _rest(fresh))
    return found + _said(found, lines, rest, AGAIN)


def _beyond(reviewed: Document, fresh: Document) -> list[Diagnostic]:
    """Return in what a plan does more than the reviewed one."""
    found = [
        one._replace(hint=SAID) if one.summary.startswith("another command line") else one
        for one in _ground(reviewed, fresh, _GROUND)
    ]
    # Where there was no state, the first apply makes it; if that fails on its way, it has to be possible to go on.
    if reviewed["state"]["lineage"] not in ("", fresh["state"]["lineage"]):
        found.append(_other_state(reviewed, fresh, AGAIN))
    then, now = _by_address(reviewed), _by_address(fresh)
    done = (then.keys() - now.keys()) | {address for address, one in now.items() if weaker.settled(then, one)}
    lines = list(_changes(reviewed, fresh, done))
    return found + _said(found, lines, weaker.parts(reviewed, fresh, done), WITHIN)


def unplannable(mistake: Mistake) -> list[Diagnostic]:
    """Return what to say where a plan was made from a project that no plan can be made from now."""
    summary = "another configuration: what the saved plan was made from cannot be planned here"
    return [Diagnostic("MLE425", summary, hint=AGAIN), *mistake.diagnostics()]


def _said(found: list[Diagnostic], changes: list[str], rest: list[str], hint: str) -> list[Diagnostic]:
    """Return a finding for what two plans say; that means little where they are about different things.

    Steps and counts follow from the changes, and are told where these are the same.
    """
    lines = changes + [line for line in rest if not (changes and line.startswith(("steps", "summary")))]
    elsewhere = any(one.code in ("MLE423", "MLE424") for one in found)
    summary = "the plan of this moment is not the one that was reviewed"
    return [Diagnostic("MLE428", summary, detail=cut(lines), hint=hint)] if lines and not elsewhere else []


def _ground(saved: Document, fresh: Document, bound: Iterable[tuple[str, str, str]]) -> Iterator[Diagnostic]:
    """Yield a finding for each bound value that differs."""
    for code, name, what in bound:
        lines = told(saved[name], fresh[name])
        if lines:
            shown = "; ".join(line.removeprefix(": ") for line in lines[:SHOWN])
            yield Diagnostic(code, f"another {what}: {shown}", hint=AGAIN)


def _changes(saved: Document, fresh: Document, done: frozenset[str] | set[str]) -> Iterator[str]:
    """Yield lines for every change that is not as it was reviewed; `done` are those with nothing left to do."""
    then, now = _by_address(saved), _by_address(fresh)
    for address in [*then, *(one for one in now if one not in then)]:
        was, is_ = then.get(address), now.get(address)
        if address in done:
            continue
        if was is not None and is_ is not None:
            kept = [one for one in was["after"] if one not in done]
            was, is_ = {**was, "after": kept}, {**is_, "after": [one for one in is_["after"] if one not in done]}
            was = _nameless(was, is_)
        yield from change_told(was, is_)


def _nameless(was: Document, now: Document) -> Document:
    """Return a create without the fields that are its object's name, where the one of this moment has none of them.

    Grants and permissions are there as soon as the object that they are on is: an apply that stopped between the two
    has left them with their name and without any row.
    """
    if was["action"] != "create" or not spec(was["kind"]).rows or was["id"] != now["id"]:
        return was
    shape, there = spec(was["kind"]).shape(), {one["path"] for one in now["fields"]}
    names = {name for name, rules in shape.items() if rules.identity} - there
    return {**was, "fields": [one for one in was["fields"] if one["path"] not in names or one["before"] is not None]}


def _by_address(document: Document) -> dict[str, Document]:
    """Return the changes of a plan by address."""
    return {one["address"]: one for one in document["changes"]}


def _rest(document: Document) -> dict[str, Any]:
    """Return what a plan says beside its ground and its changes."""
    return {name: value for name, value in document.items() if name not in _APART}


def _read_back(fresh: Document) -> Document:
    """Return a plan in the form that it would have after being saved."""
    made: Document = json.loads(json.dumps(fresh))
    return made


def _other_state(saved: Document, fresh: Document, hint: str) -> Diagnostic:
    """Return what to say of state that is not where it was."""
    summary = f"state is at {_place(fresh['state'])}, the plan was made at {_place(saved['state'])}"
    return Diagnostic("MLE426", summary, hint=hint)


def _place(state: Document) -> str:
    """Return a state in words; that there is none is a value like any other."""
    return f"serial {state['serial']} of lineage {state['lineage'][:8]}" if state["lineage"] else "no state"


def _named(saved: Document, fresh: Document) -> str:
    """Return the first few objects whose reading differs."""
    names = sorted(name for name in saved.keys() | fresh.keys() if saved.get(name) != fresh.get(name))
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(name.replace(":", " ", 1) for name in names[:SHOWN]) + more
