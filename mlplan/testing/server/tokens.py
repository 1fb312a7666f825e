"""Tokens: who a request comes from, and the OAuth clients that may ask for tokens of their own."""

import secrets
import threading
from dataclasses import dataclass

from mlplan.core.effect import Clock
from mlplan.testing.server.refusal import Refusal

LIFETIME = 3600
"""Seconds that an OAuth token lives; on the platform one hour (databricks/cli #4768 died at 60 minutes)."""


@dataclass(slots=True)
class _Issued:
    """A token that was given out."""

    principal: str
    until: float | None
    """On the clock of the server; None for personal access tokens."""


class Tokens:
    """Bearer tokens, each for one principal."""

    def __init__(self, clock: Clock) -> None:
        self.id_token = secrets.token_hex(16)
        """What a federation's other side gives out, for exchange."""
        self._clock = clock
        self._lock = threading.Lock()
        self._issued: dict[str, _Issued] = {}
        self._clients: dict[str, tuple[str, str]] = {}

    def add(self, principal: str, token: str = "") -> str:
        """Return a personal access token of a principal."""
        token = token or f"dapi{secrets.token_hex(16)}"
        with self._lock:
            self._issued[token] = _Issued(principal, None)
        return token

    def issue(self, principal: str) -> str:
        """Return an OAuth token, which expires."""
        token = f"eyJ{secrets.token_hex(24)}"
        with self._lock:
            self._issued[token] = _Issued(principal, self._clock.monotonic() + LIFETIME)
        return token

    def client(self, client_id: str, secret: str = "", principal: str = "") -> None:
        """Know a service principal; without a secret it can only exchange tokens of a federation."""
        with self._lock:
            self._clients[client_id] = (secret, principal or client_id)

    def principal_of_client(self, client_id: str, secret: str | None) -> str | None:
        """Return the principal behind a client; None for a wrong secret (a None `secret` is not asked for)."""
        known, principal = self._clients.get(client_id, (None, ""))
        if known is None or (secret is not None and (not known or not secrets.compare_digest(known, secret))):
            return None
        return principal

    def expire(self, token: str | None = None) -> None:
        """Let a token, or all that OAuth gave out, end now."""
        with self._lock:
            for name, issued in self._issued.items():
                if name == token or (token is None and issued.until is not None):
                    issued.until = self._clock.monotonic()

    def principal(self, authorization: str) -> str:
        """Return who a request comes from.

        [unverified] which words and codes the platform uses; the SDK documents 401 as `the request
        does not have valid authentication credentials`.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refusal(401, "UNAUTHENTICATED", "Credential was not sent or was of an unsupported type for this API.")
        issued = self._issued.get(token.strip())
        if issued is None:
            raise Refusal(403, "PERMISSION_DENIED", "Invalid access token.")
        if issued.until is not None and self._clock.monotonic() >= issued.until:
            raise Refusal(401, "UNAUTHENTICATED", "Token is expired")
        return issued.principal
