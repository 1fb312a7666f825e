"""Version: what the workspace tells of a model version, in at most five requests.

    1  model-versions/get        whether there is such a version, its status, tags and aliases
    2  runs/get                  metrics, parameters, data sets, code
    3  logged-models             for models of MLflow 3: what the run itself lacks
    4  /Models/.../MLmodel       signature, versions of Python and MLflow
    5  requirements.txt          or, where there is none, conda.yaml too if that still makes five

All but the first are sent side by side. What one of them cannot tell is unknown, with the reason,
and nothing else suffers; the first decides whether there is a version, and fails as any read does.
A piece that fails for the moment is asked for once more, and then done without.
"""

from concurrent.futures import Executor

from mlplan.core.errors import Invalid, NotFound
from mlplan.core.evidence import Piece, VersionEvidence
from mlplan.core.values import Values
from mlplan.kinds.naming import fold
from mlplan.providers import evidence
from mlplan.providers.databricks import version_answer, version_files
from mlplan.providers.databricks.client import Client
from mlplan.providers.databricks.handler import MLFLOW, UC, path
from mlplan.providers.databricks.version_lost import MISSHAPEN, Lost, read
from mlplan.providers.databricks.wire import Wire

GET = f"{MLFLOW}/unity-catalog/model-versions/get"
MOST = 5
"""Requests of one version."""
PAGE = 1_000


class Versions:
    """The versions of registered models, as one workspace tells them; many threads may ask."""

    def __init__(self, client: Client, wire: Wire, pool: Executor) -> None:
        """Ask through a client, in a pool in which nothing waits for the pool."""
        self._client = client
        self._wire = wire
        self._pool = pool

    def version(self, model: str, number: int) -> VersionEvidence | None:
        """Return all that is known of a version, or None when there is no such version."""
        name = fold(model)
        answer = self._client.find(GET, {"name": name, "version": str(number)})
        if answer is None:
            return None
        try:
            own = version_answer.registered(answer["model_version"])
        except MISSHAPEN as error:
            raise Invalid(f"GET {GET}: the answer is not a model version") from error
        run_id, model_id, experiment = (own.pop(word) for word in ("run_id", "model_id", "experiment_id"))
        told, unknown = self._pieces(name, number, run_id, model_id)
        url = self._run_url(experiment, run_id)
        return VersionEvidence(name, number, run_id=run_id, run_url=url, unknown=unknown, **own, **told)

    def versions(self, model: str) -> list[VersionEvidence]:
        """Return every version of a model, oldest first, without tags, runs and files; none of an unknown model."""
        name = fold(model)
        pages = self._client.pages(path(f"{UC}/models", name, "versions"), "model_versions", {"max_results": PAGE})
        try:
            found = [version_answer.listed(name, raw) for page in pages for raw in page]
        except NotFound:
            return []
        return sorted((VersionEvidence(**one) for one in found), key=lambda one: one.version)

    def _pieces(self, name: str, number: int, run_id: str, model_id: str) -> tuple[Values, dict[Piece, str]]:
        """Return what the run and the files of a version tell, and what they do not."""
        files = version_files.Files(self._client, name, number)
        run = self._pool.submit(self._run, run_id)
        logged = self._pool.submit(self._logged_model, model_id)
        description = self._pool.submit(files.description)
        requirements = self._pool.submit(files.requirements)
        spare = not (run_id and model_id)
        about, not_told = version_files.told(
            description.result(), requirements.result(), files.conda if spare else None
        )
        made, unknown = version_answer.together(run.result(), logged.result())
        return {**made, **about}, {**unknown, **not_told}

    def _run(self, run_id: str) -> Values | Lost:
        """Return what a run logged."""
        if not run_id:
            return Lost(evidence.NO_RUN)
        gone, at = "the run is deleted or in another workspace", f"{MLFLOW}/runs/get"
        return read("the run", gone, lambda: version_answer.run(self._client.glance(at, {"run_id": run_id})))

    def _logged_model(self, model_id: str) -> Values | Lost | None:
        """Return what was logged for a model; None for one that no logged model is behind."""
        if not model_id:
            return None
        at = path(f"{MLFLOW}/logged-models", model_id)
        gone = f"the logged model {model_id} is deleted"
        return read("the logged model", gone, lambda: version_answer.logged_model(self._client.glance(at)))

    def _run_url(self, experiment: str, run_id: str) -> str:
        """Return where a person looks at a run, as MLflow's own client names the place."""
        if not (experiment and run_id):
            return ""
        number = f"?o={self._wire.workspace_id}" if self._wire.workspace_id else ""
        return f"{self._wire.host.rstrip('/')}/{number}#mlflow/experiments/{experiment}/runs/{run_id}"
