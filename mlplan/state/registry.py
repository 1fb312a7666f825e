"""Registry: which backends there are, and how `state:` in mlplan.yaml opens one."""

from pathlib import Path

from mlplan.core.backend import Backend
from mlplan.core.declaration import Target
from mlplan.core.effect import Effects
from mlplan.core.errors import StateError
from mlplan.core.storage import LocalPlace, S3Place, opened
from mlplan.state.ledger import Owner


def open_backend(target: Target, root: Path, project: str, environment: str, effects: Effects) -> Backend:
    """Return the backend of one environment; StateError for one that is not there or not so configured."""
    assert not {"/", "\\", "..", ".", ""} & {*project, *environment, project, environment}, "names make directories"
    place = opened(target.name, target.options)
    if isinstance(place, S3Place):
        return _bucket(place, Owner(project, environment), effects)
    if isinstance(place, LocalPlace):
        from mlplan.state.local import LocalBackend  # noqa: PLC0415 - file locks are there on POSIX systems only

        return LocalBackend(root / place.path, project, environment, effects)
    hint = "use `state: {local: {path: .mlplan/state}}` or `state: {s3: {bucket: NAME}}`"
    raise StateError(f"state cannot be kept so: {place}", code="MLE608", hint=hint)


def _bucket(place: S3Place, owner: Owner, effects: Effects) -> Backend:
    """Return a backend in an S3 bucket; StateError without boto3."""
    from mlplan.state.objects.backend import ObjectBackend  # noqa: PLC0415 - local state needs none of it

    try:
        from mlplan.state.s3 import S3Store  # noqa: PLC0415 - boto3 costs half a second, and is an extra
    except ModuleNotFoundError as error:
        hint = "pip install 'mlplan[s3]'"
        raise StateError(f"state in S3 needs {error.name}, which is not installed", code="MLE627", hint=hint) from error
    return ObjectBackend(S3Store(place), place.prefix or "", owner, effects)
