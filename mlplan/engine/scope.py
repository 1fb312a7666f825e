"""Scope: which changes a run is about, and what must come along so that nothing is left half done."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from mlplan.core.change import Change
from mlplan.core.diagnostic import Diagnostic
from mlplan.engine.graph import reach, reverse
from mlplan.engine.options import Options


def matches(address: str, patterns: Iterable[str]) -> bool:
    """Tell whether an address is one of the patterns, shell style."""
    return any(address == pattern or fnmatchcase(address, pattern) for pattern in patterns)


def select(changes: dict[str, Change], options: Options) -> dict[str, Change]:
    """Return the changes in scope.

    A target brings along what it needs, and an alias and the endpoints behind it come together.
    An exclusion takes along what cannot happen without it.
    """
    chosen = set(changes)
    if options.targets:
        named = {address for address in changes if matches(address, options.targets)}
        chosen = reach(named, _brings(changes))
    if options.excludes:
        named = {address for address in changes if matches(address, options.excludes)}
        waiting = {address for address in named if changes[address].action != "no-op"}
        chosen -= named | reach(waiting, _drops(changes))
    return {address: change for address, change in changes.items() if address in chosen}


def _brings(changes: dict[str, Change]) -> dict[str, list[str]]:
    """Return what each change brings along when it is a target."""
    brings: dict[str, list[str]] = {}
    for address, change in changes.items():
        if _takes_down(change):
            continue
        brings.setdefault(address, []).extend((*change.needs, *change.after))
        for endpoint in change.after:
            brings.setdefault(endpoint, []).append(address)
    for address, dependents in _dependents(changes).items():
        if _ends(changes[address]):
            brings.setdefault(address, []).extend(one for one in dependents if _ends(changes[one]))
    return {node: [one for one in others if one in changes] for node, others in brings.items()}


def _drops(changes: dict[str, Change]) -> dict[str, list[str]]:
    """Return what cannot happen when a change is left out."""
    drops = _dependents(changes)
    for address, change in changes.items():
        for endpoint in change.after:
            drops.setdefault(endpoint, []).append(address)
            drops.setdefault(address, []).append(endpoint)
        if _ends(change):
            needs = [need for need in change.needs if need in changes and _ends(changes[need])]
            drops.setdefault(address, []).extend(needs)
    return {
        node: [one for one in others if one in changes and changes[one].action != "no-op"]
        for node, others in drops.items()
    }


def _dependents(changes: dict[str, Change]) -> dict[str, list[str]]:
    """Return who needs each address, among the changes."""
    turned = reverse({address: change.needs for address, change in changes.items()})
    return {address: others for address, others in turned.items() if address in changes}


def _takes_down(change: Change) -> bool:
    """Tell whether the change ends with no object."""
    return change.action in ("delete", "forget")


def _ends(change: Change) -> bool:
    """Tell whether the object of now ends, be there a new one or not."""
    return _takes_down(change) or change.action == "replace"


def unknown_patterns(changes: dict[str, Change], options: Options) -> list[Diagnostic]:
    """Return a finding for each word of the options that names nothing."""
    words = {"--target": options.targets, "--exclude": options.excludes}
    words |= {"--adopt": tuple(options.adopt), "--take-over": tuple(options.take_over)}
    words |= {"--allow-destroy": tuple(options.allow_destroy)}
    return [
        Diagnostic(
            code="MLE408",
            summary=f"{flag} {pattern} names no resource of this project",
            severity="error" if flag in ("--target", "--exclude") else "warning",
            hint="addresses are kind.key, as `mlplan plan` prints them; shell patterns such as 'model_alias.*' work",
        )
        for flag, patterns in words.items()
        for pattern in sorted(patterns)
        if not any(matches(address, (pattern,)) for address in changes)
    ]
