"""Live: what the platform holds now, read in as few calls as the provider allows."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from mlplan.core.change import Object
from mlplan.core.provider import Handler, Provider, ReadsMany


class Live:
    """The objects of one plan; each is read once, and absence is remembered too."""

    def __init__(self, provider: Provider, parallelism: int = 10) -> None:
        self._provider = provider
        self._parallelism = parallelism
        self.objects: dict[tuple[str, str], Object | None] = {}

    def get(self, kind: str, id: str) -> Object | None:  # noqa: A002 - the word of the house
        """Return the object, from memory or by a single read."""
        key = (kind, id)
        if key not in self.objects:
            self.objects[key] = self.handler(kind).read(id)
        return self.objects[key]

    def handler(self, kind: str) -> Handler:
        """Return the handler of a kind that the provider is known to have."""
        handler = self._provider.handler(kind)
        assert handler is not None, kind
        return handler

    def prefetch(self, wanted: Mapping[str, Iterable[str]]) -> None:
        """Read everything that the plan is known to need: many at once where the provider can."""
        single: list[tuple[str, str]] = []
        for kind, ids in wanted.items():
            handler = self._provider.handler(kind)
            if handler is None:
                continue
            missing = [id_ for id_ in dict.fromkeys(ids) if (kind, id_) not in self.objects]
            if isinstance(handler, ReadsMany):
                self.objects.update(dict.fromkeys(((kind, id_) for id_ in missing), None))
                self.objects.update({(kind, found.id): found for found in handler.read_many(missing)})
            else:
                single += [(kind, id_) for id_ in missing]
        if single:
            with ThreadPoolExecutor(self._parallelism) as pool:
                found_each = pool.map(lambda key: self.handler(key[0]).read(key[1]), single)
                self.objects.update(zip(single, found_each, strict=True))
