"""Errors: what can come of a request to GitHub, each with what to do about it."""

from mlplan.core.errors import MlplanError


class ForgeError(MlplanError):
    """A request that GitHub did not carry out."""

    code = "MLE775"


class Forbidden(ForgeError):
    """The token may not do this."""

    code = "MLE773"


class Unsigned(Forbidden):
    """GitHub does not know the token: it is wrong, or has expired."""


class Missing(ForgeError):
    """There is no such thing, or the token may not know of it: GitHub says 404 to both."""

    code = "MLE774"


class Unreachable(ForgeError):
    """GitHub does not answer, or asks for more patience than we have."""

    code = "MLE776"


class Unclear(ForgeError):
    """A change that may or may not have been made; it is read back, never repeated blindly."""

    code = "MLE777"
