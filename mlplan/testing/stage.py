"""Stage: a provider with what samples need on it, and the verbs in the order in which the engine says them."""

from collections.abc import Callable

from mlplan.core.change import Object
from mlplan.core.provider import Edit, Handler, Provider, Waits
from mlplan.core.values import Values
from mlplan.engine.diff import comparable, differences
from mlplan.kinds import spec
from mlplan.testing import world

Register = Callable[[Provider, str], None]
"""Registers the next version of a model, by its full name."""


class Stage:
    """One provider, set up as far as each sample asks for."""

    def __init__(self, provider: Provider, register: Register) -> None:
        self.provider = provider
        self._register = register

    def handler(self, kind: str) -> Handler:
        """Return the handler of a kind that the provider has."""
        handler = self.provider.handler(kind)
        assert handler is not None, f"the provider has no {kind}"
        return handler

    def make(self, kind: str, values: Values) -> Object:
        """Create an object, after all that it needs, and wait until it is ready."""
        self.prepare(kind, values)
        made = self.handler(kind).create(spec(kind).identify(values), sent(kind, values))
        if kind == "registered_model" and made.id in world.MODELS:
            for _ in range(world.VERSIONS):
                self._register(self.provider, made.id)
        return self.ready(kind, made)

    def change(self, kind: str, before: Values, after: Values) -> Object:
        """Update an object from one declaration to another, naming the fields that the engine would name."""
        self.prepare(kind, after)
        found = self.read(kind, spec(kind).identify(before))
        shape = spec(kind).shape()
        base = comparable(found.values, sent(kind, after), sent(kind, before), shape)
        fields = tuple(one.field for one in differences(sent(kind, after), base, sent(kind, before), shape))
        return self.ready(kind, self.handler(kind).update(found.id, Edit(found, sent(kind, after), fields)))

    def prepare(self, kind: str, values: Values) -> None:
        """Make all that an object needs, unless it is there."""
        for link in spec(kind).links(values):
            if self.handler(link.kind).read(link.id) is None:
                self.make(link.kind, world.values_of(link.kind, link.id))

    def ready(self, kind: str, made: Object) -> Object:
        """Wait for an object of a kind that takes time."""
        handler = self.handler(kind)
        return handler.wait(made.id) if isinstance(handler, Waits) else made

    def read(self, kind: str, id: str) -> Object:  # noqa: A002 - the word of the house
        """Return an object that must be there."""
        found = self.handler(kind).read(id)
        assert found is not None, f"{kind} {id} is not there"
        return found


def sent(kind: str, values: Values) -> Values:
    """Return the fields that a platform gets to see."""
    shape = spec(kind).shape()
    return {name: value for name, value in values.items() if not shape[name].engine}


def same(kind: str, live: Values, declared: Values) -> bool:
    """Tell whether a live object is as declared: in every field that is declared and can be read, and no other."""
    wanted = sent(kind, declared)
    return comparable(live, wanted, wanted, spec(kind).shape()) == wanted
