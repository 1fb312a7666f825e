from mlplan.evidence.membership import memberships


class Directory:
    """Knows its groups, and counts the questions."""

    def __init__(self, **groups):
        self.groups = {name: frozenset(members) for name, members in groups.items()}
        self.questions = []

    def members(self, groups):
        self.questions.append(list(groups))
        return {name: self.groups[name] for name in groups if name in self.groups}


def test_groups_in_groups_are_asked_for_level_by_level():
    here = Directory(team=["ada@x", "juniors"], juniors=["bob@x", "interns"], interns=["team", "eve@x"])
    assert memberships(here, {"team", "strangers"}) == here.groups
    assert here.questions == [["strangers", "team"], ["juniors"], ["interns"]]


def test_users_service_principals_and_everybody_are_no_groups():
    here = Directory(team=["ada@x", "5f1c0d3e-0000-4000-8000-00000000000a"])
    assert memberships(here, ["ada@x", "5f1c0d3e-0000-4000-8000-00000000000a", "account users", "users", ""]) == {}
    assert here.questions == []
    memberships(here, ["team"])
    assert here.questions == [["team"]]


def test_a_provider_may_know_no_groups():
    assert memberships(object(), ["team"]) == {}
