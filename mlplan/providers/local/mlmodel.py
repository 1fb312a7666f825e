"""MLmodel: a model directory as MLflow writes it: signature, requirements, versions, digest."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.core.values import Values

LARGEST = 1_000_000
"""Bytes of a description file; real ones have a few thousand."""
DEEPEST = 64
"""Levels of nesting; libyaml's composer would exhaust the stack some thousands further."""
_LOG_IT = "log the model with a signature: `mlflow.<flavor>.log_model(..., signature=infer_signature(X, y))`"


@dataclass(frozen=True, slots=True)
class ModelDirectory:
    """What a model directory says about the model."""

    path: Path
    digest: str
    signature: Values
    flavors: Values
    requirements: tuple[str, ...]
    python_version: str
    mlflow_version: str
    run_id: str


def read(directory: Path) -> ModelDirectory:
    """Return the description of the model in a directory; Mistake when it is not one that Unity Catalog takes."""
    if not (directory / "MLmodel").is_file():
        raise _mistake(
            "MLE750",
            f"{directory} is not a model directory: it has no MLmodel file",
            "name the directory that `mlflow.<flavor>.save_model` wrote, or the `model` folder of a run's artifacts",
        )
    described = _mapping(directory / "MLmodel")
    flavors = _dict(described.get("flavors"))
    conda = _mapping(directory / "conda.yaml") if (directory / "conda.yaml").is_file() else {}
    return ModelDirectory(
        path=directory,
        digest=_digest(directory),
        signature=_signature(directory, described.get("signature")),
        flavors=flavors,
        requirements=_requirements(directory, conda),
        python_version=_python(directory, conda, flavors),
        mlflow_version=str(described.get("mlflow_version") or ""),
        run_id=str(described.get("run_id") or ""),
    )


def _signature(directory: Path, written: object) -> Values:
    """Return the signature; Unity Catalog takes no model without inputs and outputs."""
    signature = {name: _columns(directory, name, text) for name, text in _dict(written).items()}
    absent = [name for name in ("inputs", "outputs") if not signature.get(name)]
    if absent:
        what = "no signature" if len(absent) > 1 else f"a signature without {absent[0]}"
        raise _mistake("MLE752", f"the model in {directory} has {what}, and Unity Catalog does not take it so", _LOG_IT)
    return {name: columns for name, columns in signature.items() if columns}


def _columns(directory: Path, name: str, text: object) -> list[Any] | None:
    """Return one part of a signature, which MLflow keeps as JSON inside of the YAML."""
    if text is None:
        return None
    try:
        columns = json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        columns = ""
    if not isinstance(columns, list):
        raise _mistake("MLE751", f"signature.{name} in {directory / 'MLmodel'} is not a JSON list", _LOG_IT)
    return columns


def _requirements(directory: Path, conda: Values) -> tuple[str, ...]:
    """Return the packages that the model needs, as requirements.txt or else conda.yaml lists them."""
    path = directory / "requirements.txt"
    if path.is_file():
        lines = (line.strip() for line in _text(path).splitlines())
        return tuple(line for line in lines if line and not line.startswith("#"))
    nested = [one["pip"] for one in _list(conda.get("dependencies")) if isinstance(one, dict) and "pip" in one]
    return tuple(str(line) for lines in nested for line in _list(lines))


def _python(directory: Path, conda: Values, flavors: Values) -> str:
    """Return the version of Python that the model was logged with."""
    path = directory / "python_env.yaml"
    version = _mapping(path).get("python") if path.is_file() else None
    if version is None:
        pinned = [one for one in _list(conda.get("dependencies")) if str(one).startswith("python=")]
        version = str(pinned[0]).removeprefix("python").lstrip("=") if pinned else None
    return str(version or _dict(flavors.get("python_function")).get("python_version") or "")


def _mapping(path: Path) -> Values:
    """Return a description file, which is data from outside: bounded, and read without any tag."""
    text = _text(path)
    try:
        _check_plain(text)
        found = json.loads(json.dumps(yaml.load(text, Loader=_Loader)))  # noqa: S506 - a safe loader, in C
    except (yaml.YAMLError, ValueError, TypeError) as error:
        reason = str(error).replace("\n", " ")
        raise _mistake("MLE751", f"{path} is not readable YAML: {reason}", "save the model again") from error
    if not isinstance(found, dict):
        raise _mistake("MLE751", f"{path} holds no mapping", "save the model again")
    return found


class _Loader(yaml.CSafeLoader):
    """Reads texts, whole numbers, true, false and null; `3.10` stays a text and a date too."""

    yaml_implicit_resolvers = {
        first: [(tag, form) for tag, form in forms if tag.rpartition(":")[2] in ("null", "bool", "int")]
        for first, forms in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def _check_plain(text: str) -> None:
    """Raise YAMLError for what would cost more to build than a description is worth."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise yaml.YAMLError(f"it is nested more than {DEEPEST} deep")
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError("it has YAML aliases")


def _text(path: Path) -> str:
    """Return a small text file."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        text = data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _mistake("MLE751", f"{path} cannot be read: {error}", "save the model again") from error
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


def _dict(value: object) -> Values:
    """Return a mapping; anything else counts as empty."""
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    """Return a list; anything else counts as empty."""
    return value if isinstance(value, list) else []


def _mistake(code: str, summary: str, hint: str) -> Mistake:
    """Return the error for a directory that cannot be registered."""
    return Mistake(Diagnostic(code, summary, hint=hint))
