"""Options: what a project may say about its Databricks workspace, and where it must agree with the user's settings.

Secrets have no place in `mlplan.yaml`: they come from the environment, a profile, or `{env: NAME}`.
The host is settled before anything is sent, because a token must never reach another host.
"""

import configparser
import os
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from mlplan.core.declaration import Target
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake, MlplanError
from mlplan.core.secret import is_variable, reveal
from mlplan.core.values import Values

PLAIN = frozenset({
    "profile", "host", "auth_type", "client_id", "account_id", "workspace_id", "config_file", "token_audience",
    "oidc_token_env", "oidc_token_filepath", "azure_workspace_resource_id", "azure_use_msi", "azure_client_id",
    "azure_tenant_id", "azure_environment", "google_service_account", "databricks_cli_path", "cloud", "discovery_url",
})  # fmt: skip
"""Settings of the SDK that may stand in a file."""
SECRET = frozenset(
    {"token", "username", "password", "client_secret", "azure_client_secret", "google_credentials"}
)  # fmt: skip
"""Settings that are given as `{env: NAME}` or not at all."""
OWN = frozenset({"http_timeout_seconds"})
ALLOWED = "MLPLAN_ALLOWED_HOSTS"
"""Workspaces, comma between, that may get a token; set where the project's files are a stranger's, as in a pull request."""
STEERING = ("config_file", "databricks_cli_path")
"""Settings by which a file says what is run, or where the other settings are."""


def settings(target: Target, environ: Mapping[str, str] = os.environ) -> Values:
    """Return the SDK's settings that the project gives; Mistake names every wrong one."""
    wrong = [one for name, value in target.options.items() for one in _wrong(name, value, environ)]
    if wrong:
        raise Mistake(*wrong)
    return {name: reveal(value, environ) for name, value in target.options.items()}


def settled_host(given: Values, environ: Mapping[str, str] = os.environ) -> str:
    """Return the one host that all settings agree on, or nothing; MlplanError when they do not agree."""
    found = {source: normal_host(host) for source, host in _hosts(given, environ).items() if host}
    if len(set(found.values())) > 1:
        said = "; ".join(f"{source} says {host}" for source, host in found.items())
        hint = "make them agree, so that no token is sent to a workspace that it is not for"
        raise MlplanError(f"the workspace is not clear: {said}", code="MLE543", hint=hint)
    host = next(iter(found.values()), "")
    if host:
        check_secure(host)
    return host


def check_allowed(given: Values, host: str, environ: Mapping[str, str] = os.environ) -> None:
    """Raise MlplanError unless the host may get a token; only hosts that are listed may, where any are."""
    allowed = {normal_host(one.strip()) for one in environ.get(ALLOWED, "").split(",") if one.strip()}
    if not allowed:
        return
    steering = [f"`{name}`" for name in STEERING if given.get(name)]
    asked = {"discovery_url": str(given.get("discovery_url") or host), "host": host}
    wrong = [normal_host(one) if one else "" for one in asked.values() if not one or normal_host(one) not in allowed]
    if steering:
        told = f"{ALLOWED} is set, and the project says {', '.join(steering)}, which could lead past it"
    elif wrong:
        told = f"{wrong[0] or 'a workspace that is not named'} is not among {ALLOWED}; no token was sent to it"
    else:
        return
    hint = (
        "a pull request must not choose who gets the token; name the host in `mlplan.yaml`, and list it in the workflow"
    )
    raise MlplanError(told, code="MLE548", hint=hint)


def check_secure(host: str) -> None:
    """Raise MlplanError for a host that would get the token unencrypted over a network."""
    parts = urlsplit(host)
    if parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
        return
    raise MlplanError(
        f"{host} is not reached by https", code="MLE544", hint="write https://, or use a loopback address"
    )


def normal_host(host: str) -> str:
    """Return a host in one form: with a scheme, in lower case, without path or default port; MlplanError for none."""
    try:
        parts = urlsplit(host if "://" in host else f"https://{host}")
        default = {"https": 443, "http": 80}.get(parts.scheme)
        port = "" if parts.port in (None, default) else f":{parts.port}"
    except ValueError as error:
        hint = "write it as https://NAME, with a port where it is not the usual one"
        raise MlplanError(f"{host} is not the address of a host", code="MLE544", hint=hint) from error
    name = parts.hostname or ""
    return f"{parts.scheme}://{f'[{name}]' if ':' in name else name}{port}"


def _hosts(given: Values, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the host that each source of settings names."""
    profile = given.get("profile") or environ.get("DATABRICKS_CONFIG_PROFILE") or ""
    found = {"mlplan.yaml": str(given.get("host") or ""), "DATABRICKS_HOST": environ.get("DATABRICKS_HOST", "")}
    if profile:
        found[f"profile {profile}"] = _host_of_profile(str(profile), given, environ)
    return found


def _host_of_profile(profile: str, given: Values, environ: Mapping[str, str]) -> str:
    """Return the host of a profile; nothing when the file or the profile is not there, which the SDK reports."""
    written = given.get("config_file") or environ.get("DATABRICKS_CONFIG_FILE") or "~/.databrickscfg"
    parser = configparser.ConfigParser(interpolation=None, default_section="")  # as the SDK, which inherits nothing
    try:
        parser.read(Path(str(written)).expanduser(), encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return ""
    return parser.get(profile, "host", fallback="")


def _is_loopback(name: str) -> bool:
    """Tell whether a host name is this machine."""
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _wrong(name: str, value: object, environ: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Yield what is wrong with one option."""
    if is_variable(value):
        assert isinstance(value, dict)
        if value["env"] not in environ:
            yield Diagnostic("MLE542", f"option {name} comes from {value['env']}, which is not set")
    elif name in SECRET:
        hint = "write {env: NAME}, or leave it to a profile or the environment"
        yield Diagnostic("MLE542", f"option {name} of the databricks provider is a secret", hint=hint)
    if name not in PLAIN | SECRET | OWN:
        hint = f"it has {', '.join(sorted(PLAIN))}"
        yield Diagnostic("MLE542", f"the databricks provider has no option {name}", hint=hint)
    elif not isinstance(value, str | int | bool | dict):
        yield Diagnostic("MLE542", f"option {name} of the databricks provider is a single value")
