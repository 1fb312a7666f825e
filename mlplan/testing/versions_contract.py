"""Versions contract: the part of the contract for providers that know what a model version is and where it comes from."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import get_args

import pytest

from mlplan.core.evidence import READY, Piece, VersionEvidence
from mlplan.core.provider import KnowsVersions
from mlplan.testing import world
from mlplan.testing.stage import Stage

MODEL = world.MODELS[0]
PIECES = frozenset(get_args(Piece))


class VersionsContract:
    """What is told of model versions; a part of `ProviderContract`."""

    @pytest.fixture
    def knows(self, stage: Stage) -> KnowsVersions:
        """Return the provider, with a model that has versions."""
        if not isinstance(stage.provider, KnowsVersions):
            pytest.skip("the provider knows nothing of model versions")
        stage.prepare("model_alias", {"full_name": MODEL, "alias": "champion", "version": 1})
        return stage.provider

    def test_a_version_that_is_not_there_is_none(self, knows: KnowsVersions) -> None:
        """Absence is a value: of a version, and of a whole model."""
        assert knows.model_version(MODEL, world.VERSIONS + 1) is None
        assert knows.model_version(f"{MODEL}_none", 1) is None
        assert knows.model_versions(f"{MODEL}_none") == []

    def test_a_version_tells_which_one_it_is(self, knows: KnowsVersions) -> None:
        """Name, number and status are told however the name is spelled."""
        for number in range(1, world.VERSIONS + 1):
            found = _need(knows, number)
            assert (found.full_name, found.version, found.status) == (MODEL, number, READY)
            assert knows.model_version(MODEL.upper(), number) == found

    def test_what_is_not_known_has_its_reason(self, knows: KnowsVersions) -> None:
        """Every piece that is unknown is one of those that there are, with a reason in one line."""
        for found in (_need(knows, 1), *knows.model_versions(MODEL)):
            assert found.unknown.keys() <= PIECES
            assert all(reason.strip() and "\n" not in reason for reason in found.unknown.values())

    def test_a_list_agrees_with_each_version(self, knows: KnowsVersions) -> None:
        """The list has all versions, oldest first, and says of each no other thing than a single read."""
        listed = knows.model_versions(MODEL)
        assert [one.version for one in listed] == list(range(1, world.VERSIONS + 1))
        for one in listed:
            whole = _need(knows, one.version)
            names = ("full_name", "status", "created_at", "created_by", "run_id", "source")
            assert [getattr(one, name) for name in names] == [getattr(whole, name) for name in names]

    def test_an_alias_shows_on_the_version_that_it_points_at(self, stage: Stage, knows: KnowsVersions) -> None:
        """Aliases follow at once when they move."""
        before = {"full_name": MODEL, "alias": "champion", "version": 1}
        stage.make("model_alias", before)
        assert [_need(knows, number).aliases for number in (1, 2)] == [("champion",), ()]
        stage.change("model_alias", before, {**before, "version": 2})
        assert [_need(knows, number).aliases for number in (1, 2)] == [(), ("champion",)]

    def test_evidence_fits_into_a_document(self, knows: KnowsVersions) -> None:
        """It is plain JSON, without numbers that JSON has no words for."""
        made = _need(knows, 1).as_json()
        assert json.loads(json.dumps(made, allow_nan=False)) == made

    def test_versions_can_be_read_from_many_threads(self, knows: KnowsVersions) -> None:
        """What is told does not depend on who else asks."""
        numbers = [1, 2] * 10
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda number: knows.model_version(MODEL, number), numbers))
        assert found == [_need(knows, number) for number in numbers]


def _need(knows: KnowsVersions, number: int) -> VersionEvidence:
    """Return what is known of a version that must be there."""
    found = knows.model_version(MODEL, number)
    assert found is not None, f"{MODEL} has no version {number}"
    return found
