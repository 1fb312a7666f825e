import pytest


def actions(plan):
    return {one.address: one.action for one in plan.active()}


@pytest.fixture
def tree(world):
    world.declare("catalog.main", name="main")
    world.declare("schema.ml", catalog_name="main", name="ml")
    world.declare("registered_model.m", catalog_name="main", schema_name="ml", name="m")
    world.declare("experiment.e", name="/Shared/e")
    return world


def test_a_target_brings_what_it_needs(tree):
    assert set(actions(tree.plan(targets=("schema.ml",)))) == {"catalog.main", "schema.ml"}
    assert tree.plan(targets=("schema.ml",)).unselected == 2


def test_an_exclusion_takes_along_what_cannot_happen_without_it(tree):
    assert set(actions(tree.plan(excludes=("schema.*",)))) == {"catalog.main", "experiment.e"}


def test_an_exclusion_of_what_is_there_already_takes_nothing_along(tree):
    tree.apply(targets=("schema.ml",))
    assert set(actions(tree.plan(excludes=("schema.ml",)))) == {"registered_model.m", "experiment.e"}


def test_deleting_a_container_brings_the_deletes_of_its_contents(tree):
    tree.settled()
    tree.drop("catalog.main", "schema.ml", "registered_model.m")
    assert set(actions(tree.plan(targets=("catalog.main",)))) == {"catalog.main", "schema.ml", "registered_model.m"}
    assert set(actions(tree.plan(excludes=("registered_model.m",)))) == set()


@pytest.mark.parametrize("options", [{"targets": ("schema.mll",)}, {"excludes": ("nothing.*",)}])
def test_a_word_that_names_nothing_is_an_error(tree, options):
    assert [(one.code, one.severity) for one in tree.plan(**options).diagnostics] == [("MLE408", "error")]


def test_a_part_is_applied_and_the_rest_stays_for_later(tree):
    tree.settled(targets=("schema.ml",))
    assert set(actions(tree.plan())) == {"registered_model.m", "experiment.e"}
    tree.settled()


def test_replacing_a_container_brings_its_contents_or_is_left_out_with_them(tree):
    tree.settled()
    tree.declare("catalog.main", name="main", storage_root="s3://new")
    down = {"catalog.main", "schema.ml", "registered_model.m"}
    assert set(actions(tree.plan(targets=("catalog.main",)))) == down
    assert set(actions(tree.plan(excludes=("registered_model.m",)))) == set()


def test_leaving_out_a_delete_does_not_leave_out_the_update_of_its_container(tree):
    tree.settled()
    tree.declare("catalog.main", name="main", comment="new")
    tree.drop("schema.ml", "registered_model.m")
    assert set(actions(tree.plan(excludes=("schema.ml",)))) == {"catalog.main"}
