"""MLmodel: a model directory as MLflow writes it, and whether Unity Catalog would take it."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.core.values import Values
from mlplan.providers import mlmodel
from mlplan.providers.mlmodel import LARGEST, Description, Unreadable

T = TypeVar("T")
_LOG_IT = "log the model with a signature: `mlflow.<flavor>.log_model(..., signature=infer_signature(X, y))`"
_SAVE = "save the model again"


@dataclass(frozen=True, slots=True)
class ModelDirectory:
    """What a model directory says about the model."""

    path: Path
    digest: str
    description: Description
    requirements: tuple[str, ...] | None
    """None when neither requirements.txt nor conda.yaml lists any."""
    python_version: str


def read(directory: Path) -> ModelDirectory:
    """Return the description of the model in a directory; Mistake when it is not one that Unity Catalog takes."""
    if not (directory / "MLmodel").is_file():
        raise _mistake(
            "MLE750",
            f"{directory} is not a model directory: it has no MLmodel file",
            "name the directory that `mlflow.<flavor>.save_model` wrote, or the `model` folder of a run's artifacts",
        )
    description = _read(directory / "MLmodel", mlmodel.described)
    _check_signature(directory, description.signature)
    conda = _mapping(directory / "conda.yaml")
    return ModelDirectory(
        path=directory,
        digest=_digest(directory),
        description=description,
        requirements=_requirements(directory, conda),
        python_version=description.python_version or _python(directory, conda),
    )


def _check_signature(directory: Path, signature: Values) -> None:
    """Raise Mistake for a signature that is not whole: Unity Catalog takes no model without inputs and outputs."""
    absent = [name for name in ("inputs", "outputs") if name not in signature]
    if absent:
        what = "no signature" if len(absent) > 1 else f"a signature without {absent[0]}"
        raise _mistake("MLE752", f"the model in {directory} has {what}, and Unity Catalog does not take it so", _LOG_IT)


def _requirements(directory: Path, conda: Values) -> tuple[str, ...] | None:
    """Return the packages that the model needs, as requirements.txt or else conda.yaml lists them."""
    path = directory / "requirements.txt"
    return _read(path, mlmodel.requirements) if path.is_file() else mlmodel.conda_requirements(conda)


def _python(directory: Path, conda: Values) -> str:
    """Return the version of Python that the model is run with, where its MLmodel does not tell."""
    return str(_mapping(directory / "python_env.yaml").get("python") or mlmodel.conda_python(conda))


def _mapping(path: Path) -> Values:
    """Return what a description file holds; nothing when there is no such file."""
    return _read(path, mlmodel.mapping) if path.is_file() else {}


def _read(path: Path, meaning: Callable[[str], T]) -> T:
    """Return what a description file means."""
    try:
        return meaning(_text(path))
    except Unreadable as error:
        raise _mistake("MLE751", f"{path} {error}", _LOG_IT if "signature" in str(error) else _SAVE) from error


def _text(path: Path) -> str:
    """Return a small text file."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        text = data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _mistake("MLE751", f"{path} cannot be read: {error}", _SAVE) from error
    if len(data) > LARGEST:
        raise _mistake("MLE751", f"{path} is larger than {LARGEST:,} bytes", "is it the file that MLflow wrote?")
    return text


def _digest(directory: Path) -> str:
    """Return a digest over the names and contents of all files."""
    total = hashlib.sha256()
    try:
        for path in _files(directory):
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            total.update(f"{path.relative_to(directory).as_posix()}\0{content}\n".encode())
    except OSError as error:
        raise _mistake("MLE751", f"{directory} cannot be read: {error}", "check its permissions") from error
    return f"sha256:{total.hexdigest()}"


def _files(directory: Path) -> Iterator[Path]:
    """Yield the regular files in and under a directory, in a stable order."""
    for folder, folders, names in os.walk(directory):
        folders.sort()
        yield from (path for name in sorted(names) if (path := Path(folder, name)).is_file())


def _mistake(code: str, summary: str, hint: str) -> Mistake:
    """Return the error for a directory that cannot be registered."""
    return Mistake(Diagnostic(code, summary, hint=hint))
