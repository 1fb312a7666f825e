"""Laws: what holds for every field of every kind on every provider, tested and not promised.

1. A plan after an apply is empty.
2. Changing a field in the configuration changes the live object, or the plan refuses it.

An object carries the marker of its owner all the while, and shows it in no plan.

The first law alone is satisfied by ignoring fields, so both are shown on the same samples.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mlplan.core.change import Object
from mlplan.core.marker import Marker, split
from mlplan.core.provider import Provider
from mlplan.core.values import Values
from mlplan.engine.marking import told
from mlplan.kinds import KINDS, spec
from mlplan.testing import world
from mlplan.testing.project import Project
from mlplan.testing.samples import Sample, samples
from mlplan.testing.stage import Stage, same, sent


class Case(NamedTuple):
    """A sample with names of its own, as a resource of a project."""

    address: str
    kind: str
    before: Values
    after: Values
    sample: Sample


class LawContract:
    """The laws as a suite; subclass it and give it a `provider` fixture, as for `ProviderContract`."""

    def register_version(self, provider: Provider, full_name: str) -> None:
        """Register the next version of a model, as a training job would."""
        raise NotImplementedError

    def stored(self, provider: Provider, kind: str, id: str) -> Values | None:  # noqa: A002, ARG002
        """Return what the platform holds of an object, write-only fields included; None when nobody can tell."""
        return None

    @pytest.fixture
    def project(self, provider: Provider, tmp_path: Path) -> Iterator[Project]:
        """Return a project with all that samples need, applied."""
        made = Project(provider, tmp_path)
        settle(made, self.register_version)
        yield made
        provider.close()

    @pytest.mark.parametrize("kind", KINDS)
    def test_both_laws_hold_for_every_field(self, project: Project, kind: str) -> None:
        """Apply every sample, change its one field, and look at plan and platform each time."""
        if project.provider.handler(kind) is None:
            pytest.skip(f"the provider has no {kind}")
        cases = list(_cases(kind))
        _carry(project, cases)
        project.declare({case.address: case.before for case in cases})
        _apply_until_empty(project)
        self._live_as_declared(project, cases, after=False)
        cases = _without_refused(project, cases)
        project.declare({case.address: case.after for case in cases})
        _all_planned(project, cases)
        _apply_until_empty(project)
        self._live_as_declared(project, cases, after=True)
        _renamed_away(project, cases)

    @pytest.mark.parametrize("kind", KINDS)
    def test_drift_of_every_field_is_seen_and_put_right(self, project: Project, kind: str) -> None:
        """Change each field behind mlplan's back: the plan says who did it, and the apply undoes it."""
        if project.provider.handler(kind) is None:
            pytest.skip(f"the provider has no {kind}")
        cases = [case for case in _cases(kind) if _can_drift(case.sample)]
        _carry(project, cases)
        project.declare({case.address: case.before for case in cases})
        _apply_until_empty(project)
        outside = Stage(project.provider, self.register_version)
        for case in cases:
            outside.change(kind, case.before, case.after)
        plan = project.plan()
        causes = {one.address: {field.cause for field in one.fields} for one in plan.active()}
        unseen = [case.sample.name for case in cases if case.address not in causes and not _may_stay(case.sample)]
        assert not unseen, unseen
        blamed = {address: found for address, found in causes.items() if found != {"drift"}}
        assert not blamed, blamed
        _apply_until_empty(project)
        self._live_as_declared(project, cases, after=False)

    def test_destroy_leaves_nothing(self, project: Project) -> None:
        """What was applied goes as a whole, and a second destroy finds nothing to do."""
        for kind in KINDS:
            if project.provider.handler(kind) is not None:
                _carry(project, [case := next(_cases(kind))])
                project.declare({case.address: case.before})
        _apply_until_empty(project)
        applied = project.apply("destroy")
        assert not applied.failed, applied.outcomes
        assert project.plan("destroy").empty
        for resource in project.resources.values():
            handler = project.provider.handler(resource.kind)
            found = handler.read(spec(resource.kind).identify(resource.values)) if handler is not None else None
            assert _is_away(resource.kind, found), resource

    def _live_as_declared(self, project: Project, cases: list[Case], *, after: bool) -> None:
        """Check that each object is on the platform what is declared."""
        wrong: list[str] = []
        for case in cases:
            declared = case.after if after else case.before
            id_ = spec(case.kind).identify(declared)
            handler = project.provider.handler(case.kind)
            found = handler.read(id_) if handler else None
            live = told(case.kind, found) if found is not None else None
            held = self.stored(project.provider, case.kind, id_)
            if live is None or not same(case.kind, live.values, declared) or not _marked(case, live):
                wrong.append(f"{case.sample.name}: {declared} is {live}")
            elif held is not None and not _holds(split(spec(case.kind), held)[0], sent(case.kind, declared)):
                wrong.append(f"{case.sample.name}: {declared} is held as {held}")
        assert not wrong, "\n".join(wrong)


def settle(project: Project, register: Any) -> None:
    """Declare and apply what samples refer to, and register versions of its models."""
    for number, (kind, values) in enumerate(world.shared()):
        if project.provider.handler(kind) is not None:
            project.declare({f"{kind}.world{number}": {**values, **_forced(kind)}})
    _apply_until_empty(project)
    if project.provider.handler("registered_model") is not None:
        for model in world.MODELS:
            for _ in range(world.VERSIONS):
                register(project.provider, model)


def _cases(kind: str) -> Iterator[Case]:
    """Yield every sample of a kind with names of its own."""
    for number, sample in enumerate(samples(kind)):
        before, after = world.own(sample.before, number), world.own(sample.after, number)
        yield Case(f"{kind}.sample{number}", kind, before, after, sample)


def _can_drift(sample: Sample) -> bool:
    """Tell whether others can change the field, so that a read shows it."""
    rules = sample.field.rules
    set_for_good = rules.identity or rules.immutable or rules.fixed
    given_back = rules.computed and sample.way == "clear"
    return not (set_for_good or given_back or rules.engine or rules.write_only)


def _marked(case: Case, live: Object) -> bool:
    """Tell whether an object carries the marker of its owner, wherever its kind has a place for it."""
    return live.marker == (Marker("laws/dev", case.address) if spec(case.kind).carrier else None)


def _may_stay(sample: Sample) -> bool:
    """Tell whether what others set is left alone: fields that the project never said anything about."""
    return sample.way == "set"


def _carry(project: Project, cases: list[Case]) -> None:
    """Declare what rows are on, beyond the shared world."""
    there = {(one.kind, spec(one.kind).identify(one.values)) for one in project.resources.values()}
    for case in cases:
        for link in (*spec(case.kind).links(case.before), *spec(case.kind).links(case.after)):
            if (link.kind, link.id) not in there:
                there.add((link.kind, link.id))
                project.declare({f"{link.kind}.carrier{len(there)}": world.values_of(link.kind, link.id)})


def _apply_until_empty(project: Project) -> None:
    """Apply, and check the first law."""
    applied = project.apply()
    assert not applied.failed, [one for one in applied.outcomes.values() if one.error] or applied.skipped
    plan = project.plan()
    left = [(one.address, one.action, one.fields) for one in plan.active()]
    assert plan.empty, left
    assert not plan.steps


def _without_refused(project: Project, cases: list[Case]) -> list[Case]:
    """Return the cases that the platform can carry out; the plan refuses the others, and none that need not be."""
    project.declare({case.address: case.after for case in cases})
    refused = {one.address for one in project.plan().blocked}
    project.declare({case.address: case.before for case in cases})
    for case in cases:
        rules = case.sample.field.rules
        assert case.address in refused or not rules.fixed, case
        assert case.address not in refused or rules.fixed or rules.immutable, case
    return [case for case in cases if case.address not in refused]


def _all_planned(project: Project, cases: list[Case]) -> None:
    """Check that the plan sees each change, and nothing else."""
    plan = project.plan()
    seen = {one.address for one in plan.active()} | {step.address for step in plan.steps}
    wanted = {case.address for case in cases}
    assert seen == wanted, (wanted - seen, seen - wanted)


def _renamed_away(project: Project, cases: list[Case]) -> None:
    """Check that nothing of ours is left under a name that was given up."""
    for case in cases:
        old, new = (spec(case.kind).identify(values) for values in (case.before, case.after))
        handler = project.provider.handler(case.kind)
        found = handler.read(old) if handler is not None and old != new else None
        assert _is_away(case.kind, found), case


def _is_away(kind: str, found: Object | None) -> bool:
    """Tell whether nothing of ours is left: no object, one in the bin, or one without rows."""
    rows = spec(kind).rows
    return found is None or found.status == "deleted" or bool(rows and rows not in found.values)


def _forced(kind: str) -> Values:
    """Return what lets the world be destroyed with all that is in it."""
    return {"force_destroy": True} if "force_destroy" in spec(kind).shape() else {}


def _holds(held: object, declared: object) -> bool:
    """Tell whether everything that is declared is held, defaults and all else aside."""
    if isinstance(held, dict) and isinstance(declared, dict):
        return all(_holds(held.get(name), value) for name, value in declared.items())
    if isinstance(held, list) and isinstance(declared, list):
        return len(held) == len(declared) and all(map(_holds, held, declared))
    return held == declared
