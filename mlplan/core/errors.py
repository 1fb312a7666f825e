"""Errors: what can go wrong, as a tree; each has a code with a page in `mlplan explain`.

    MlplanError                     exit code
    ├── Mistake                     1   findings about the user's files or words
    ├── Refused                     3   a saved plan that no longer fits
    ├── Locked                      4   another run holds the lock
    ├── PartlyApplied               5   some steps failed; state holds what happened
    ├── StateError                  1   state that cannot be trusted is never treated as empty
    ├── ForgeError                  1   what GitHub does not carry out; it is declared in `forge/errors`
    └── PlatformError               1   what a provider raises, and the applier records
        ├── NotFound                    no such object
        ├── Conflict                    exists already, in use, or changed meanwhile
        ├── Denied                      not allowed
        ├── Invalid                     the platform refuses the request as it is
        ├── RateLimited                 too many requests, after all patience
        ├── Unavailable                 not reachable now
        ├── NotReady                    accepted, but failed or slow to become ready
        └── UnknownOutcome              may or may not have happened; must be read back

Bugs are assertions and are never caught as these.
"""

from mlplan.core.diagnostic import Diagnostic


class MlplanError(Exception):
    """Anything that ends a command with a message for a person."""

    exit_code = 1
    code = "MLE900"

    def __init__(self, message: str, *, code: str = "", hint: str = "") -> None:
        """Say what happened, under which code, and what to do."""
        super().__init__(message)
        self.code = code or type(self).code
        self.hint = hint

    def diagnostics(self) -> list[Diagnostic]:
        """Return what to show for it."""
        return [Diagnostic(code=self.code, summary=str(self), hint=self.hint)]


class Mistake(MlplanError):
    """Findings about the user's files or words, all of them together."""

    def __init__(self, *found: Diagnostic) -> None:
        """Collect the findings."""
        super().__init__(found[0].summary, code=found[0].code, hint=found[0].hint)
        self.found = list(found)

    def diagnostics(self) -> list[Diagnostic]:
        """Return every finding."""
        return self.found


class Refused(MlplanError):
    """A saved plan that is stale, tampered with, or meant for something else."""

    exit_code = 3
    code = "MLE420"


class Locked(MlplanError):
    """Another run holds the lock of this environment."""

    exit_code = 4
    code = "MLE610"


class PartlyApplied(MlplanError):
    """Some steps failed or were skipped; the rest is applied and recorded."""

    exit_code = 5
    code = "MLE500"


class StateError(MlplanError):
    """State or journal that cannot be read, trusted or written."""

    code = "MLE600"


class PlatformError(MlplanError):
    """A request that the platform did not carry out."""

    code = "MLE510"


class NotFound(PlatformError):
    """The object, or its parent, does not exist."""

    code = "MLE511"


class Conflict(PlatformError):
    """The object exists already, is in use, is not empty, or changed meanwhile."""

    code = "MLE512"


class Denied(PlatformError):
    """The platform does not allow it."""

    code = "MLE513"


class Invalid(PlatformError):
    """The platform refuses the request as it is."""

    code = "MLE514"


class RateLimited(PlatformError):
    """The platform asks for fewer requests, beyond our patience."""

    code = "MLE515"


class Unavailable(PlatformError):
    """The platform cannot be reached now."""

    code = "MLE516"


class NotReady(PlatformError):
    """The change was accepted, but the object failed to become ready."""

    code = "MLE517"


class UnknownOutcome(PlatformError):
    """The request may or may not have happened; it is read back, never repeated blindly."""

    code = "MLE518"
