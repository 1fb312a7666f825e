"""Naming: how the platform spells names, and which characters a name may hold.

Unity Catalog folds names to lower case, experiments lose a `/Workspace` prefix and trailing
slashes, and storage locations a trailing slash (reference: the Terraform provider suppresses
exactly these differences).
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from mlplan.core.rule import Normal

_UNSEEN = r"\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
"""Control, zero-width and direction-changing characters: a reviewer could not see them."""

UC_PATTERN = rf"^[^{_UNSEEN}\x20./@]+$"
FULL_PATTERN = rf"^[^{_UNSEEN}\x20/@]+$"
TEXT_PATTERN = rf"^[^{_UNSEEN}]+$"
PATH_PATTERN = rf"^/[^{_UNSEEN}]+$"


def fold(name: str) -> str:
    """Return a Unity Catalog name as the metastore stores it."""
    return name.lower()


def trim(location: str) -> str:
    """Return a storage location without its trailing slashes."""
    return location.rstrip("/") or location


def workspace_path(name: str) -> str:
    """Return a workspace path as the server stores it."""
    return trim(name.removeprefix("/Workspace") if name.startswith("/Workspace/") else name)


def privilege(name: str) -> str:
    """Return a privilege as the server spells it."""
    return name.strip().upper().replace(" ", "_")


def principal(name: str) -> str:
    """Return a principal as the server stores it: users are folded, groups are not."""
    return name.lower() if "@" in name else name


UcName = Annotated[str, StringConstraints(pattern=UC_PATTERN, max_length=255), Normal(fold)]
FullName = Annotated[str, StringConstraints(pattern=FULL_PATTERN, max_length=767), Normal(fold)]
Location = Annotated[str, StringConstraints(pattern=TEXT_PATTERN, max_length=2048), Normal(trim)]
Text = Annotated[str, StringConstraints(pattern=TEXT_PATTERN, max_length=1024)]
Principal = Annotated[str, StringConstraints(pattern=TEXT_PATTERN, max_length=255), Normal(principal)]
Comment = Annotated[str, Field(max_length=65_535)]
