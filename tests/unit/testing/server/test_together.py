"""Together: many clients at once, and a second process at the same file, lose nothing of each other."""

from concurrent.futures import ThreadPoolExecutor

from mlplan.providers.local.store import Store
from mlplan.providers.local.workspace import Workspace

MANY = 24


def all_at_once(here, ask):
    """Let many clients each make one request of their own."""

    def one(number):
        wire = here.another()
        try:
            return ask(wire, number)
        finally:
            wire.close()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


def test_tags_grants_and_permissions_of_many(here):
    here.model()
    found = here.wire.made("POST", "/api/2.0/mlflow/experiments/create", {"name": "/Shared/x"})["experiment_id"]
    grants = "/api/2.1/unity-catalog/permissions/catalog/main"
    access = f"/api/2.0/permissions/experiments/{found}"

    def ask(wire, number):
        name = f"n{number}"
        wire.made(
            "POST",
            "/api/2.0/mlflow/experiments/set-experiment-tag",
            {"experiment_id": found, "key": name, "value": name},
        )
        wire.made("PATCH", grants, {"changes": [{"principal": name, "add": ["SELECT"]}]})
        wire.made("PATCH", access, {"access_control_list": [{"group_name": name, "permission_level": "CAN_READ"}]})
        tag = {"name": "main.ml.scorer", "key": name, "value": name}
        wire.made("POST", "/api/2.0/mlflow/unity-catalog/registered-models/set-tag", tag)

    all_at_once(here, ask)
    workspace = here.workspace
    assert len(workspace.read("experiment", "/Shared/x").values["tags"]) == MANY
    assert len(workspace.read("registered_model", "main.ml.scorer").values["tags"]) == MANY
    assert len(workspace.read("grants", "catalog/main").values["grants"]) == MANY
    assert len(workspace.read("permissions", "experiment//Shared/x").values["permissions"]) == MANY


def test_one_name_is_made_once(here):
    def ask(wire, _):
        return wire("POST", "/api/2.1/unity-catalog/catalogs", {"name": "main"}).status

    assert sorted(all_at_once(here, ask)) == [200] + [400] * (MANY - 1)


def test_versions_get_numbers_of_their_own(here):
    here.model(versions=0)
    body = {"name": "main.ml.scorer", "source": "dbfs:/x"}

    def ask(wire, _):
        return int(
            wire.made("POST", "/api/2.0/mlflow/unity-catalog/model-versions/create", body)["model_version"]["version"]
        )

    assert sorted(all_at_once(here, ask)) == list(range(1, MANY + 1))


def test_another_opener_of_the_file_is_seen_at_once(here, wire):
    other = Workspace(Store(here.server.store.path), "bob@example.com")
    assert wire("GET", "/api/2.1/unity-catalog/catalogs/main").status == 404
    other.create("catalog", "main", {"name": "main"})
    assert wire.made("GET", "/api/2.1/unity-catalog/catalogs/main")["owner"] == "bob@example.com"
    wire.made("PATCH", "/api/2.1/unity-catalog/catalogs/main", {"comment": "c"})
    assert other.read("catalog", "main").values["comment"] == "c"
    other.store.close()
