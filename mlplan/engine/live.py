"""Live: what the platform holds now, read in as few calls as the provider allows."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from mlplan.core.change import Object
from mlplan.core.provider import Handler, LooksAhead, Provider, ReadsMany, Wanted
from mlplan.engine.marking import told


class Live:
    """The objects of one plan; each is read once, and absence is remembered too."""

    def __init__(self, provider: Provider, parallelism: int = 10) -> None:
        self._provider = provider
        self.parallelism = parallelism
        self.objects: dict[tuple[str, str], Object | None] = {}

    def get(self, kind: str, id: str) -> Object | None:  # noqa: A002 - the word of the house
        """Return the object, from memory or by a single read."""
        key = (kind, id)
        if key not in self.objects:
            found = self.handler(kind).read(id)
            self.objects[key] = None if found is None else told(kind, found)
        return self.objects[key]

    def handler(self, kind: str) -> Handler:
        """Return the handler of a kind that the provider is known to have."""
        handler = self._provider.handler(kind)
        assert handler is not None, kind
        return handler

    def announce(self, wanted: Mapping[str, Mapping[str, Wanted]]) -> None:
        """Tell a provider that looks ahead what is about to be read, and read it."""
        if isinstance(self._provider, LooksAhead):
            self._provider.look_ahead(wanted)
        self.prefetch(wanted)

    def prefetch(self, wanted: Mapping[str, Iterable[str]]) -> None:
        """Read everything that the plan is known to need: kinds side by side, and many at once where they can."""
        jobs: list[tuple[str, list[str]]] = []
        for kind, ids in wanted.items():
            handler = self._provider.handler(kind)
            missing = [id_ for id_ in dict.fromkeys(ids) if (kind, id_) not in self.objects]
            if handler is None or not missing:
                continue
            jobs += [(kind, missing)] if isinstance(handler, ReadsMany) else [(kind, [id_]) for id_ in missing]
            self.objects.update(dict.fromkeys(((kind, id_) for id_ in missing), None))
        if jobs:
            with ThreadPoolExecutor(self.parallelism) as pool:
                for found in pool.map(self._read_some, jobs):
                    self.objects.update(found)

    def _read_some(self, job: tuple[str, list[str]]) -> dict[tuple[str, str], Object]:
        """Return those of a kind's objects that exist."""
        kind, ids = job
        handler = self.handler(kind)
        found = handler.read_many(ids) if isinstance(handler, ReadsMany) else [handler.read(id_) for id_ in ids]
        return {(kind, one.id): told(kind, one) for one in found if one is not None}
