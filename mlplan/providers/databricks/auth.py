"""Auth: the SDK's own ways to sign in, with one repair: GitHub's tokens are exchanged once, not per request."""

import logging
import os
from collections.abc import Mapping

from databricks.sdk.config import Config
from databricks.sdk.credentials_provider import (
    CredentialsProvider,
    CredentialsStrategy,
    DefaultCredentials,
    oidc_credentials_provider,
)
from databricks.sdk.oidc import IdToken, IdTokenSource
from databricks.sdk.oidc_token_supplier import GitHubOIDCTokenSupplier

from mlplan.core.errors import Denied, MlplanError
from mlplan.core.values import Values
from mlplan.providers.databricks.errors import trimmed
from mlplan.providers.databricks.options import check_allowed, check_secure, normal_host, settled_host
from mlplan.providers.databricks.wire import ONE_ATTEMPT, OneAttempt

GITHUB = "github-oidc"
HTTP_TIMEOUT = 60
_OTHERS = ("token", "password", "client_secret", "metadata_service_url", "oidc_token_filepath", "azure_client_secret")
"""Settings that the SDK's chain would use before it comes to GitHub."""


def configured(given: Values, workers: int, version: str, environ: Mapping[str, str] = os.environ) -> Config:
    """Return a signed-in configuration; what it sends a token to is settled before anything is sent."""
    for name in ("databricks.sdk", "databricks"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # a failed discovery is no finding of ours
    host = settled_host(given, environ)
    check_allowed(given, host, environ)
    wanted = {**given, "host": host} if host else given
    wanted = {"http_timeout_seconds": HTTP_TIMEOUT, **wanted}
    try:
        config = Config(
            credentials_strategy=Chain(),
            product="mlplan",
            product_version=version,
            clock=OneAttempt(),
            retry_timeout_seconds=ONE_ATTEMPT,
            max_connection_pools=workers,
            max_connections_per_pool=workers,
            **wanted,
        )
    except (ValueError, OSError) as error:
        raise Denied(
            f"cannot sign in to Databricks: {trimmed(str(error), 0)}",
            code="MLE545",
            hint="name a profile (databricks://PROFILE), or set DATABRICKS_HOST and a way to sign in",
        ) from error
    _same_host(config, host)
    return config


def _same_host(config: Config, settled: str) -> None:
    """Raise MlplanError unless the SDK points where the settings say, over a safe connection."""
    found = normal_host(str(config.host or ""))
    if settled and found != settled:
        raise MlplanError(f"the workspace is not clear: the SDK chose {found}, not {settled}", code="MLE543")
    check_secure(found)


class Chain(CredentialsStrategy):
    """The SDK's chain of ways to sign in, with our own in GitHub's place."""

    def __init__(self) -> None:
        self._default = DefaultCredentials()
        self._chosen = ""

    def auth_type(self) -> str:
        """Return the way that was chosen."""
        return self._chosen or self._default.auth_type()

    def __call__(self, cfg: Config) -> CredentialsProvider:
        """Return what makes the headers of a request."""
        if _in_github(cfg):
            found = oidc_credentials_provider(cfg, GitHubToken(cfg))
            if found is not None:
                self._chosen = GITHUB
                return found
        return self._default(cfg)


class GitHubToken(IdTokenSource):
    """A fresh token of the running GitHub job, asked for at each exchange."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def id_token(self) -> IdToken:
        """Return the job's token; ValueError when the job may not have one."""
        audience = self._config.token_audience or self._config.databricks_oidc_endpoints.token_endpoint  # type: ignore[union-attr]
        token = GitHubOIDCTokenSupplier().get_oidc_token(audience)
        if not token:
            raise ValueError("GitHub gives no token; the job needs `permissions: id-token: write`")
        return IdToken(token)


def _in_github(cfg: Config) -> bool:
    """Tell whether the chain would come to GitHub's way."""
    if cfg.auth_type:
        return str(cfg.auth_type) == GITHUB
    there = bool(os.environ.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN") and cfg.client_id and cfg.host)
    return there and not any(getattr(cfg, name) for name in _OTHERS)
