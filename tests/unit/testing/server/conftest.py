"""A workspace over HTTP, and the Databricks SDK as its client: the SDK is the oracle of the wire format."""

import json
import warnings
from http.client import HTTPConnection
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest

from mlplan.providers.local.store import Store
from mlplan.providers.local.workspace import Workspace
from mlplan.testing.server import Server, Settings

USER = "ada@example.com"


class Wire:
    """Plain HTTP to a server: status, JSON and headers of each answer, over one connection."""

    def __init__(self, server):
        self.token = server.token
        self.address = server.url.removeprefix("http://")
        self.link = HTTPConnection(self.address, timeout=10)

    def __call__(self, method, path, body=None, *, token=None, **query):
        target = f"{path}?{urlencode(query)}" if query else path
        headers = {"authorization": f"Bearer {self.token if token is None else token}"}
        self.link.request(method, target, None if body is None else json.dumps(body), headers)
        answer = self.link.getresponse()
        content = answer.read()
        return SimpleNamespace(
            status=answer.status, json=json.loads(content) if content else None, headers=answer.headers
        )

    def made(self, method, path, body=None, **query):
        """Return the JSON of an answer that must be good."""
        answer = self(method, path, body, **query)
        assert answer.status == 200, answer
        return answer.json

    def close(self):
        self.link.close()


class World:
    """A server in a folder, what speaks to it, and shortcuts to what tests need to be there."""

    def __init__(self, root, settings=None, **more):
        self.workspace = Workspace(Store(root / "workspace.db"), USER)
        self.server = Server(self.workspace, settings or Settings(), **more).__enter__()
        self.wire = Wire(self.server)
        self.closed = False

    def another(self):
        """Return another connection."""
        return Wire(self.server)

    def close(self):
        if not self.closed:
            self.closed = True
            self.wire.close()
            self.workspace.store.close()
            self.server.__exit__(None, None, None)

    def model(self, name="main.ml.scorer", versions=2):
        """Make a model with versions that are READY."""
        catalog, schema, model = name.split(".")
        uc = "/api/2.1/unity-catalog"
        self.wire("POST", f"{uc}/catalogs", {"name": catalog})
        self.wire("POST", f"{uc}/schemas", {"catalog_name": catalog, "name": schema})
        self.wire.made("POST", f"{uc}/models", {"catalog_name": catalog, "schema_name": schema, "name": model})
        for _ in range(versions):
            self.version(name)

    def version(self, name="main.ml.scorer", run_id=""):
        """Make one more version that is READY."""
        at = "/api/2.0/mlflow/unity-catalog/model-versions"
        made = self.wire.made("POST", f"{at}/create", {"name": name, "source": "dbfs:/x", "run_id": run_id})
        number = made["model_version"]["version"]
        self.wire.made("POST", f"{at}/finalize", {"name": name, "version": number})
        return int(number)

    def sdk(self, **more):
        """Return a client of the SDK."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the SDK's own imports warn of is not ours
            from databricks.sdk import WorkspaceClient  # noqa: PLC0415
            from databricks.sdk.config import Config  # noqa: PLC0415
        given = more or {"auth_type": "pat", "token": self.server.token}
        return WorkspaceClient(config=Config(host=self.server.url, retry_timeout_seconds=3, **given))


@pytest.fixture
def world(tmp_path):
    """Return a call that opens a world with these settings; all are closed at the end."""
    opened = []

    def open_(clock=None, **settings):
        opened.append(World(tmp_path / str(len(opened)), Settings(**settings), clock=clock))
        return opened[-1]

    yield open_
    for one in opened:
        one.close()


@pytest.fixture
def here(world):
    return world()


@pytest.fixture
def wire(here):
    return here.wire


@pytest.fixture
def sdk(here):
    return here.sdk()
