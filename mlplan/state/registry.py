"""Registry: which backends there are, and how `state:` in mlplan.yaml opens one."""

from pathlib import Path

from mlplan.core.backend import Backend
from mlplan.core.declaration import Target
from mlplan.core.effect import Effects
from mlplan.core.errors import StateError

DEFAULT_PATH = ".mlplan/state"


def open_backend(target: Target, root: Path, project: str, environment: str, effects: Effects) -> Backend:
    """Return the backend of one environment; StateError for one that is not there or not so configured."""
    assert not {"/", "\\", "..", ".", ""} & {*project, *environment, project, environment}, "names make directories"
    if target.name != "local":
        message = f"the state backend {target.name!r} is not available in this version of mlplan"
        raise StateError(message, code="MLE608", hint="use `state: {local: {path: .mlplan/state}}`")
    path = target.options.get("path", DEFAULT_PATH)
    unknown = sorted(set(target.options) - {"path"})
    if unknown or not isinstance(path, str) or not path:
        what = f"does not know {', '.join(unknown)}" if unknown else "needs a path that is a text"
        raise StateError(f"the local state backend {what}", code="MLE608", hint="its one option is `path`")
    from mlplan.state.local import LocalBackend  # noqa: PLC0415 - file locks are there on POSIX systems only

    return LocalBackend(root / path, project, environment, effects)
