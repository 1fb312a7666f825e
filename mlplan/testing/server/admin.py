"""Admin: /__mlplan: faults, the log and the outside world, for tests that run the server in another process.

Nothing of it is part of the API, and none of it is logged.
"""

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from mlplan.core.path import parse
from mlplan.testing.server.faults import Fault
from mlplan.testing.server.refusal import Json, missing, refuse

if TYPE_CHECKING:
    from mlplan.testing.server.server import Server

ROOT = "/__mlplan/"
KNOWN = frozenset(one.name for one in fields(Fault)) - {"seen", "struck", "recent"}


def administer(server: "Server", method: str, path: str, body: Any) -> Any:
    """Do what a request to `/__mlplan/...` asks for."""
    given: Json = body if isinstance(body, dict) else {}
    match method, path.removeprefix(ROOT):
        case "POST", "faults":
            unknown = sorted(given.keys() - KNOWN)
            server.faults.add(Fault(**given) if not unknown else refuse(f"a fault has no {', '.join(unknown)}"))
        case "DELETE", "faults":
            server.faults.clear()
        case "POST", "stale":
            server.stale(int(given.get("reads", 1)), *given.get("kinds", ()))
        case "POST", "fail":
            server.fail_next(str(given["endpoint"]), str(given.get("reason", "")))
        case "POST", "inject":
            server.inject(given["kind"], given["id"], parse(given["path"]), given.get("value"))
        case "GET", "log":
            return {"entries": server.log.as_json()}
        case "DELETE", "log":
            server.log.clear()
        case _:
            raise missing(f"no such operation: {method} {path}", "ENDPOINT_NOT_FOUND")
    return {}
