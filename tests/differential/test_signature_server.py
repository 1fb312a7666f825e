"""MLflow's scoring server and `predict` against the direct calls that the other tests make: they see the same."""

import asyncio
import json

import pytest

BEFORE = [
    {"type": "double", "name": "amount", "required": True},
    {"type": "string", "name": "country", "required": False},
]
ROWS = [{"amount": 1.5, "country": "FR"}, {"amount": 2.0, "country": "BR"}]
AFTER = {
    "the same": BEFORE,
    "whole numbers": [{**BEFORE[0], "type": "integer"}, BEFORE[1]],
    "a truth for text": [BEFORE[0], {**BEFORE[1], "type": "boolean"}],
    "a number for text": [BEFORE[0], {**BEFORE[1], "type": "double"}],
    "dropped": BEFORE[:1],
    "added": [*BEFORE, {"type": "long", "name": "age", "required": False}],
    "added, required": [*BEFORE, {"type": "long", "name": "age", "required": True}],
    "arrays added": [*BEFORE, {"type": "array", "items": {"type": "long"}, "name": "days", "required": False}],
}


def answer(app, data):
    """Return status and body of one request to the server, which is called as web servers call it."""
    parts = [{"type": "http.request", "body": json.dumps(data).encode(), "more_body": False}]
    said = []

    async def receive():
        return parts.pop() if parts else await asyncio.Event().wait()

    async def send(message):
        said.append(message)

    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "query_string": b"",
             "path": "/invocations", "raw_path": b"/invocations", "headers": [(b"content-type", b"application/json")],
             "scheme": "http", "server": ("test", 80), "client": ("test", 1), "root_path": ""}  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return said[0]["status"], b"".join(message.get("body", b"") for message in said[1:])


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """Undo what the server tells the process."""
    monkeypatch.setenv("_MLFLOW_IS_IN_SERVING_ENVIRONMENT", "true")


@pytest.mark.parametrize("after", list(AFTER))
def test_direct_calls_and_the_server_agree(mlflow, after):
    model = mlflow.echo(AFTER[after])
    app = mlflow.server.init(model)
    for request in mlflow.requests(BEFORE, ROWS, 0):
        try:
            expected = json.loads(json.dumps(mlflow.seen(AFTER[after], request)))
        except mlflow.refused:
            expected = None
        if request.way == "dataframe":
            found = mlflow.predicted(model, request.data)
        else:
            status, body = answer(app, request.data)
            assert status == (400 if expected is None else 200), (request.form, body)
            found = json.loads(json.loads(body)["predictions"][0]) if status == 200 else None
        assert found == expected, request.form
