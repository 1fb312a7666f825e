"""Abilities: the part of the contract that only some kinds show: renames, restores, rows, refusals, waiting."""

from typing import ClassVar

import pytest

from mlplan.core.errors import Conflict, NotFound, PlatformError
from mlplan.core.marker import OWNER, Marker, split, stamped
from mlplan.core.provider import Finds, Handler, Renames, Restores, Waits
from mlplan.core.values import Values
from mlplan.kinds import KINDS, spec
from mlplan.testing.samples import minimal
from mlplan.testing.stage import Stage, sent
from mlplan.testing.world import ENTITY, own

RENAMING = tuple(kind for kind in KINDS if any(rules.renames for rules in spec(kind).shape().values()))
CARRIERS = tuple(kind for kind in KINDS if spec(kind).carrier)
SOFT = tuple(kind for kind in KINDS if spec(kind).soft_delete)
ROWS = tuple(kind for kind in KINDS if spec(kind).rows)


class AbilityContract:
    """Behaviours of single kinds; a part of `ProviderContract`."""

    strict_containers: ClassVar[bool] = True
    """The platform refuses to delete a container that is not empty."""

    @pytest.mark.parametrize("kind", RENAMING)
    def test_a_rename_keeps_the_object(self, stage: Stage, kind: str) -> None:
        """The object is there under its new name only, with its fields, its id on the server and its rows."""
        handler = _need(stage, kind)
        assert isinstance(handler, Renames)
        before, after = own(minimal(kind), 1), own(minimal(kind), 2)
        made = stage.make(kind, before)
        rows = _rows_on(stage, kind, made.id)
        new_id = spec(kind).identify(after)
        renamed = handler.rename(made.id, new_id, sent(kind, {**made.values, **_identity(kind, after)}))
        assert renamed == stage.read(kind, new_id)
        assert (renamed.id, renamed.outputs) == (new_id, made.outputs)
        assert {**renamed.values, **_identity(kind, before)} == made.values
        assert stage.handler(kind).read(made.id) is None
        for rows_kind, held in rows:
            found = stage.read(rows_kind, f"{kind}/{new_id}")
            assert found.values[spec(rows_kind).rows] == held

    @pytest.mark.parametrize("kind", RENAMING)
    def test_a_rename_never_overwrites(self, stage: Stage, kind: str) -> None:
        """A name that is in use, or a missing object, refuses the rename."""
        handler = _need(stage, kind)
        assert isinstance(handler, Renames)
        first, second = (stage.make(kind, own(minimal(kind), number)) for number in (1, 2))
        with pytest.raises(Conflict):
            handler.rename(first.id, second.id, second.values)
        assert [stage.read(kind, one.id) for one in (first, second)] == [first, second]
        third = own(minimal(kind), 3)
        with pytest.raises(NotFound):
            handler.rename(spec(kind).identify(own(minimal(kind), 4)), spec(kind).identify(third), third)

    @pytest.mark.parametrize("kind", CARRIERS)
    def test_a_marker_is_kept_like_any_other_pair(self, stage: Stage, kind: str) -> None:
        """It is there from the create on, and stays beside other pairs that come and go."""
        _need(stage, kind)
        declared, marker = minimal(kind), Marker("contract/dev", f"{kind}.alpha")
        made = stage.make(kind, stamped(spec(kind), declared, marker))
        assert split(spec(kind), made.values)[1] == marker
        before = stamped(spec(kind), declared, marker)
        for pairs in ({"team": "risk"}, {"tier": "1"}, {}):
            after = stamped(spec(kind), {**declared, spec(kind).carrier: _pairs(kind, pairs)}, marker)
            there = stage.change(kind, before, after)
            assert there.values[spec(kind).carrier] == after[spec(kind).carrier]
            before = after

    @pytest.mark.parametrize("kind", CARRIERS)
    def test_objects_are_found_by_what_they_carry(self, stage: Stage, kind: str) -> None:
        """Those that carry a pair, whole and as a read shows them, and no others; whatever else they carry."""
        handler = _need(stage, kind)
        if not isinstance(handler, Finds):
            pytest.skip("the provider does not find objects by what they carry")
        found = []
        for number, owner in enumerate(("contract/dev", "contract/dev", "contract/prod", "")):
            declared = own(minimal(kind), number)
            marked = stamped(spec(kind), declared, Marker(owner, f"{kind}.a")) if owner else declared
            made = stage.make(kind, marked)
            found += [made] if owner == "contract/dev" else []
        assert sorted(handler.carrying(OWNER, "contract/dev"), key=str) == sorted(found, key=str)
        assert list(handler.carrying(OWNER, "contract")) == []

    @pytest.mark.parametrize("kind", SOFT)
    def test_a_deleted_object_keeps_its_name_and_comes_back(self, stage: Stage, kind: str) -> None:
        """It reads as deleted, its name is taken, and a restore brings the very same object back."""
        handler = _need(stage, kind)
        assert isinstance(handler, Restores)
        made = stage.make(kind, minimal(kind))
        stage.handler(kind).delete(made.id, minimal(kind))
        assert stage.read(kind, made.id).status == "deleted"
        with pytest.raises(Conflict):
            stage.handler(kind).create(made.id, minimal(kind))
        assert handler.restore(made.id) == made == stage.read(kind, made.id)
        with pytest.raises(NotFound):
            handler.restore(spec(kind).identify(own(minimal(kind), 9)))

    @pytest.mark.parametrize("kind", ROWS)
    def test_an_object_without_rows_has_an_empty_set(self, stage: Stage, kind: str) -> None:
        """Rows are there as soon as what they are on is there, and are none where there is none."""
        _need(stage, kind)
        made = stage.make(kind, minimal(kind))
        stage.handler(kind).delete(made.id, minimal(kind))
        empty = stage.read(kind, made.id)
        assert spec(kind).rows not in empty.values
        assert spec(kind).identify(empty.values) == made.id
        assert stage.handler(kind).read(spec(kind).identify(own(minimal(kind), 9))) is None

    @pytest.mark.parametrize("kind", ROWS)
    def test_taking_rows_back_leaves_those_of_others(self, stage: Stage, kind: str) -> None:
        """A delete withdraws what was recorded as ours, and nothing else."""
        _need(stage, kind)
        ours, others = _two_rows(kind)
        name = spec(kind).rows
        made = stage.make(kind, spec(kind).canonical({**minimal(kind), name: [ours, others]}))
        stage.handler(kind).delete(made.id, {**minimal(kind), name: [ours]})
        assert stage.read(kind, made.id).values[name] == [others]

    @pytest.mark.parametrize("kind", [kind for kind in KINDS if spec(kind).parents])
    def test_a_missing_container_is_not_found(self, stage: Stage, kind: str) -> None:
        """Nothing is made in a place that does not exist."""
        _need(stage, kind)
        with pytest.raises(NotFound):
            stage.handler(kind).create(spec(kind).identify(minimal(kind)), sent(kind, minimal(kind)))

    @pytest.mark.parametrize(
        ("kind", "held"), [("catalog", "schema"), ("schema", "volume"), ("schema", "registered_model")]
    )
    def test_a_container_with_contents_stays_unless_forced(self, stage: Stage, kind: str, held: str) -> None:
        """Data inside is not lost by deleting what holds it, unless that was applied as `force_destroy`."""
        handler = _need(stage, kind)
        _need(stage, held)
        inside = stage.make(held, minimal(held))
        link = next(link for link in spec(held).links(minimal(held)) if link.kind == kind)
        if self.strict_containers:
            with pytest.raises(Conflict):
                stage.handler(kind).delete(link.id, {})
            assert stage.read(held, inside.id) == inside
        handler.delete(link.id, {"force_destroy": True})
        assert stage.handler(held).read(inside.id) is None

    def test_a_model_with_versions_stays_unless_forced(self, stage: Stage) -> None:
        """Deleting it takes its aliases along, but never a version that nobody agreed to lose."""
        _need(stage, "model_alias")
        alias = stage.make("model_alias", minimal("model_alias"))
        model = stage.handler("registered_model")
        with pytest.raises(Conflict):
            model.delete(alias.values["full_name"], {})
        assert stage.read("model_alias", alias.id) == alias
        model.delete(alias.values["full_name"], {"force_destroy": True})
        assert stage.handler("model_alias").read(alias.id) is None

    @pytest.mark.parametrize(
        ("kind", "unknown"),
        [
            ("model_alias", {**minimal("model_alias"), "version": 99}),
            (
                "serving_endpoint",
                {**minimal("serving_endpoint"), "served_entities": [{**ENTITY, "entity_version": "99"}]},
            ),
        ],
    )
    def test_an_unknown_version_is_not_found(self, stage: Stage, kind: str, unknown: Values) -> None:
        """Nothing points at a version that does not exist: neither made so, nor moved there."""
        _need(stage, kind)
        made = stage.make(kind, minimal(kind))
        with pytest.raises(NotFound):
            stage.change(kind, minimal(kind), unknown)
        assert stage.read(kind, made.id).values == made.values
        with pytest.raises(NotFound):
            stage.handler(kind).create(spec(kind).identify(own(unknown, 2)), own(unknown, 2))

    def test_waiting_ends_with_what_was_asked_for(self, stage: Stage) -> None:
        """An endpoint shows what it is moving to, and after the wait it is live with just that."""
        handler = _need(stage, "serving_endpoint")
        assert isinstance(handler, Waits)
        made = stage.make("serving_endpoint", minimal("serving_endpoint"))
        assert made.status == "live"
        assert handler.wait(made.id) == made
        with pytest.raises(PlatformError):
            handler.wait("no-such-endpoint")


def _need(stage: Stage, kind: str) -> Handler:
    """Return a kind's handler; skip the test when the provider has none."""
    handler = stage.provider.handler(kind)
    if handler is None:
        pytest.skip(f"the provider has no {kind}")
    return handler


def _identity(kind: str, values: Values) -> Values:
    """Return the fields that name an object."""
    return {name: values[name] for name, rules in spec(kind).shape().items() if rules.identity}


def _pairs(kind: str, pairs: dict[str, str]) -> object:
    """Return pairs in the form that a kind's carrier has."""
    listed = spec(kind).shape()[spec(kind).carrier].keyed
    return [{"key": key, "value": value} for key, value in pairs.items()] if listed else pairs


def _two_rows(kind: str) -> tuple[Values, Values]:
    """Return two rows of different principals."""
    row = minimal(kind).get(spec(kind).rows, [{}])[0]
    keyed = spec(kind).shape()[spec(kind).rows].keyed
    principal = next(name for name in keyed if name in row)
    return row, {**row, principal: "writers"}


def _rows_on(stage: Stage, kind: str, id: str) -> list[tuple[str, list[Values]]]:  # noqa: A002
    """Put a row on an object where its kind takes one, and return what was put there."""
    held = []
    for rows_kind in ROWS:
        base = minimal(rows_kind)
        type_field, name_field = (name for name, rules in spec(rows_kind).shape().items() if rules.identity)
        values = {**base, type_field: kind, name_field: id}
        named = spec(kind).securable if type_field == "securable_type" else spec(kind).permission_type
        if named and stage.provider.handler(rows_kind) is not None:
            stage.make(rows_kind, values)
            held.append((rows_kind, values[spec(rows_kind).rows]))
    return held
