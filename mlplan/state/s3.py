"""S3: a bucket as a store of objects; the only module that knows boto3.

Writes are one attempt each, since the SDK's own retries would meet the first attempt's success as a conflict. Reads
are repeated by the SDK. Nobody but boto3 deals with credentials.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Final

import boto3  # type: ignore[import-untyped]
from botocore import exceptions  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]

from mlplan.core.errors import StateError
from mlplan.core.storage import S3Place
from mlplan.state.objects.port import LARGEST, Clash, Found, Lost, ObjectStore

_CONNECT, _READ = 5, 20  # seconds: one attempt ends well within what a lease leaves
_BATCH: Final = 1000
_ABSENT: Final = frozenset(("NoSuchKey", "404"))
_NO_BUCKET: Final = frozenset(("NoSuchBucket", "PermanentRedirect", "AuthorizationHeaderMalformed", "301"))
_AGAIN: Final = frozenset(
    ("ConditionalRequestConflict", "OperationAborted", "SlowDown", "RequestTimeout", "Throttling")
)
_SIGN_IN: Final = (
    exceptions.NoCredentialsError,
    exceptions.PartialCredentialsError,
    exceptions.CredentialRetrievalError,
    exceptions.ProfileNotFound,
    exceptions.SSOError,
    exceptions.TokenRetrievalError,
)


class S3Store(ObjectStore):
    """The objects of one bucket."""

    foreign_tag = '"00000000000000000000000000000000"'

    def __init__(self, where: S3Place) -> None:
        """Look at a bucket; nothing is asked of it yet."""
        self.name = f"s3://{where.bucket}"
        self._where = where
        with self._told("open"):
            self._session = boto3.session.Session(profile_name=where.profile, region_name=where.region)
            self._reader = _client(self._session, where, attempts=4)

    @cached_property
    def _writer(self) -> Any:
        """Return the client that writes; a plan has no use for it."""
        return _client(self._session, self._where, attempts=1)

    def get(self, key: str) -> Found | None:
        """Return an object, None when there is certainly none."""
        try:
            with self._told(f"read {key}"):
                answer = self._reader.get_object(Bucket=self._where.bucket, Key=key)
                if answer["ContentLength"] > LARGEST:
                    raise StateError(
                        f"{self.name}/{key} is larger than {LARGEST:,} bytes", code="MLE600", hint=_NOT_OURS
                    )
                return Found(answer["Body"].read(), answer["ETag"])
        except _Absent:
            return None

    def put(self, key: str, data: bytes, tag: str | None) -> str:
        """Write an object that has this tag, or is not there when the tag is None; one attempt."""
        condition = {"IfNoneMatch": "*"} if tag is None else {"IfMatch": tag}
        more = {**condition, **_encryption(self._where), "ContentType": "application/json"}
        try:
            with self._told(f"write {key}", writing=True):
                answer = self._writer.put_object(Bucket=self._where.bucket, Key=key, Body=data, **more)
        except _Absent:
            raise Clash(key) from None  # there is no object to be replaced
        return str(answer["ETag"])

    def names(self, prefix: str) -> list[str]:
        """Return all keys that begin so, sorted."""
        with self._told(f"list {prefix}"):
            pages = self._reader.get_paginator("list_objects_v2").paginate(Bucket=self._where.bucket, Prefix=prefix)
            return sorted(one["Key"] for page in pages for one in page.get("Contents", ()))

    def delete(self, keys: Sequence[str]) -> None:
        """Remove objects, those of them that are there."""
        for start in range(0, len(keys), _BATCH):
            named = [{"Key": key} for key in keys[start : start + _BATCH]]
            with self._told(f"remove {keys[start]}", writing=True):
                self._writer.delete_objects(Bucket=self._where.bucket, Delete={"Objects": named, "Quiet": True})

    @contextmanager
    def _told(self, what: str, *, writing: bool = False) -> Iterator[None]:
        """Turn what boto3 raises into absence, Clash, Lost or a StateError in words."""
        try:
            yield
        except exceptions.ClientError as error:
            raise self._refusal(error, what, writing=writing) from error
        except _SIGN_IN as error:
            raise self._denied(what, str(error)) from error
        except (exceptions.BotoCoreError, OSError) as error:
            raise Lost(str(error)) if writing else self._unreachable(what, str(error)) from error

    def _refusal(self, error: exceptions.ClientError, what: str, *, writing: bool) -> Exception:
        """Return what an answer of the store means."""
        told: dict[str, Any] = error.response.get("Error", {})
        status, code = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0), str(told.get("Code", ""))
        text = f"{code}: {told.get('Message', '')}".strip(": ")
        if code in _ABSENT:
            return _Absent()
        if code in _NO_BUCKET or status in (301, 307):
            return self._no_bucket(text)
        if status == 412:  # noqa: PLR2004 - HTTP's number
            return Clash(what)
        if status >= 500 or status in (408, 409, 429) or code in _AGAIN:  # noqa: PLR2004
            return Lost(text) if writing else self._unreachable(what, text)
        return self._denied(what, text)

    def _no_bucket(self, why: str) -> StateError:
        """Return the error for a bucket that is not there, or not in this region."""
        hint = "make the bucket, or correct `bucket`, `region` and `endpoint_url` under `state:`"
        return StateError(f"there is no bucket {self.name} where mlplan looks for it: {why}", code="MLE616", hint=hint)

    def _denied(self, what: str, why: str) -> StateError:
        """Return the error for a request that was turned away."""
        hint = "sign in as boto3 expects it (`aws sts get-caller-identity` tells who you are); `mlplan explain MLE615` "
        return StateError(f"not allowed to {what} in {self.name}: {why}", code="MLE615", hint=hint + "lists the rights")

    def _unreachable(self, what: str, why: str) -> StateError:
        """Return the error for a store that does not answer, or not sensibly."""
        hint = "nothing is taken for empty that cannot be read; run again when the store answers"
        return StateError(f"cannot {what} in {self.name}: {why}", code="MLE618", hint=hint)


_NOT_OURS: Final = "mlplan did not write it; find out what did, and point `state:` elsewhere"


class _Absent(Exception):
    """There is no such object."""


def _encryption(where: S3Place) -> Mapping[str, str]:
    """Return what each write says of encryption; nothing leaves it to the bucket's default."""
    if where.kms_key_id:
        return {"ServerSideEncryption": where.sse or "aws:kms", "SSEKMSKeyId": where.kms_key_id}
    return {"ServerSideEncryption": where.sse} if where.sse else {}


def _client(made: Any, where: S3Place, attempts: int) -> Any:
    """Return a client that gives up after so many attempts."""
    # Stores that only speak S3's protocol do not all know the checksums that newer SDKs add on their own.
    checksums = "when_required" if where.endpoint_url else "when_supported"
    config = Config(
        connect_timeout=_CONNECT,
        read_timeout=_READ,
        retries={"total_max_attempts": attempts, "mode": "standard"},
        request_checksum_calculation=checksums,
        response_checksum_validation=checksums,
        s3={"addressing_style": "path"} if where.endpoint_url else {},
    )
    return made.client("s3", endpoint_url=where.endpoint_url, config=config)
