"""Azure: a container of Azure Blob Storage as a store of objects; the only module that knows Azure's SDK.

Writes are one attempt each, since the SDK's own retries would meet the first attempt's success as a conflict. Reads
are repeated by the SDK. Who signs in is a connection string of the environment, or Azure's own chain; keys of
encryption are the matter of the account.
"""

import logging
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from azure.core import MatchConditions, exceptions
from azure.core.credentials import AccessToken
from azure.identity import DefaultAzureCredential
from azure.storage.blob import ContainerClient

from mlplan.core.errors import StateError
from mlplan.core.storage import AzurePlace
from mlplan.state.objects.port import LARGEST, Clash, Found, Lost, ObjectStore

CONNECTION: Final = "AZURE_STORAGE_CONNECTION_STRING"
_CONNECT, _READ = 5, 20  # seconds: one attempt ends well within what a lease leaves
_TAKEN: Final = frozenset(("BlobAlreadyExists", "ConditionNotMet", "BlobNotFound"))
_NO_CONTAINER: Final = frozenset(("ContainerNotFound", "ContainerBeingDeleted", "ContainerDisabled"))


class AzureStore(ObjectStore):
    """The blobs of one container."""

    foreign_tag = '"0x000000000000000"'

    def __init__(self, where: AzurePlace, environ: Mapping[str, str] = os.environ) -> None:
        """Look at a container; nothing is asked of it yet."""
        self.name = f"{where.url}/{where.container}"
        self._reader = _client(where, environ, retries=3)
        self._writer = _client(where, environ, retries=0)

    def get(self, key: str) -> Found | None:
        """Return an object, None when there is certainly none."""
        try:
            with self._told(f"read {key}"):
                answer = self._reader.download_blob(key)
                if answer.size > LARGEST:
                    message = f"{self.name}/{key} is larger than {LARGEST:,} bytes"
                    raise StateError(message, code="MLE600", hint=_NOT_OURS)
                return Found(answer.readall(), answer.properties.etag)
        except _Absent:
            return None

    def put(self, key: str, data: bytes, tag: str | None) -> str:
        """Write an object that has this tag, or is not there when the tag is None; one attempt."""
        condition: dict[str, Any] = {"overwrite": False}
        if tag is not None:
            condition = {"overwrite": True, "etag": tag, "match_condition": MatchConditions.IfNotModified}
        try:
            with self._told(f"write {key}", writing=True):
                answer = self._writer.get_blob_client(key).upload_blob(data, **condition)
        except _Absent:
            raise Clash(key) from None  # there is no object to be replaced
        return str(answer["etag"])

    def names(self, prefix: str) -> list[str]:
        """Return all keys that begin so, sorted."""
        with self._told(f"list {prefix}"):
            return sorted(self._reader.list_blob_names(name_starts_with=prefix))

    def delete(self, keys: Sequence[str]) -> None:
        """Remove objects, those of them that are there."""
        for key in keys:
            with suppress(_Absent), self._told(f"remove {key}", writing=True):
                self._writer.delete_blob(key)

    @contextmanager
    def _told(self, what: str, *, writing: bool = False) -> Iterator[None]:
        """Turn what the SDK raises into absence, Clash, Lost or a StateError in words."""
        try:
            yield
        except _NobodyError as error:
            raise self._denied(what, _words(error)) from error
        except exceptions.HttpResponseError as error:
            raise self._refusal(error, what, writing=writing) from error
        except (exceptions.AzureError, OSError) as error:
            raise Lost(_words(error)) if writing else self._unreachable(what, _words(error)) from error

    def _refusal(self, error: exceptions.HttpResponseError, what: str, *, writing: bool) -> Exception:
        """Return what an answer of the store means."""
        status, code = error.status_code or 0, _code(error)
        if code == "BlobNotFound" and status == 404:  # noqa: PLR2004 - HTTP's number
            return _Absent()
        if code in _NO_CONTAINER:
            return self._no_container(_words(error))
        if code in _TAKEN:
            return Clash(what)
        if status >= 500 or status in (408, 429):  # noqa: PLR2004
            return Lost(_words(error)) if writing else self._unreachable(what, _words(error))
        return self._denied(what, _words(error))

    def _no_container(self, why: str) -> StateError:
        """Return the error for a container that is not there."""
        hint = "make the container, or correct `account` and `container` under `state:`"
        return StateError(f"there is no container {self.name}: {why}", code="MLE661", hint=hint)

    def _denied(self, what: str, why: str) -> StateError:
        """Return the error for a request that was turned away."""
        hint = "sign in (`az login`, or the identity of the CI job); `mlplan explain MLE660` lists the roles"
        return StateError(f"not allowed to {what} in {self.name}: {why}", code="MLE660", hint=hint)

    def _unreachable(self, what: str, why: str) -> StateError:
        """Return the error for a store that does not answer, or not sensibly."""
        hint = "nothing is taken for empty that cannot be read; run again when the store answers"
        return StateError(f"cannot {what} in {self.name}: {why}", code="MLE618", hint=hint)


_NOT_OURS: Final = "mlplan did not write it; find out what did, and point `state:` elsewhere"


_QUERY: Final = re.compile(r"\?[\w%.~-]+=\S*")
"""Of a URL: a shared access signature stands there."""


class _NobodyError(Exception):
    """Nobody is signed in."""


class _Chain:
    """Azure's own chain of ways to sign in; the SDK would repeat its failure for a minute, and log it each time."""

    def __init__(self) -> None:
        """Ask nobody yet."""
        logging.getLogger("azure").setLevel(logging.CRITICAL)
        self._chain = DefaultAzureCredential()

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """Return a token, or say that there is none."""
        try:
            return self._chain.get_token(*scopes, **options)
        except exceptions.ClientAuthenticationError as error:
            raise _NobodyError(error.message) from error


class _Absent(Exception):
    """There is no such object."""


def _code(error: BaseException) -> str:
    """Return the store's own word for what happened, if it said one; the SDK makes a member of an enumeration of some."""
    said = getattr(error, "error_code", None) or ""
    return str(getattr(said, "value", said))


def _words(error: BaseException) -> str:
    """Return the one line of an error of the SDK that tells what happened."""
    code = _code(error)
    lines = str(getattr(error, "message", None) or error).splitlines() or [type(error).__name__]
    text = _QUERY.sub("", lines[0])
    return f"{code}: {text}" if code else text


def _client(where: AzurePlace, environ: Mapping[str, str], retries: int) -> ContainerClient:
    """Return a client that repeats a request so many times."""
    options: dict[str, Any] = {
        "connection_timeout": _CONNECT,
        "read_timeout": _READ,
        "retry_total": retries,
        "permit_redirects": False,
        "max_single_put_size": LARGEST,  # one request, however large, so that a write is one step
        "max_single_get_size": LARGEST,
    }
    if environ.get(CONNECTION):
        return _connected(where, environ[CONNECTION], options)
    return ContainerClient(where.url, where.container, credential=_Chain(), **options)


def _connected(where: AzurePlace, connection: str, options: Mapping[str, Any]) -> ContainerClient:
    """Return a client from a connection string, which must mean the account that the project names."""
    try:
        made = ContainerClient.from_connection_string(connection, where.container, **options)
    except ValueError:
        raise _unlike(where, "cannot be read") from None  # without the cause, which could repeat the key
    if made.url.partition("?")[0] != f"{where.url}/{where.container}":
        raise _unlike(where, "is of another account")
    return made


def _unlike(where: AzurePlace, why: str) -> StateError:
    """Return the error for a connection string that is not one of the account."""
    hint = f"set {CONNECTION} to that of {where.url}, or unset it to sign in as Azure's own tools do"
    return StateError(f"{CONNECTION} {why}", code="MLE662", hint=hint)
