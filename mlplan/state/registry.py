"""Registry: which backends there are, and how `state:` in mlplan.yaml opens one."""

from collections.abc import Callable
from pathlib import Path

from mlplan.core.backend import Backend
from mlplan.core.declaration import Target
from mlplan.core.effect import Effects
from mlplan.core.errors import StateError
from mlplan.core.files import Files
from mlplan.core.storage import AzurePlace, DatabricksPlace, LocalPlace, S3Place, opened
from mlplan.state.ledger import Owner
from mlplan.state.objects.port import ObjectStore

Volumes = Callable[[DatabricksPlace], Files]
"""Returns the files of volumes in the workspace that a place means."""


def open_backend(
    target: Target, root: Path, project: str, environment: str, effects: Effects, volumes: Volumes | None = None
) -> Backend:
    """Return the backend of one environment; StateError for one that is not there or not so configured."""
    assert not {"/", "\\", "..", ".", ""} & {*project, *environment, project, environment}, "names make directories"
    place = opened(target.name, target.options)
    if isinstance(place, S3Place | AzurePlace):
        return _on_objects(_store(place), place.prefix or "", Owner(project, environment), effects)
    if isinstance(place, DatabricksPlace) and volumes is not None:
        from mlplan.state.volume import VolumeStore  # noqa: PLC0415 - local state needs none of it

        return _on_objects(VolumeStore(volumes(place), place.volume), "", Owner(project, environment), effects)
    if isinstance(place, LocalPlace):
        from mlplan.state.local import LocalBackend  # noqa: PLC0415 - file locks are there on POSIX systems only

        return LocalBackend(root / place.path, project, environment, effects)
    hint = "use `state: {local: {path: .mlplan/state}}`, or `s3`, `azure` or `databricks` with a place of yours"
    raise StateError(f"state cannot be kept so: {place}", code="MLE608", hint=hint)


def _on_objects(store: ObjectStore, prefix: str, owner: Owner, effects: Effects) -> Backend:
    """Return the backend over a store of objects."""
    from mlplan.state.objects.backend import ObjectBackend  # noqa: PLC0415 - local state needs none of it

    return ObjectBackend(store, prefix, owner, effects)


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
