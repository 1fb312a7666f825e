"""Version files: the signature, requirements and versions that a model's own files tell.

The Files API has them under `/Models/<catalog>/<schema>/<model>/<version>`, as MLflow's own client
reads them (mlflow #13203).
"""

from collections.abc import Callable
from typing import TypeVar

from mlplan.core.evidence import Piece
from mlplan.core.values import Values
from mlplan.providers import mlmodel
from mlplan.providers.databricks.client import Client
from mlplan.providers.databricks.handler import path
from mlplan.providers.databricks.version_lost import Lost, read
from mlplan.providers.mlmodel import Description

T = TypeVar("T")
ROOT = "/api/2.0/fs/files"


class Files:
    """The description files of one version."""

    def __init__(self, client: Client, model: str, number: int) -> None:
        self._client = client
        self._folder = path("/Models", *model.split("."), str(number))

    def description(self) -> Description | Lost:
        """Return what MLmodel says."""
        return self._read("MLmodel", mlmodel.described)

    def requirements(self) -> tuple[str, ...] | Lost:
        """Return the lines of requirements.txt."""
        return self._read("requirements.txt", mlmodel.requirements)

    def conda(self) -> Values | Lost:
        """Return what conda.yaml holds."""
        return self._read("conda.yaml", mlmodel.mapping)

    def _read(self, name: str, meaning: Callable[[str], T]) -> T | Lost:
        """Return what a file means."""
        at = f"{ROOT}{self._folder}/{name}"
        return read(name, f"there is no {self._folder}/{name}", lambda: meaning(self._client.text(at)))


def told(
    description: Description | Lost, requirements: tuple[str, ...] | Lost, conda: Callable[[], Values | Lost] | None
) -> tuple[Values, dict[Piece, str]]:
    """Return what the files tell, and what they do not, with the reasons; `conda` asks for one file more, if it may."""
    if isinstance(description, Lost):
        unknown: dict[Piece, str] = dict.fromkeys(("signature", "environment"), description.reason)
        if isinstance(requirements, Lost):
            return {}, {**unknown, "requirements": requirements.reason}
        return {"requirements": requirements}, unknown
    known = {
        "signature": description.signature or None,
        "python_version": description.python_version,
        "mlflow_version": description.mlflow_version,
    }
    if not isinstance(requirements, Lost):
        return {**known, "requirements": requirements}, {}
    if not requirements.absent:
        return known, {"requirements": requirements.reason}
    if conda is None:
        return known, {"requirements": f"{requirements.reason}, and conda.yaml is one request too many"}
    return _with_conda(known, conda())


def _with_conda(known: Values, conda: Values | Lost) -> tuple[Values, dict[Piece, str]]:
    """Return what MLmodel and conda.yaml tell; a model with neither list of requirements has none."""
    if not isinstance(conda, Lost):
        python = known["python_version"] or mlmodel.conda_python(conda)
        return {**known, "requirements": mlmodel.conda_requirements(conda), "python_version": python}, {}
    return known, {} if conda.absent else {"requirements": conda.reason}
