"""Shared by crash enumerations: where worlds are made."""

import os
import tempfile
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")  # noqa: S108 - thousands of worlds are made there; a disk only makes it slow


@pytest.fixture(scope="module")
def work():
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as directory:
        yield Path(directory)
