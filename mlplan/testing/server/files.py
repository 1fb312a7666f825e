"""Files: /api/2.0/fs/files/Models: the description files of model versions, as plain bytes.

Where they are: MLflow 3.17's `DatabricksSDKModelsArtifactRepository` reads
`/Models/<catalog>/<schema>/<model>/<version>/...` with the Files API. They are written anew from
what the workspace keeps of a version, so that they are there after the directory that it was
registered from is gone; weights are not kept, and a list of a directory is not played.
[unverified]: the code NOT_FOUND of a file that is not there.
"""

import json
from collections.abc import Mapping

import yaml

from mlplan.core.values import Values
from mlplan.testing.server import models, unity
from mlplan.testing.server.call import Call
from mlplan.testing.server.refusal import missing
from mlplan.testing.server.route import Route, read

ROOT = "/api/2.0/fs/files/Models"


def routes() -> tuple[Route, ...]:
    """Return the read of one file of a version."""
    return (read(f"{ROOT}/{{catalog}}/{{schema}}/{{model}}/{{version}}/{{file}}", get),)


def get(call: Call) -> bytes:
    """Return a description file of a version."""
    model = unity.need(call, "registered_model", ".".join(call[part] for part in ("catalog", "schema", "model")))
    found = kept(models.need_version(call, model, call["version"]).values).get(call["file"])
    if found is None:
        raise missing(f"Not found: {call.path.removeprefix('/api/2.0/fs/files')}", "NOT_FOUND")
    return found.encode()


def kept(version: Values) -> Mapping[str, str]:
    """Return the description files of a version by name; none when it came without files."""
    if not version["digest"]:
        return {}
    files = {"MLmodel": yaml.safe_dump(_description(version))}
    if version["requirements"] is not None:
        files["requirements.txt"] = "".join(f"{line}\n" for line in version["requirements"])
    return files


def _description(version: Values) -> Values:
    """Return what stands in a version's MLmodel; its signature is JSON inside of the YAML."""
    flavors = dict(version["flavors"])
    if version["python_version"]:
        flavors["python_function"] = {
            **flavors.get("python_function", {}),
            "python_version": version["python_version"],
        }
    made = {name: version.get(name) for name in ("run_id", "model_id", "mlflow_version")}
    signature = {part: json.dumps(columns) for part, columns in version["signature"].items()}
    return {"flavors": flavors, "signature": signature, **{name: value for name, value in made.items() if value}}
