"""Every way in which the SDK and the wire can fail, and what becomes of it."""

import pytest
import requests
from databricks.sdk.errors.base import DatabricksError
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from mlplan.core.errors import Conflict, Denied, Invalid, NotFound, RateLimited, Unavailable, UnknownOutcome
from mlplan.providers.databricks.errors import Failure, told, trimmed
from mlplan.providers.databricks.failure import failure


def databricks(code="", message="said"):
    return DatabricksError(message, error_code=code)


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (404, "RESOURCE_DOES_NOT_EXIST", NotFound),
        (404, "CATALOG_DOES_NOT_EXIST", NotFound),
        (404, "SCHEMA_DOES_NOT_EXIST", NotFound),
        (404, "ENDPOINT_NOT_FOUND", Invalid),
        (404, "NOT_FOUND", Invalid),
        (404, "METASTORE_DOES_NOT_EXIST", Invalid),
        (404, "", Invalid),
        (409, "RESOURCE_CONFLICT", Conflict),
        (400, "RESOURCE_ALREADY_EXISTS", Conflict),
        (400, "ALREADY_EXISTS", Conflict),
        (400, "SCHEMA_NOT_EMPTY", Conflict),
        (400, "INVALID_STATE", Conflict),
        (400, "INVALID_PARAMETER_VALUE", Invalid),
        (401, "UNAUTHENTICATED", Denied),
        (403, "PERMISSION_DENIED", Denied),
        (429, "REQUEST_LIMIT_EXCEEDED", RateLimited),
        (500, "INTERNAL_ERROR", Unavailable),
        (503, "TEMPORARILY_UNAVAILABLE", Unavailable),
        (504, "DEADLINE_EXCEEDED", Unavailable),
        (501, "NOT_IMPLEMENTED", Invalid),
    ],
)
def test_codes_and_statuses(status, code, error):
    found = told(failure(databricks(code), status, None), "GET /x", writing=False)
    assert type(found) is error
    assert str(found) == "GET /x: said"


def test_the_sdk_hides_the_real_error_behind_its_timeout():
    try:
        try:
            raise databricks("REQUEST_LIMIT_EXCEEDED")
        except DatabricksError as inner:
            raise TimeoutError("Timed out after 0:00:01") from inner
    except TimeoutError as outer:
        found = failure(outer, 429, 9.0)
    assert (found.status, found.code, found.retry_after) == (429, "REQUEST_LIMIT_EXCEEDED", 9.0)


def test_a_timeout_of_the_wire_itself_is_no_answer():
    assert failure(requests.ReadTimeout("read timed out"), 0, None) == Failure(0, "", "no answer in time")


@pytest.mark.parametrize(
    ("error", "sent"),
    [
        (requests.ConnectionError(MaxRetryError(None, "/", NewConnectionError(None, "refused"))), False),
        (requests.ConnectTimeout("no route"), False),
        (requests.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError(104, "reset"))), True),
        (requests.ConnectionError("anything"), True),
        (requests.ReadTimeout("slow"), True),
    ],
    ids=["refused", "connect timeout", "reset", "unknown", "read timeout"],
)
def test_only_a_connection_that_was_never_made_is_certain(error, sent):
    found = failure(error, 0, None)
    assert found.sent is sent
    assert isinstance(told(found, "POST /x", writing=True), UnknownOutcome if sent else Unavailable)


def test_a_redirect_is_an_error_that_names_where_it_leads():
    response = requests.Response()
    response.headers["location"] = "https://evil.example/login"
    found = failure(requests.TooManyRedirects("no", response=response), 302, None)
    assert "evil.example" in found.message
    assert not found.passing


def test_an_answer_that_is_not_json_leaves_a_write_unknown():
    found = failure(ValueError("Expecting value"), 200, None)
    assert isinstance(told(found, "PUT /x", writing=True), UnknownOutcome)


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("Invalid access token. Config: host=https://x, token=***. Env: DATABRICKS_TOKEN", "Invalid access token"),
        ("no. Env: DATABRICKS_HOST", "no"),
        ("unable to parse response. This is likely a bug in the Databricks SDK ...```GET /```", "HTTP 403, with an answer that is not the API's"),
        ("plain", "plain"),
    ],
)  # fmt: skip
def test_debugging_aids_are_trimmed(message, shown):
    assert trimmed(message, 403) == shown


def test_long_messages_are_cut():
    assert len(trimmed("x" * 10_000, 400)) < 700
