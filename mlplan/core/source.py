"""Source: where in the user's files a thing was written."""

from typing import NamedTuple

YamlPath = tuple[str | int, ...]
"""Keys and list positions from the top of a YAML document down to a value."""


class Source(NamedTuple):
    """A place in a file; lines and columns count from 1, and `text` is the line itself."""

    file: str
    line: int = 0
    column: int = 0
    text: str = ""

    def __str__(self) -> str:
        """Return `file:line:col`, or the file alone when the place in it is not known."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class Origin(NamedTuple):
    """The file and path of a declared value; cheap to keep, and located only on a finding."""

    file: str
    path: YamlPath
