"""Shared by all tests: what they do when something optional is missing."""

import os
from collections.abc import Callable

import pytest

Need = Callable[[object, str], None]


@pytest.fixture
def need() -> Need:
    """Return `need(found, why)`: it skips the test unless `found`, and fails it where MLPLAN_TEST_ALL=1 wants all."""

    def check(found: object, why: str) -> None:
        if found:
            return
        if os.environ.get("MLPLAN_TEST_ALL") == "1":
            pytest.fail(f"{why} (MLPLAN_TEST_ALL=1 skips nothing)")
        pytest.skip(why)

    return check
