"""Refusal: an error as the REST API tells it: a status, an `error_code`, a message."""

from typing import Any, NoReturn

from mlplan.core.errors import Conflict, Invalid, MlplanError, NotFound

Json = dict[str, Any]


class Refusal(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        """Say it as the API does."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers or {}

    def body(self) -> Json:
        """Return what stands in the answer."""
        return {"error_code": self.code, "message": str(self)}


class NoGrant(Refusal):
    """A request for a token that is refused, in the words of OAuth."""

    def body(self) -> Json:
        """Return what stands in the answer (RFC 6749, section 5.2)."""
        return {"error": self.code, "error_description": str(self)}


def invalid(message: str) -> Refusal:
    """Return the error for a request that makes no sense."""
    return Refusal(400, "INVALID_PARAMETER_VALUE", message)


def missing(message: str, code: str = "RESOURCE_DOES_NOT_EXIST") -> Refusal:
    """Return the error for an object that is not there; Unity Catalog has codes of its own for some."""
    return Refusal(404, code, message)


def unsupported(message: str) -> Refusal:
    """Return the error for what the platform can do and this server does not."""
    return Refusal(501, "NOT_IMPLEMENTED", message)


def translate(error: MlplanError) -> Refusal:
    """Return the error for one of the workspace's own, where a route has no better words."""
    if isinstance(error, NotFound):
        return missing(str(error))
    if isinstance(error, Conflict):
        return Refusal(409, "RESOURCE_CONFLICT", str(error))
    if isinstance(error, Invalid):
        return invalid(str(error))
    return Refusal(503, "TEMPORARILY_UNAVAILABLE", str(error))


def refuse(message: str) -> NoReturn:
    """Refuse a request that makes no sense."""
    raise invalid(message)
