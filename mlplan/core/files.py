"""Files: what mlplan asks of a place for files that makes a new one atomically and replaces none on a condition.

A volume of Unity Catalog is such a place. State in it is made in `state/volume`, and requests in the provider's room;
neither knows the other. What goes wrong is one of the PlatformErrors.
"""

from typing import Protocol


class Files(Protocol):
    """Files by absolute path."""

    name: str
    """What people call the place that paths begin in: the workspace's URL."""

    def names(self, directory: str) -> list[str] | None:
        """Return the names of the files in a directory; None when there is certainly no such directory."""

    def read(self, path: str, most: int) -> bytes | None:
        """Return a file of at most so many bytes; None when there is no such file, as far as the platform says."""

    def create(self, path: str, data: bytes) -> None:
        """Make a file with its directories; one attempt.

        Conflict when there is one already, NotFound without a place to make it in, UnknownOutcome when nobody knows.
        """

    def remove(self, path: str) -> None:
        """Take a file down; what is gone already is no error."""
