"""Contrast: two declarations of one project held against each other by address, the names of both mapped.

Objects of the same address are each other's counterparts, whatever they are called. Who holds an access is never
mapped: a principal of one environment is nobody in the other.
"""

from collections.abc import Iterator
from typing import Any

from mlplan.core import path as paths
from mlplan.core.contrast import Comparison, Contrast, Difference, Name
from mlplan.core.declaration import Declaration, Resource
from mlplan.core.path import Path, item_key
from mlplan.core.rule import Rules, Shape
from mlplan.core.values import Values
from mlplan.engine.naming import Naming, Pair
from mlplan.kinds import spec
from mlplan.kinds.permissions import PRINCIPALS

WHO = frozenset({"principal", "owner", *PRINCIPALS})
"""Fields that say who: they are compared as they stand."""
PLACES = frozenset({"host", "profile", "token", "path"})
"""Options of providers that say where an environment is, which is its own affair."""
_NO_RULES = Rules()


def compare(left: Declaration, right: Declaration) -> Comparison:
    """Return what differs in meaning between two environments of a project."""
    return _Comparer(left, right).compare()


class _Comparer:
    """One comparison in the making."""

    def __init__(self, left: Declaration, right: Declaration) -> None:
        self.left = left
        self.right = right
        self.made = Comparison(left.project, left.environment.name, right.environment.name)
        self.shared = [address for address in left.resources if address in right.resources]
        self.owners = _owners(left), _owners(right)
        named = list(self._named())
        variables = {name: pair for name, pair in self._variables() if pair[0] != pair[1]}
        naming = {name for name, pair in variables.items() if _names(pair, named)}
        self.naming = Naming([*named, *(variables[name] for name in naming)])
        self.settings = {name: pair for name, pair in variables.items() if name not in naming}
        """Variables that differ and name nothing: what they say is a difference like any other."""

    def compare(self) -> Comparison:
        """Go through everything once."""
        made = self.made
        made.environment = list(self._environment())
        for address in sorted(self.left.resources.keys() | self.right.resources.keys()):
            found = self._resource(address)
            made.resources += [found] if found else []
            made.same += found is None
        for address in sorted(self.shared):
            name = Name(address, *self._ids(address))
            made.names += [name] if name.left != name.right else []
        return made

    def _named(self) -> Iterator[Pair]:
        """Yield the names that are each other's counterparts: of the environments, and of the objects and their parts."""
        yield self.left.environment.name, self.right.environment.name
        for address in self.shared:
            yield self._ids(address)
            one, other = self.left.resources[address].values, self.right.resources[address].values
            shape = spec(self.left.resources[address].kind).shape()
            for name, rules in shape.items():
                if rules.identity and isinstance(one.get(name), str) and isinstance(other.get(name), str):
                    yield one[name], other[name]

    def _variables(self) -> Iterator[tuple[str, tuple[Any, Any]]]:
        """Yield what each variable stands for in both environments."""
        for name, value in self.left.variables.items():
            yield name, (value, self.right.variables.get(name))

    def _ids(self, address: str) -> Pair:
        """Return what both environments call a resource."""
        one, other = self.left.resources[address], self.right.resources[address]
        return str(spec(one.kind).identify(one.values)), str(spec(other.kind).identify(other.values))

    def _environment(self) -> Iterator[Difference]:
        """Yield what differs between the environments themselves."""
        one, other = self.left.environment, self.right.environment
        if one.protected != other.protected:
            yield Difference("protected", one.protected, other.protected)
        yield from self._target("provider", one.provider.name, other.provider.name)
        if one.provider.name == other.provider.name:
            options, others = one.provider.options, other.provider.options
            for name in sorted((options.keys() | others.keys()) - PLACES):
                yield from self._value(options.get(name), others.get(name), _NO_RULES, ("provider", name))
        yield from self._target("state", self.left.state.name, self.right.state.name)

    def _target(self, name: str, left: str, right: str) -> Iterator[Difference]:
        """Yield that another sort of provider or backend is used."""
        if left != right:
            yield Difference(name, left, right)

    def _resource(self, address: str) -> Contrast | None:
        """Return how a resource differs; None when it means the same in both."""
        one, other = self.left.resources.get(address), self.right.resources.get(address)
        if one is None or other is None:
            found = one or other
            assert found is not None
            id_ = str(spec(found.kind).identify(found.values))
            return Contrast(address, found.kind, "left" if one else "right", id_ if one else "", id_ if other else "")
        fields = [*self._fields(one, other), *self._links(one, other), *_lifecycle(one, other)]
        return Contrast(address, one.kind, "both", *self._ids(address), tuple(fields)) if fields else None

    def _fields(self, one: Resource, other: Resource) -> Iterator[Difference]:
        """Yield the fields that differ, but for those that name the object."""
        for name, rules in spec(one.kind).shape().items():
            if not rules.identity:
                for found in self._value(one.values.get(name), other.values.get(name), rules, (name,)):
                    yield found._replace(variable=self._variable(found))

    def _variable(self, found: Difference) -> str:
        """Return the variable that is all of a difference, which is where it is changed."""
        for name, (left, right) in self.settings.items():
            if found.left == left and found.right == right:
                return name
        return ""

    def _value(self, left: Any, right: Any, rules: Rules, path: Path) -> Iterator[Difference]:
        """Yield the differences between two values of a field."""
        if self._same(left, right, rules, path):
            return
        if isinstance(left, dict) and isinstance(right, dict):
            yield from self._block(left, right, rules.shape or {}, path)
        elif isinstance(left, list) and isinstance(right, list) and rules.keyed:
            yield from self._keyed(left, right, rules, path)
        else:
            yield Difference(paths.text(path), left, right)

    def _block(self, left: Values, right: Values, shape: Shape, path: Path) -> Iterator[Difference]:
        """Yield the differences between two blocks or mappings."""
        for name in dict.fromkeys([*shape, *left, *right]):
            yield from self._value(left.get(name), right.get(name), shape.get(name, _NO_RULES), (*path, name))

    def _keyed(self, left: list[Any], right: list[Any], rules: Rules, path: Path) -> Iterator[Difference]:
        """Yield the differences between two lists whose items are known by a key."""
        ones = {item_key(item, rules.keyed): item for item in left}
        others = {item_key(item, rules.keyed): item for item in right}
        for key, item in ones.items():
            other = others.pop(self._partner(key, ones, others, rules), None)
            if other is None:
                yield Difference(paths.text((*path, f"[{key}]")), item, None)
            else:
                yield from self._block(item, other, rules.shape or {}, (*path, f"[{key}]"))
        for key, item in others.items():
            yield Difference(paths.text((*path, f"[{key}]")), None, item)

    def _partner(self, key: str, ones: Values, others: Values, rules: Rules) -> str:
        """Return the key of an item's counterpart; one that is nobody's when it has none."""
        if key in others or WHO.intersection(rules.keyed):
            return key
        return next((one for one in others if one not in ones and self.naming.alike(key, one)), key)

    def _same(self, left: Any, right: Any, rules: Rules, path: Path) -> bool:
        """Tell whether two values mean the same."""
        if left == right and type(left) is type(right):
            return True
        if isinstance(left, str) and isinstance(right, str):
            return path[-1] not in WHO and self.naming.alike(left, right)
        if isinstance(left, list) and isinstance(right, list) and all(isinstance(one, str) for one in [*left, *right]):
            return _matched(left, right, self.naming, ordered=not rules.unordered)
        return False

    def _links(self, one: Resource, other: Resource) -> Iterator[Difference]:
        """Yield what a resource lives in or uses that is not its counterpart's, though the names may look alike."""
        links, others = list(spec(one.kind).links(one.values)), list(spec(other.kind).links(other.values))
        for mine, theirs in zip(links, others, strict=False):
            found = self.owners[0].get((mine.kind, mine.id)), self.owners[1].get((theirs.kind, theirs.id))
            if found[0] != found[1]:
                yield Difference(f"uses {mine.kind}", _pointed(mine.id, found[0]), _pointed(theirs.id, found[1]))


def _owners(seen: Declaration) -> dict[tuple[str, Any], str]:
    """Return the address of each declared object, by kind and id."""
    return {(one.kind, spec(one.kind).identify(one.values)): address for address, one in seen.resources.items()}


def _pointed(id_: str, address: str | None) -> str:
    """Return an object in words."""
    return f"{id_} ({address})" if address else f"{id_} (not declared here)"


def _names(pair: tuple[Any, Any], named: list[Pair]) -> bool:
    """Tell whether a variable is part of what objects are called."""
    if not all(isinstance(one, str) for one in pair):
        return False
    naming = Naming([pair])
    return any(one != other and naming.alike(one, other) for one, other in named)


def _matched(left: list[str], right: list[str], naming: Naming, *, ordered: bool) -> bool:
    """Tell whether every text of a list has its counterpart in another one, at the same place where order counts."""
    if len(left) != len(right) or ordered:
        return len(left) == len(right) and all(map(naming.alike, left, right))
    rest = list(right)
    for one in left:
        partner = next((other for other in rest if naming.alike(one, other)), None)
        if partner is None:
            return False
        rest.remove(partner)
    return True


def _lifecycle(one: Resource, other: Resource) -> Iterator[Difference]:
    """Yield how differently a resource may change."""
    for name, left, right in zip(one.lifecycle._fields, one.lifecycle, other.lifecycle, strict=True):
        if left != right:
            yield Difference(f"lifecycle.{name}", _plain(left), _plain(right))


def _plain(value: Any) -> Any:
    """Return a part of a lifecycle as JSON."""
    return [paths.text(one) for one in value] if isinstance(value, tuple) else value
