"""Options: what a project may say about its local workspace."""

from dataclasses import dataclass
from pathlib import Path

from mlplan.core.declaration import Target
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.providers.context import Context

DEFAULT_USER = "local-user"
KNOWN = {"path": "a file name", "user": "a user name"}


@dataclass(frozen=True, slots=True)
class Options:
    """Where the workspace is, and who acts in it."""

    path: Path
    user: str = DEFAULT_USER

    @classmethod
    def of(cls, target: Target, context: Context) -> "Options":
        """Return the options of a target, with the defaults of its environment; Mistake names every wrong one."""
        found = [_wrong(name, value) for name, value in target.options.items()]
        wrong = [one for one in found if one is not None]
        if wrong:
            raise Mistake(*wrong)
        path = target.options.get("path") or f".mlplan/workspaces/{context.environment}.db"
        return cls(context.root / path, target.options.get("user") or DEFAULT_USER)


def _wrong(name: str, value: object) -> Diagnostic | None:
    """Return what is wrong with one option."""
    if name not in KNOWN:
        hint = f"it has {' and '.join(KNOWN)}"
        return Diagnostic("MLE532", f"the local provider has no option {name}", hint=hint)
    if not isinstance(value, str) or not value or "\0" in value:
        return Diagnostic("MLE532", f"the local provider's option {name} is {KNOWN[name]}, not {value!r}")
    return None
