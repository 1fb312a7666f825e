"""Registry: which backends there are, and how `state:` in mlplan.yaml opens one."""

from pathlib import Path

from mlplan.core.backend import Backend
from mlplan.core.declaration import Target
from mlplan.core.effect import Effects
from mlplan.core.errors import StateError
from mlplan.core.storage import AzurePlace, LocalPlace, S3Place, opened
from mlplan.state.ledger import Owner
from mlplan.state.objects.port import ObjectStore


def open_backend(target: Target, root: Path, project: str, environment: str, effects: Effects) -> Backend:
    """Return the backend of one environment; StateError for one that is not there or not so configured."""
    assert not {"/", "\\", "..", ".", ""} & {*project, *environment, project, environment}, "names make directories"
    place = opened(target.name, target.options)
    if isinstance(place, S3Place | AzurePlace):
        from mlplan.state.objects.backend import ObjectBackend  # noqa: PLC0415 - local state needs none of it

        return ObjectBackend(_store(place), place.prefix or "", Owner(project, environment), effects)
    if isinstance(place, LocalPlace):
        from mlplan.state.local import LocalBackend  # noqa: PLC0415 - file locks are there on POSIX systems only

        return LocalBackend(root / place.path, project, environment, effects)
    hint = "use `state: {local: {path: .mlplan/state}}`, or `s3` or `azure` with a bucket or container of yours"
    raise StateError(f"state cannot be kept so: {place}", code="MLE608", hint=hint)


def _store(place: S3Place | AzurePlace) -> ObjectStore:
    """Return a store of objects; StateError without its SDK."""
    try:
        if isinstance(place, AzurePlace):
            from mlplan.state.azure import AzureStore  # noqa: PLC0415 - Azure's SDK costs half a second, and is an extra

            return AzureStore(place)
        from mlplan.state.s3 import S3Store  # noqa: PLC0415 - so does boto3, and is one, too
    except ModuleNotFoundError as error:
        extra, named = ("azure", "Azure") if isinstance(place, AzurePlace) else ("s3", "S3")
        hint = f"pip install 'mlplan[{extra}]'"
        message = f"state in {named} needs {error.name}, which is not installed"
        raise StateError(message, code="MLE627", hint=hint) from error
    return S3Store(place)
