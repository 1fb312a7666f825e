"""Settings: what a test may choose about the workspace behind the server."""

from dataclasses import dataclass
from typing import Literal

METASTORE_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Settings:
    """How the workspace behaves where the platform's behaviour varies, or is not known for certain."""

    workspace_id: int = 1234567890123456
    polls: int = 1
    """An endpoint's update is through after so many reads of it that say IN_PROGRESS."""
    seconds: float | None = None
    """When set, it is through after that much real time instead, however often it is read."""
    busy: Literal[409, 400] = 409
    """Status for changing what is being updated: 409 RESOURCE_CONFLICT or 400 INVALID_STATE [unverified which]."""
    default_schema: bool = True
    """New catalogs have a schema `default`, so that deleting one takes `force` or deleting that first."""
    managed_properties: bool = True
    """Catalogs and schemas without properties show `unity.catalog.managed.*` ones."""
    delete_experiment_tag: bool = True
    """There is a call that takes a tag off an experiment [unverified: MLflow's API has it, the SDK does not]."""
    isolation: bool = False
    """An ISOLATED catalog that is not bound to this workspace cannot be read from it."""
    empty_pages: bool = False
    """Every list begins with an empty page that has a successor."""
    page: int = METASTORE_PAGE
    """The `server configured value` of lists that leave it open."""
    careless_files: bool = False
    """A file that is there is replaced although the request says `overwrite=false`."""
    admins: tuple[str, ...] = ("admins",)
    """Groups that may manage everything, which shows as inherited permissions."""
    groups: tuple[str, ...] | None = None
    """Groups that exist; None takes every name for one. So for users and service principals."""
    users: tuple[str, ...] | None = None
    service_principals: tuple[str, ...] | None = None
    bodies: bool = False
    """Keep the bodies of requests in the log; they may hold secrets."""
