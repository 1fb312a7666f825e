"""The laws for whole resources at random, and for applies that fail at every call."""

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlplan.core.declaration import Target
from mlplan.core.effect import Effects, SystemClock
from mlplan.core.errors import Denied, UnknownOutcome
from mlplan.core.provider import Provider
from mlplan.engine.marking import told
from mlplan.kinds import KINDS, spec
from mlplan.providers.local.handler import LocalProvider
from mlplan.providers.local.register import Logged, register
from mlplan.providers.registry import Context, open_provider
from mlplan.testing import world
from mlplan.testing.faults import Fault, FaultyProvider
from mlplan.testing.laws import settle
from mlplan.testing.project import Project
from mlplan.testing.samples import minimal
from mlplan.testing.stage import same
from mlplan.testing.strategies import edits, resources

MODEL = Path(__file__).parents[2] / "examples/fraud/models/fraud_score/v1"
AT_RANDOM = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
BY_KIND = pytest.mark.parametrize("kind", KINDS)


def opened(root: Path) -> LocalProvider:
    provider = open_provider(Target("local"), Context(root, "laws", "dev", Effects()))
    assert isinstance(provider, LocalProvider)
    return provider


def register_version(provider: Provider, full_name: str) -> None:
    assert isinstance(provider, LocalProvider)
    register(provider.workspace, full_name, MODEL, Logged(), SystemClock())


def settled(project: Project) -> None:
    applied = project.apply()
    assert not applied.failed, applied
    assert project.plan().empty


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Return a directory with the workspace and the state of a project that has all that samples need."""
    root = tmp_path_factory.mktemp("prepared")
    project = Project(opened(root), root)
    settle(project, register_version)
    project.provider.close()
    return root, project.resources


@BY_KIND
@AT_RANDOM
@given(data=st.data())
def test_any_resource_converges_after_any_edit(kind, data, prepared):
    drawn = data.draw(st.lists(edits(kind), min_size=1, max_size=8))
    pairs = [(world.own(git_only(before), n), world.own(git_only(after), n)) for n, (before, after) in enumerate(drawn)]
    with TemporaryDirectory() as root:
        project = project_in(Path(root), prepared)
        for side in (0, 1):
            for n, pair in enumerate(pairs):
                declare_carriers(project, kind, pair[side], n)
                project.declare({f"{kind}.r{n}": pair[side]})
            settled(project)
            for pair in pairs:
                live = told(kind, project.provider.handler(kind).read(spec(kind).identify(pair[side])))
                assert same(kind, live.values, pair[side])
        project.provider.close()


def git_only(values):
    """Return a resource that mlplan alone moves."""
    return {name: value for name, value in values.items() if name != "managed_by"}


def project_in(root, prepared, faults=None):
    """Return a project of its own, as the prepared one is."""
    shutil.copytree(prepared[0], root, dirs_exist_ok=True)
    provider = opened(root)
    project = Project(provider if faults is None else FaultyProvider(provider, faults), root)
    project.resources |= prepared[1]
    return project


def declare_carriers(project, kind, values, n):
    if spec(kind).rows:
        for link in spec(kind).links(values):
            project.declare({f"{link.kind}.carrier{n}": world.values_of(link.kind, link.id)})


@BY_KIND
@AT_RANDOM
@given(data=st.data())
def test_canonical_forms_are_stable_and_survive_json(kind, data):
    values = data.draw(resources(kind))
    assert spec(kind).canonical(values) == values
    assert json.loads(json.dumps(values)) == values
    shuffled = dict(reversed(values.items()))
    for name, rules in spec(kind).shape().items():
        if rules.keyed and name in shuffled:
            shuffled[name] = list(reversed(shuffled[name]))
    assert spec(kind).canonical(shuffled) == values


RESOURCES = {f"{kind}.x": minimal(kind) for kind in KINDS}
FAULTS = {
    "refused": Fault(Denied("no")),
    "lost-request": Fault(UnknownOutcome("reset"), "before"),
    "lost-answer": Fault(UnknownOutcome("reset"), "after"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_at_any_call_is_healed_by_the_next_run(tmp_path, prepared, fault):
    clean, calls = end_after(tmp_path / "clean", prepared, {})
    assert {call.kind for call in calls} == set(KINDS)
    for number in range(1, len(calls) + 1):
        healed, _ = end_after(tmp_path / str(number), prepared, {number: fault})
        assert healed == clean, number


def end_after(root, prepared, faults):
    """Apply with faults, then without, and return what is there at the end and the calls of both runs."""
    project = project_in(root, prepared, faults)
    project.declare(RESOURCES)
    assert project.apply().failed == bool(faults) or any(one.when == "after" for one in faults.values())
    project.provider.disarm()
    settled(project)
    project.provider.close()
    seen = [project.provider.handler(kind).read(spec(kind).identify(values)) for kind, values in there(project)]
    project.provider.close()
    return seen, project.provider.calls


def there(project):
    return [(one.kind, one.values) for one in project.resources.values()]
