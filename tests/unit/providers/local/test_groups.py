import pytest

from mlplan.core.errors import Mistake
from mlplan.core.provider import KnowsGroups
from mlplan.providers.local import groups
from mlplan.providers.local.handler import LocalProvider


@pytest.fixture
def provider(desk, tmp_path):
    return LocalProvider(desk.workspace, tmp_path)


def test_a_group_has_the_members_that_it_was_given_last(desk, provider):
    groups.set_members(desk.workspace, "team", ["Ada@Example.com", "bob@example.com"])
    assert groups.set_members(desk.workspace, "team", ["Ada@Example.com", "juniors"]) == ["ada@example.com", "juniors"]
    assert provider.members(["team"]) == {"team": frozenset(("ada@example.com", "juniors"))}


def test_every_group_is_known_and_other_names_have_no_members(desk, provider):
    assert isinstance(provider, KnowsGroups)
    groups.set_members(desk.workspace, "empty", [])
    assert provider.members(["empty", "scoring-service"]) == {"empty": frozenset(), "scoring-service": frozenset()}


def test_a_group_goes_and_the_others_stay(desk):
    groups.set_members(desk.workspace, "team", ["ada@example.com"])
    groups.set_members(desk.workspace, "guild", ["team"])
    assert groups.delete(desk.workspace, "team") == ["ada@example.com"]
    assert groups.groups(desk.store) == {"guild": ["team"]}
    with pytest.raises(Mistake, match="no group team") as error:
        groups.delete(desk.workspace, "team")
    assert (error.value.code, error.value.hint) == ("MLE765", "there are guild")


@pytest.mark.parametrize(
    ("name", "member"), [("ada@example.com", "x"), ("", "x"), (" team", "x"), ("team", "a\nb"), ("team", "")]
)
def test_what_is_no_name_is_refused(desk, name, member):
    with pytest.raises(Mistake) as error:
        groups.set_members(desk.workspace, name, [member])
    assert error.value.code == "MLE765"
    assert groups.groups(desk.store) == {}
