"""Target: providers and state backends as people write them, brought to a name and its options."""

from typing import Any, Final
from urllib.parse import urlsplit

from mlplan.config.validate import Fault, faults
from mlplan.config.words import listed, suggest
from mlplan.core.declaration import Target
from mlplan.core.secret import has_login, is_reference, is_variable, looks_secret
from mlplan.core.source import YamlPath
from mlplan.core.storage import PLACES

PROVIDERS: Final = ("local", "databricks", "mlflow")
_MLFLOW: Final = ("http", "https")


def provider(written: object) -> Target | Fault:
    """Return the provider that a URI or mapping stands for."""
    if isinstance(written, dict):
        return _mapping(written, "MLE222", "provider")
    text = str(written)
    if "://" in text:
        return _uri(text)
    if text in ("local", "databricks"):
        return Target(text)
    hint = (
        suggest(text, PROVIDERS) or "use local, databricks, databricks://PROFILE, an http(s) URL or {name: {options}}"
    )
    return Fault((), "MLE222", "there is no provider of this name", hint)


def state(written: object) -> Target | Fault:
    """Return the backend that a name or mapping stands for."""
    made = _mapping(written, "MLE223", "state backend") if isinstance(written, dict) else Target(str(written))
    if isinstance(made, Fault):
        return made
    if made.name not in PLACES:
        hint = suggest(made.name, PLACES) or f"use local, or {{name: {{options}}}} with {listed(PLACES)}"
        path = (made.name,) if isinstance(written, dict) else ()
        return Fault(path, "MLE223", "there is no state backend of this name", hint, at_key=bool(path))
    if made.name != "local" and not isinstance(written, dict):
        return Fault((), "MLE223", f"the state backend `{made.name}` has options", f"write {{{made.name}: {{...}}}}")
    wrong = faults(PLACES[made.name], made.options)
    return wrong[0]._replace(path=(made.name, *wrong[0].path)) if wrong else made


def _uri(text: str) -> Target | Fault:
    """Return the provider of a URI."""
    try:
        parts = urlsplit(text)
        secret = parts.password is not None
    except ValueError:
        return Fault((), "MLE222", "the provider's URI cannot be read", "check its brackets and port")
    if secret:
        return Fault((), "MLE206", "the provider's URL holds a password", "keep it out of files", secret=True)
    if parts.scheme == "databricks" and parts.netloc and not parts.path.strip("/"):
        return Target("databricks", {"profile": parts.netloc})
    if parts.scheme in _MLFLOW and parts.hostname:
        return Target("mlflow", {"url": text.rstrip("/")})
    return Fault((), "MLE222", "the provider's URI is not understood", "use databricks://PROFILE or http(s)://HOST")


def _mapping(written: dict[str, Any], code: str, noun: str) -> Target | Fault:
    """Return the target of `{name: {options}}`."""
    if len(written) != 1:
        return Fault((), code, f"a {noun} is one name with its options, not {listed(written) or 'nothing'}")
    ((name, options),) = written.items()
    if not isinstance(options, dict | None):
        return Fault((name,), "MLE202", f"the options of {noun} `{name}` must be a mapping", "write {} for none")
    path = _clear_secret((name,), options or {})
    if path:
        return Fault(path, "MLE206", f"`{path[-1]}` is a secret written in the clear", "write {env: NAME}", secret=True)
    path = next(((name, key) for key, item in (options or {}).items() if isinstance(item, str) and has_login(item)), ())
    if path and noun == "provider":
        return Fault(path, "MLE206", f"the provider's {path[-1]} holds a password", "keep it out of files", secret=True)
    return Target(name, options or {})


def _clear_secret(path: YamlPath, value: dict[str, Any]) -> YamlPath:
    """Return the path of a literal that is likely a secret, or nothing."""
    for key, item in value.items():
        if isinstance(item, dict) and not is_variable(item):
            found = _clear_secret((*path, key), item)
            if found:
                return found
        elif isinstance(item, str) and not is_reference(item) and looks_secret(key, item):
            return (*path, key)
    return ()
