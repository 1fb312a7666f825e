import pytest

from mlplan.core.declaration import Lifecycle


def names(plan):
    return sorted(one.address for one in plan.blocked)


@pytest.fixture
def dozen(world):
    for number in range(12):
        world.declare(f"experiment.e{number:02}", name=f"/Shared/e{number:02}")
    world.settled()
    return world


def test_prevent_destroy_outlives_its_block(world):
    world.declare("experiment.e", name="/Shared/e", lifecycle=Lifecycle(prevent_destroy=True))
    world.declare("experiment.f", name="/Shared/f")
    world.settled()
    world.drop("experiment.e")
    assert names(world.plan()) == ["experiment.e"]
    assert names(world.plan(mode="destroy")) == ["experiment.e"]
    assert names(world.plan(allow_destroy=frozenset(["experiment.e"]))) == ["experiment.e"]


def test_prevent_destroy_is_not_lifted_by_saying_nothing(world):
    world.declare("experiment.e", name="/Shared/e", lifecycle=Lifecycle(prevent_destroy=True))
    world.settled()
    world.declare("experiment.e", name="/Shared/e")
    world.settled()
    assert world.backend.read().entries["experiment.e"].protect


def test_prevent_destroy_is_lifted_on_purpose(world):
    world.declare("experiment.e", name="/Shared/e", lifecycle=Lifecycle(prevent_destroy=True))
    world.declare("experiment.f", name="/Shared/f")
    world.settled()
    world.declare("experiment.e", name="/Shared/e", lifecycle=Lifecycle(prevent_destroy=False))
    world.settled()
    world.drop("experiment.e")
    world.settled()


def test_a_protected_environment_wants_each_destruction_named(world):
    world.protected = True
    world.declare("catalog.c", name="c")
    world.declare("experiment.e", name="/Shared/e")
    rows = [{"principal": "svc", "privileges": ["USE_CATALOG"]}]
    world.declare("grants.catalog.c", securable_type="catalog", full_name="c", grants=rows)
    world.settled()
    world.drop("experiment.e", "grants.catalog.c")
    world.declare("catalog.c", name="c", storage_root="s3://new")
    assert names(world.plan()) == ["catalog.c", "experiment.e"]
    assert names(world.plan(allow_destroy=frozenset(["catalog.*"]))) == ["experiment.e"]
    assert "--allow-destroy experiment.e" in world.plan().changes["experiment.e"].blocked


@pytest.mark.parametrize(("gone", "refused"), [(3, []), (4, ["MLE410"])], ids=["a quarter", "a third"])
def test_a_plan_that_takes_down_too_much_is_refused(dozen, gone, refused):
    dozen.drop(*(f"experiment.e{number:02}" for number in range(gone)))
    assert [one.code for one in dozen.plan().diagnostics] == refused


def test_what_is_agreed_to_does_not_count(dozen):
    dozen.drop(*(f"experiment.e{number:02}" for number in range(6)))
    assert not dozen.plan(allow_destroy=frozenset(["experiment.e0*"])).diagnostics


def test_small_projects_are_not_held_to_a_share(world):
    for name in "abc":
        world.declare(f"experiment.{name}", name=f"/Shared/{name}")
    world.settled()
    world.drop("experiment.a", "experiment.b")
    assert not world.plan().diagnostics


def test_an_empty_configuration_over_a_state_is_refused_and_destroy_is_not(dozen):
    dozen.resources.clear()
    assert [one.code for one in dozen.plan().diagnostics] == ["MLE411"]
    assert not dozen.plan(mode="destroy").diagnostics


def test_prevent_destroy_protects_rows_too(world):
    rows = [{"principal": "svc", "privileges": ["BROWSE"]}]
    kept = Lifecycle(prevent_destroy=True)
    world.declare("catalog.c", name="c")
    world.declare("grants.g", lifecycle=kept, securable_type="catalog", full_name="c", grants=rows)
    world.settled()
    world.drop("grants.g")
    assert names(world.plan()) == ["grants.g"]


@pytest.fixture
def full(world):
    """Declare a catalog that may be deleted with what is in it, and a schema inside."""
    world.declare("catalog.c", name="c", force_destroy=True)
    world.declare("schema.s", catalog_name="c", name="s")
    world.settled()
    return world


def test_a_container_does_not_go_while_its_contents_are_declared(full):
    full.drop("catalog.c")
    plan = full.plan()
    assert names(plan) == ["catalog.c"]
    assert "schema.s is inside of it" in plan.changes["catalog.c"].blocked


def test_what_is_let_go_does_not_go_with_its_container(full):
    full.drop("catalog.c", "schema.s")
    full.remove("schema.s", destroy=False)
    assert names(full.plan()) == ["catalog.c"]


def test_a_container_does_not_go_while_rows_on_it_are_declared(world):
    world.declare("catalog.c", name="c")
    rows = [{"principal": "svc", "privileges": ["BROWSE"]}]
    world.declare("grants.g", securable_type="catalog", full_name="c", grants=rows)
    world.settled()
    world.drop("catalog.c")
    assert names(world.plan()) == ["catalog.c"]
