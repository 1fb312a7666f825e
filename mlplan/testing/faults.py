"""Faults: a provider that fails at chosen calls, before or after they take effect, and counts what it is asked."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, cast

from mlplan.core.errors import PlatformError
from mlplan.core.provider import Handler, Provider

READING = ("read", "read_many", "refuses")
CHANGING = ("create", "update", "delete", "rename", "restore", "wait")


class Call(NamedTuple):
    """One call that a handler got."""

    verb: str
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens instead of an answer: the call is not carried out, or it is and its answer is lost."""

    error: PlatformError
    when: Literal["before", "after"] = "before"


class FaultyProvider(Provider):
    """Another provider, with faults by the number of the changing call; the first call is number 1."""

    def __init__(self, inner: Provider, faults: Mapping[int, Fault] | None = None) -> None:
        self.name = inner.name
        self.version = inner.version
        self.calls: list[Call] = []
        """Changing calls, in the order in which they came; a wait counts as one."""
        self.reads = 0
        self._inner = inner
        self._faults = dict(faults or {})
        self._lock = threading.Lock()

    def disarm(self) -> None:
        """Let every call from now on do what it says."""
        self._faults.clear()

    def handler(self, kind: str) -> Handler | None:
        """Return the handler of a kind, with just the abilities that the other provider's handler has."""
        inner = self._inner.handler(kind)
        if inner is None:
            return None
        verbs = {verb: getattr(inner, verb) for verb in (*READING, *CHANGING) if hasattr(inner, verb)}
        methods = {
            verb: staticmethod(self._reading(call) if verb in READING else self._changing(kind, verb, call))
            for verb, call in verbs.items()
        }
        return cast("Handler", type("FaultyHandler", (Handler,), methods)())

    def describe(self) -> str:
        """Return where the other provider points."""
        return self._inner.describe()

    def user(self) -> str:
        """Return the principal of the other provider."""
        return self._inner.user()

    def close(self) -> None:
        """Close the other provider."""
        self._inner.close()

    def _reading(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return a reading verb that is counted."""

        def counted(*given: Any) -> Any:
            with self._lock:
                self.reads += 1
            return call(*given)

        return counted

    def _changing(self, kind: str, verb: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return a changing verb that is recorded, and fails when its number comes up."""

        def faulty(id_: str, *given: Any) -> Any:
            with self._lock:
                self.calls.append(Call(verb, kind, id_))
                fault = self._faults.get(len(self.calls))
            if fault is not None and fault.when == "before":
                raise fault.error
            answer = call(id_, *given)
            if fault is not None:
                raise fault.error
            return answer

        return faulty
