"""Listing: what a plan reads, in as few requests as will do.

Requests of one refresh, beside one for discovery when the provider is opened and one to learn who we
are, where a row of permissions or grants may be our own:

    kind               requests
    catalog            few: 1 each; else list.  Of these 1 more for each ISOLATED one whose bindings matter
    schema             per catalog: few: 1 each; else list
    volume             per schema: few: 1 each; else list
    registered_model   0 when its aliases are read too; else per schema: few: 1 each; else list.
                       1 more for each one whose tags matter
    experiment         experiments and those that permissions are on, together: few: 1 each; else list
    model_alias        1 per model, shared by all its aliases and by the model itself
    grants             1 each (1 per page)
    permissions        1 each, and 1 for its endpoint unless that is declared too
    serving_endpoint   1 each
    model versions     at most 5 for each one that the plan leaves or goes to (`version`)

"few" is at most FEW ids in a group. "list" is min(pages, budget(ids)) requests, and 1 for each id that
the list does not show as it is declared: a list shows only what the caller may see, may lag, and
may leave fields out, so that it proves that nothing changed and never that something did.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from mlplan.core.provider import Wanted
from mlplan.core.values import Values

T = TypeVar("T")
R = TypeVar("R")

FEW = 4
"""So many single reads are as quick as a list, and never read what nobody asked about."""
PER_PAGE = 32
"""Declared ids that make one more page worth its wait."""

Reads = Mapping[str, Mapping[str, Wanted]]


def budget(ids: int) -> int:
    """Return how many pages of a list are worth reading for so many ids."""
    return max(1, ids // PER_PAGE)


class Look:
    """The reads of one plan: each is made once, whichever kinds ask for it."""

    def __init__(self, wanted: Reads, pool: ThreadPoolExecutor) -> None:
        self.wanted = wanted
        self._pool = pool
        self._lock = threading.Lock()
        self._made: dict[Any, Future[Any]] = {}
        self._taken: set[str] = set()

    def take(self, kind: str) -> bool:
        """Tell whether this is the first time that the plan asks for a kind."""
        with self._lock:
            first = kind in self.wanted and kind not in self._taken
            self._taken.add(kind)
        return first

    def each(self, read: Callable[[T], R], keys: Iterable[T]) -> list[R]:
        """Return the answers to many single reads, made side by side; only leaves may run in the pool."""
        return list(self._pool.map(read, keys))

    def once(self, key: Any, read: Callable[[], R]) -> R:
        """Return the answer to a read, made by whoever asks first while the others wait."""
        with self._lock:
            found = self._made.get(key)
            first = found is None
            if found is None:
                found = self._made[key] = Future()
        if first:
            try:
                found.set_result(read())
            except BaseException as error:
                found.set_exception(error)
                raise
        answer: R = found.result()
        return answer


class Looks:
    """The look that a plan announced, and looks of their own for everyone else."""

    def __init__(self, workers: int) -> None:
        self.pool = ThreadPoolExecutor(workers, thread_name_prefix="mlplan-read")
        self._announced = Look({}, self.pool)

    def announce(self, wanted: Reads) -> None:
        """Begin a look, for the reads that follow."""
        self._announced = Look(wanted, self.pool)

    def take(self, kind: str, ids: Sequence[str]) -> Look:
        """Return the announced look, or a fresh one when a kind is read again or nobody announced it."""
        look = self._announced
        return look if look.take(kind) else Look({kind: {id_: Wanted(None, None) for id_ in ids}}, self.pool)

    def each(self, read: Callable[[T], R], keys: Iterable[T]) -> list[R]:
        """Return the answers to many single reads, made side by side; only leaves may run in the pool."""
        return list(self.pool.map(read, keys))

    def wanted(self, kind: str, id: str) -> Wanted | None:  # noqa: A002 - the word of the house
        """Return why an object is read, when that was announced."""
        return self._announced.wanted.get(kind, {}).get(id)

    def matters(self, kind: str, id: str, field: str) -> bool:  # noqa: A002
        """Tell whether a field that costs a request of its own is of interest; it is unless a plan said otherwise."""
        why = self.wanted(kind, id)
        return why is None or why.declared is None or field in why.declared or field in (why.recorded or ())

    def close(self) -> None:
        """Let go of the threads."""
        self.pool.shutdown(cancel_futures=True)


def listed(
    ids: Sequence[str],
    pages: Callable[[], Iterator[list[Values]]],
    named: Callable[[Values], str],
    trusted: Callable[[str, Values], bool],
) -> tuple[list[Values], list[str]]:
    """Return those of a group of objects that a list shows as declared, and the ids that are left for single reads."""
    missing = dict.fromkeys(ids)
    found: list[Values] = []
    if len(ids) <= FEW:
        return found, list(missing)
    for number, page in enumerate(pages(), start=1):
        for raw in page:
            id_ = named(raw)
            if id_ in missing and trusted(id_, raw):
                del missing[id_]
                found.append(raw)
        if not missing or number >= budget(len(ids)):
            break
    return found, list(missing)
