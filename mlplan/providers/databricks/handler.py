"""Handler: what all kinds have in common, and what they reach the workspace through."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from mlplan.core.change import Object
from mlplan.core.effect import Clock, Effects
from mlplan.core.errors import NotFound, UnknownOutcome
from mlplan.core.kind import Spec
from mlplan.core.provider import Edit, Handler
from mlplan.core.rule import Shape
from mlplan.core.values import Values
from mlplan.kinds import spec
from mlplan.providers.databricks.client import Client
from mlplan.providers.databricks.listing import Look, Looks
from mlplan.providers.databricks.shaping import contains
from mlplan.providers.databricks.wait import until

UC = "/api/2.1/unity-catalog"
MLFLOW = "/api/2.0/mlflow"


@dataclass(frozen=True, slots=True)
class Reach:
    """The way to one workspace, shared by all handlers."""

    client: Client
    looks: Looks
    effects: Effects
    user: Callable[[], str]
    groups: Callable[[], frozenset[str]]
    workspace_id: Callable[[], int | None]

    @property
    def clock(self) -> Clock:
        """Return the injected clock."""
        return self.effects.clock


class DatabricksHandler(Handler):
    """One kind of a workspace."""

    kind: ClassVar[str]

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self.client = reach.client

    @property
    def spec(self) -> type[Spec]:
        """Return the kind's declaration."""
        return spec(self.kind)

    @property
    def shape(self) -> Shape:
        """Return the rules of the kind's fields."""
        return self.spec.shape()

    def read_many(self, ids: Sequence[str]) -> Iterable[Object]:
        """Return those of the objects that exist, in as few requests as will do."""
        return self.gathered(self.reach.looks.take(self.kind, ids), ids)

    def gathered(self, look: Look, ids: Sequence[str]) -> Iterable[Object]:
        """Return those of the objects that exist, within a look; single reads unless a kind knows better."""
        return [found for found in look.each(self.read, ids) if found is not None]

    def need(self, id: str) -> Object:  # noqa: A002 - the word of the house
        """Return an object that must be there."""
        found = self.read(id)
        if found is None:
            raise NotFound(f"{self.kind} {id} does not exist")
        return found

    def settled(self, id: str, edit: Edit) -> Object:  # noqa: A002
        """Return the object once it shows an edit; reads may lag behind writes for a moment."""
        names = {field.path[0] for field in edit.fields}
        shape = {name: rules for name, rules in self.shape.items() if name in names}
        return until(self.reach.clock, lambda: self.need(id), lambda found: contains(found.values, edit.desired, shape))

    def shown(self, id: str, desired: Values) -> Object:  # noqa: A002
        """Return a new object once it shows what it was made with."""

        def there(found: Object | None) -> bool:
            return found is not None and contains(found.values, desired, self.shape)

        found = until(self.reach.clock, lambda: self.read(id), there)
        if found is None:
            raise UnknownOutcome(f"{self.kind} {id} was made and does not show yet")
        return found

    def matters(self, id: str, field: str) -> bool:  # noqa: A002
        """Tell whether a field that costs a request of its own is of interest."""
        return self.reach.looks.matters(self.kind, id, field)


def path(*parts: str) -> str:
    """Return a path whose parts may hold any character; the first stands as it is."""
    first, *rest = parts
    return "/".join([first, *(quote(part, safe="") for part in rest)])


def touched(edit: Edit) -> set[str]:
    """Return the names of the fields that an edit is about."""
    return {field.path[0] for field in edit.fields}
