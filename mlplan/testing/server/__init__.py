"""Server: a Databricks workspace on loopback, over the same file as the local provider: one store, two doors.

    from mlplan.testing.server import Server, Settings

    with Server(workspace, Settings(polls=3)) as server:
        client = WorkspaceClient(host=server.url, token=server.token)
        server.faults.reset("POST */unity-catalog/models", after_handler=True)   # the effect stays, the answer is lost
        server.stale(2, "model_alias")           # two reads after a change still show what was there before
        server.fail_next("front", "no such package")        # the endpoint's next configuration fails
        server.inject("catalog", "main", ("mode",), "NEW")  # a field, or a value, that nobody knows yet
        ...
        assert not server.log.writing()          # nothing was asked to change

`mlplan local serve` starts it for people. It listens on this machine only, speaks HTTP without
encryption, and checks tokens but no permissions: every principal may do everything, unless a
fault says 403. Leaving the `with` raises what the server itself did wrong.

What it does, and how we know
-----------------------------
Each file names its sources; this is the list. "SDK" is databricks-sdk 0.156 (its code and its
documentation), "CLI" the Databricks CLI's direct engine and its test server, "TF" the Terraform
provider. Nobody has compared any of it with a live workspace: [unverified] marks what is not even
written down somewhere, and stands where the behaviour is.

| Behaviour | File | Known from |
|---|---|---|
| statuses and codes of Unity Catalog: 404 `CATALOG_DOES_NOT_EXIST`, 400 `SCHEMA_ALREADY_EXISTS` | unity | ucx #2077; SDK's codes |
| a PATCH with nothing to change is 400; fields that it does not know are ignored | unity, call | CLI; CLI #4012 |
| names are folded, locations and experiments trimmed, `/Workspace` dropped | (the kinds) | TF suppresses them; CLI |
| `isolation_mode`, `owner` by update only; `unity.catalog.managed.*` properties | catalogs | SDK; CLI |
| a new catalog has a schema `default`, and is not empty | catalogs | TF deletes it at once |
| an unbound ISOLATED catalog cannot be read (off unless `isolation`) | unity | TF #2446, binds itself |
| bindings may be set on OPEN catalogs too, and then mean nothing | bindings | SDK |
| aliases: only by `include_aliases`, never in lists, dropped by PATCH | models | SDK #868; CLI #4012 |
| a model with versions is not deleted; a version takes its aliases along | models | CLI #1848; SDK |
| tags of models and versions by MLflow's paths only | registry | MLflow 3.17 protocol |
| versions name run, experiment and logged model; `run_experiment_id` is made up | registry, runs | MLflow 3.17 protocol |
| data sets of runs, their context a tag; logged models have what their run has | runs | MLflow 3.17; SDK's fields |
| a deleted run is 404, the model that it logged is not | runs | [unverified] |
| `/Models/c/s/m/1/MLmodel` and `requirements.txt`, as plain bytes; 404 `NOT_FOUND` | files | MLflow 3.17; code [unverified] |
| grants are deltas; the same privilege twice is refused; four that ALL_PRIVILEGES leaves | grants | SDK; CLI #4801, #6733 |
| a model is a `function`; pages of grants from 150 | grants | TF; SDK |
| soft delete of experiments: reads show it, lists do not, the name is free | experiments | SDK; mlflow #6445 |
| `mlflow.*` tags, `ownerId` twice; `sourceName` follows a rename | experiments | CLI |
| `delete-experiment-tag` | experiments | MLflow; [unverified] on Databricks |
| permissions by numeric or opaque id; inherited rows; PUT replaces, PATCH adds | permissions | SDK; TF |
| who made an endpoint may manage it until a PUT leaves it out | permissions | TF #1504 |
| two readiness fields, `pending_config`, one update at a time | endpoint_answer, endpoints | SDK; CLI |
| telemetry 409 while updating, 400 on external models; names of tables not shown again | endpoints | CLI |
| traffic, names and `scale_to_zero_enabled` of entities; no `auto_capture_config` | endpoint_config | CLI; TF #4064; docs |
| secrets in the clear and `burst_scaling_enabled` are never shown | endpoint_answer | CLI |
| lists: what an unset, a zero and a long page mean; empty pages; absent when empty | paging | SDK |
| who is in a group, by number and by a name for people; the name in grants stands at the number | groups | SDK; TF |
| 401 and 403 of tokens; M2M and federation | tokens, identity | SDK; words [unverified] |
| missing paths are 404 `ENDPOINT_NOT_FOUND` | server | SDK's codes |

Not played, and refused with 501 `NOT_IMPLEMENTED`: new names for catalogs, schemas and models,
and uploads of a model's files. Times of objects follow from their numbers, those of versions and
runs are when they were registered. `include_browse` and
SCIM's `attributes` change nothing.
"""

from mlplan.testing.server.server import Server, serve
from mlplan.testing.server.settings import Settings

__all__ = ["Server", "Settings", "serve"]
