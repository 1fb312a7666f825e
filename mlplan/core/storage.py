"""Storage: where state may be kept, and what `state:` in mlplan.yaml says of each place."""

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mlplan.core.values import Values

BUCKET: Final = r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"
PREFIX: Final = r"^[A-Za-z0-9_.=-]+(/[A-Za-z0-9_.=-]+)*/?$"
ENDPOINT: Final = r"^(https://[^\s/@?#]+|http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?)(/[^\s?#]*)?$"
"""Without a name and password, and in the clear only to this machine."""

_AZURE_HOST: Final = r"[a-z0-9]{3,24}(\.z[0-9]+)?\.blob\.(core\.windows\.net|core\.chinacloudapi\.cn|core\.usgovcloudapi\.net|storage\.azure\.net)"
_EMULATED: Final = r"http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?/[a-z0-9]+"
ACCOUNT: Final = rf"^([a-z0-9]{{3,24}}|https://{_AZURE_HOST}/?|{_EMULATED}/?)$"
"""A name, or the URL of one of Azure's own hosts: another would be sent a token that opens every account of the caller."""
VOLUME: Final = r"^/Volumes(/[A-Za-z0-9_=-][A-Za-z0-9_.=-]*){3,}$"
CONTAINER: Final = r"^[a-z0-9](-?[a-z0-9]){2,62}$"


class Place(BaseModel):
    """What all places have in common."""

    model_config = ConfigDict(extra="forbid", strict=True)


class LocalPlace(Place):
    """A directory of this machine, or one that is mounted and has file locks."""

    path: str = Field(".mlplan/state", min_length=1, description="The directory, from the project's root on.")


class S3Place(Place):
    """A bucket of S3, or of a store that speaks its protocol and heeds conditional writes."""

    bucket: str = Field(pattern=BUCKET, description="The bucket's name; it must exist.")
    prefix: str | None = Field(
        None, pattern=PREFIX, description="What all keys begin with, before project and environment."
    )
    region: str | None = Field(None, min_length=1, description="The bucket's region; else boto3's own setting.")
    endpoint_url: str | None = Field(
        None, pattern=ENDPOINT, description="Of a compatible store; https, but for this machine."
    )
    profile: str | None = Field(None, min_length=1, description="A profile of the AWS configuration files.")
    sse: Literal["AES256", "aws:kms", "aws:kms:dsse"] | None = Field(
        None, description="Server-side encryption that each write asks for; else the bucket's default."
    )
    kms_key_id: str | None = Field(None, min_length=1, description="The KMS key for it; it means `sse: aws:kms`.")


class AzurePlace(Place):
    """A container of Azure Blob Storage."""

    account: str = Field(
        pattern=ACCOUNT, description="The storage account's name; or its blob URL, where it is in another cloud."
    )
    container: str = Field(pattern=CONTAINER, description="The container's name; it must exist.")
    prefix: str | None = Field(
        None, pattern=PREFIX, description="What all names of blobs begin with, before project and environment."
    )

    @property
    def url(self) -> str:
        """Return the URL of the account."""
        return self.account.rstrip("/") if "/" in self.account else f"https://{self.account}.blob.core.windows.net"


class DatabricksPlace(Place):
    """A volume of Unity Catalog, or a directory in it."""

    volume: str = Field(
        pattern=VOLUME, description="/Volumes/catalog/schema/volume, which must exist, and a directory in it."
    )
    profile: str | None = Field(
        None, min_length=1, description="The workspace's profile; else the environment's own provider, if Databricks."
    )
    host: str | None = Field(None, pattern=ENDPOINT, description="The workspace's URL, where no profile names it.")


PLACES: Final[dict[str, type[Place]]] = {
    "local": LocalPlace,
    "s3": S3Place,
    "azure": AzurePlace,
    "databricks": DatabricksPlace,
}

READ: Final = {
    "s3": (("s3:GetObject",), ("s3:ListBucket",)),
    "azure": (("Storage Blob Data Reader",), ()),
    "databricks": (("READ_VOLUME",), ("USE_CATALOG", "USE_SCHEMA")),
}
WRITE: Final = {
    "s3": (("s3:GetObject", "s3:PutObject", "s3:DeleteObject"), ("s3:ListBucket",)),
    "azure": (("Storage Blob Data Contributor",), ()),
    "databricks": (("READ_VOLUME", "WRITE_VOLUME"), ("USE_CATALOG", "USE_SCHEMA")),
}
"""What is needed on the objects of an environment, and on what they are in."""


def rights(name: str, options: Values, owner: str, *, writes: bool) -> list[tuple[str, tuple[str, ...]]]:
    """Return what to grant on which part of the place of state, for the environment that `owner` names; nothing locally."""
    place = opened(name, options)
    if not isinstance(place, S3Place | AzurePlace | DatabricksPlace):
        return []
    objects, whole = (WRITE if writes else READ)[name]
    if isinstance(place, DatabricksPlace):
        catalog, schema, volume = place.volume.split("/")[2:5]
        inside = [(f"catalog {catalog}", whole[:1]), (f"schema {catalog}.{schema}", whole[1:])]
        return [*inside, (f"volume {catalog}.{schema}.{volume}", objects)]
    prefix = f"{place.prefix.strip('/')}/{owner}/" if place.prefix else f"{owner}/"
    if isinstance(place, AzurePlace):
        return [(f"container {place.url}/{place.container}", objects)]
    key = (
        [("kms key " + place.kms_key_id, ("kms:Decrypt", "kms:GenerateDataKey")[: 1 + writes])]
        if place.kms_key_id
        else []
    )
    return [(f"bucket s3://{place.bucket}/{prefix}*", objects), (f"bucket s3://{place.bucket}", whole), *key]


def opened(name: str, options: Values) -> Place | str:
    """Return a place with its options, or what is wrong with them."""
    if name not in PLACES:
        return f"there is no state backend {name!r}"
    try:
        return PLACES[name].model_validate(options)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or 'the options'}: {first['msg'].lower()}"


def schema() -> dict[str, Any]:
    """Return the JSON Schema of `state:`."""
    options = {name: {"anyOf": [place.model_json_schema(), {"type": "null"}]} for name, place in PLACES.items()}
    one = {
        "type": "object",
        "properties": options,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }
    return {"anyOf": [{"const": "local"}, one]}
