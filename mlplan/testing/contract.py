"""Contract: what every provider must do, as a suite that its author runs with pytest.

    class TestAcme(ProviderContract):
        @pytest.fixture
        def provider(self, tmp_path):
            yield open_my_provider(tmp_path)       # fresh and empty for each test

        def register_version(self, provider, full_name):
            ...                                    # register the next version of the model

Samples of every kind and field come from the kinds' own models (`mlplan.testing.samples`), so that
a new field is part of the contract the moment it is declared. Kinds that the provider does not
have are skipped. Behaviours that only some kinds show are in `AbilityContract`, what is told of
model versions in `VersionsContract`.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from mlplan.core.change import Object
from mlplan.core.errors import Conflict, NotFound
from mlplan.core.provider import Edit, Provider, ReadsMany
from mlplan.core.values import Values
from mlplan.kinds import KINDS, spec
from mlplan.testing.abilities import AbilityContract
from mlplan.testing.samples import Sample, minimal, samples
from mlplan.testing.stage import Stage, same, sent
from mlplan.testing.versions_contract import VersionsContract
from mlplan.testing.world import own

ALL = pytest.mark.parametrize("kind", KINDS)


class ProviderContract(AbilityContract, VersionsContract):
    """The behaviours that all kinds share; subclass it and give it a `provider` fixture."""

    def register_version(self, provider: Provider, full_name: str) -> None:
        """Register the next version of a model, as a training job would."""
        raise NotImplementedError

    @pytest.fixture
    def stage(self, provider: Provider) -> Iterator[Stage]:
        """Return the provider with the means to put samples on it."""
        yield Stage(provider, self.register_version)
        provider.close()

    @ALL
    def test_absence_is_a_value(self, stage: Stage, kind: str) -> None:
        """An object that is not there reads as None, and not as an error."""
        has(stage, kind)
        handler, id_ = stage.handler(kind), spec(kind).identify(minimal(kind))
        assert handler.read(id_) is None
        if isinstance(handler, ReadsMany):
            assert list(handler.read_many([id_])) == []

    @ALL
    def test_what_is_written_reads_back_equal(self, stage: Stage, kind: str) -> None:
        """Every sample can be created, and its fields read back equal with `==`."""
        has(stage, kind)
        wrong: list[str] = []
        for number, (name, values) in enumerate(_resources(kind)):
            declared = own(values, number)
            made = stage.make(kind, declared)
            there = stage.read(kind, spec(kind).identify(declared))
            if not (same(kind, there.values, declared) and made == there):
                wrong.append(f"{name}: {declared} became {there.values}")
        assert not wrong, "\n".join(wrong)

    @ALL
    def test_reads_show_declared_fields_and_server_defaults_only(self, stage: Stage, kind: str) -> None:
        """What nobody set shows only where the kind says that the server fills it in."""
        has(stage, kind)
        shape = spec(kind).shape()
        there = stage.make(kind, minimal(kind))
        added = there.values.keys() - sent(kind, minimal(kind)).keys()
        assert all(name in shape and shape[name].computed for name in added)
        assert there.outputs.keys() <= spec(kind).outputs.keys()
        assert spec(kind).canonical(there.values) == there.values

    @ALL
    def test_creating_twice_is_a_conflict(self, stage: Stage, kind: str) -> None:
        """A name that is in use is never taken over."""
        has(stage, kind)
        made = stage.make(kind, minimal(kind))
        with pytest.raises(Conflict):
            stage.handler(kind).create(made.id, sent(kind, minimal(kind)))
        assert stage.read(kind, made.id) == made

    @ALL
    def test_deleting_what_is_gone_succeeds(self, stage: Stage, kind: str) -> None:
        """A delete can be repeated, and one of something that never was is no error."""
        has(stage, kind)
        made = stage.make(kind, minimal(kind))
        for _ in range(2):
            stage.handler(kind).delete(made.id, minimal(kind))
            assert _is_gone(kind, stage.handler(kind).read(made.id))
        stage.handler(kind).delete(spec(kind).identify(own(minimal(kind), 7)), {})

    @ALL
    def test_every_field_can_be_changed(self, stage: Stage, kind: str) -> None:
        """Setting, changing and clearing each field changes the live object, and nothing beside it."""
        has(stage, kind)
        wrong: list[str] = []
        for number, sample in enumerate(one for one in samples(kind) if _in_place(one)):
            before, after = own(sample.before, number), own(sample.after, number)
            made = stage.make(kind, before)
            changed = stage.change(kind, before, after)
            there = stage.read(kind, made.id)
            if not (same(kind, there.values, after) and changed == there):
                wrong.append(f"{sample.name}: {after} became {there.values}")
            if _beside(there, sample) != _beside(made, sample):
                wrong.append(f"{sample.name} changed {made.values} to {there.values}")
        assert not wrong, "\n".join(wrong)

    @ALL
    def test_an_update_touches_only_the_fields_that_it_names(self, stage: Stage, kind: str) -> None:
        """What others changed meanwhile stays, as long as the update does not name it."""
        has(stage, kind)
        made = stage.make(kind, minimal(kind))
        stage.ready(kind, stage.handler(kind).update(made.id, Edit(made, sent(kind, minimal(kind)), ())))
        assert stage.read(kind, made.id).values == made.values

    @ALL
    def test_updating_what_is_not_there_is_not_found(self, stage: Stage, kind: str) -> None:
        """An update never makes an object."""
        has(stage, kind)
        sample = next(one for one in samples(kind) if _in_place(one))
        id_ = spec(kind).identify(sample.after)
        with pytest.raises(NotFound):
            stage.handler(kind).update(id_, Edit(Object(id_, sample.before), sample.after, ()))

    @ALL
    def test_reading_many_agrees_with_reading_one(self, stage: Stage, kind: str) -> None:
        """Both ways of reading give the same objects, whatever the order and the gaps."""
        has(stage, kind)
        handler = stage.handler(kind)
        if not isinstance(handler, ReadsMany):
            pytest.skip(f"{kind} is read one by one")
        ids = [stage.make(kind, own(minimal(kind), number)).id for number in range(5)]
        gap = spec(kind).identify(own(minimal(kind), 77))
        found = {one.id: one for one in handler.read_many([gap, *reversed(ids)])}
        assert found == {id_: handler.read(id_) for id_ in ids}

    @ALL
    def test_handlers_can_be_called_from_many_threads(self, stage: Stage, kind: str) -> None:
        """Objects made at once are all there afterwards."""
        has(stage, kind)
        wanted = [own(minimal(kind), number) for number in range(20)]
        first = stage.make(kind, wanted[0])
        with ThreadPoolExecutor(8) as pool:
            made = [first, *pool.map(lambda values: stage.make(kind, values), wanted[1:])]
        assert [stage.read(kind, one.id) for one in made] == made


def has(stage: Stage, kind: str) -> None:
    """Skip a test for a kind that the provider does not have."""
    if stage.provider.handler(kind) is None:
        pytest.skip(f"the provider has no {kind}")


def _resources(kind: str) -> Iterator[tuple[str, Values]]:
    """Yield each whole resource of the samples once, with the name of the sample that it is from."""
    seen: list[Values] = []
    for sample in samples(kind):
        for values in (sample.before, sample.after):
            if values not in seen:
                seen.append(values)
                yield sample.name, values


def _in_place(sample: Sample) -> bool:
    """Tell whether the platform is asked to change the field on the live object."""
    rules = sample.field.rules
    return not (rules.identity or rules.immutable or rules.fixed or rules.engine)


def _beside(there: Object, sample: Sample) -> tuple[Values, Values]:
    """Return all that a change of the sample's field has nothing to do with."""
    kept = {name: value for name, value in there.values.items() if name != sample.field.path[0]}
    return kept, there.outputs


def _is_gone(kind: str, found: Object | None) -> bool:
    """Tell whether a delete has done what it does for the kind."""
    if spec(kind).rows:
        return found is not None and spec(kind).rows not in found.values
    return found is not None and found.status == "deleted" if spec(kind).soft_delete else found is None
