"""Sameness: whether two declarations differ in nothing but the version of one alias, and what refers to it."""

import re

from mlplan.core.declaration import Declaration, Resource


def same_but_for(alias: Resource, version: int, old: Declaration, new: Declaration) -> bool:
    """Tell whether the new declaration is the old one with another version of an alias.

    A value that comes from the version by reference may hold the new number where it held the old one.
    """
    if _around(old) != _around(new):
        return False
    free = _followers(new, alias.address)
    pattern = f"(?:{alias.values['version']}|{version})"
    for address, one in new.resources.items():
        before = old.resources[address].values
        if address == alias.address:
            before = {**before, "version": version}
        if one.values != before and not (address in free and _follows(before, one.values, pattern)):
            return False
    return True


def _around(seen: Declaration) -> tuple[object, ...]:
    """Return everything of a declaration but the values of its resources and where they stand."""
    resources = {address: (one.kind, one.needs, one.lifecycle) for address, one in seen.resources.items()}
    place = (seen.project, seen.environment, seen.state, seen.policy)
    return (*place, seen.moved, seen.removed, seen.imports, resources)


def _followers(seen: Declaration, address: str) -> set[str]:
    """Return the addresses whose values come from a resource by reference, over any number of steps."""
    found: set[str] = set()
    ready = {address}
    while ready:
        ready = {one.address for one in seen.resources.values() if ready & {*one.needs}} - found
        found |= ready
    return found


def _follows(old: object, new: object, versions: str) -> bool:
    """Tell whether a value is another one with a version in the place of another; `versions` is a pattern of both."""
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(_follows(value, new[name], versions) for name, value in old.items())
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(_follows(one, new[at], versions) for at, one in enumerate(old))
    form = versions.join(map(re.escape, re.split(versions, str(old))))
    return type(old) is type(new) and re.fullmatch(form, str(new)) is not None
