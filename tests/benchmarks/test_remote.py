"""Remote: what a plan over HTTP asks for is what the formula of its lists and single reads says."""

from measure import once
from remote import Size, Trips, prepare, served, trips
from world import MLPLAN

SIZE = Size(models=20, experiments=10, schemas=6, endpoints=3)
ONCE = {
    "GET /.well-known/databricks-config": 1,
    "GET /api/2.1/unity-catalog/schemas": 1,
    "POST /api/2.0/mlflow/experiments/search": 1,
}
"""Discovery when the workspace is opened, and a page of each list."""


def test_a_plan_asks_for_what_the_formula_says(tmp_path, figure):
    prepare(tmp_path, SIZE)
    with served(tmp_path, latency=0) as server:
        once([*MLPLAN, "plan", "--detailed-exitcode"], tmp_path, environ=server.environ())
        log = server.ask("GET", "log")["entries"]
    each = SIZE.models + SIZE.schemas + SIZE.endpoints
    counts = {}
    for one in log:
        counts[one["route"]] = counts.get(one["route"], 0) + 1
    assert counts == ONCE | {
        "GET /api/2.1/unity-catalog/models/{full_name}": SIZE.models,
        "GET /api/2.1/unity-catalog/permissions/{type}/{full_name}": SIZE.schemas,
        "GET /api/2.0/serving-endpoints/{name}": SIZE.endpoints,
    }
    assert trips(log) == Trips(each + len(ONCE), each, 1)
    assert not any(one["writes"] for one in log)
    figure(f"no-op plan of {SIZE.resources} resources and {2 * SIZE.models} aliases: {len(log)} requests")
