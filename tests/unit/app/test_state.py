import pytest

from mlplan.app.import_ import import_object
from mlplan.app.local import create
from mlplan.app.state import move, pull, remembered, remove
from mlplan.core.errors import Mistake
from mlplan.state.codec import decode


def code(error):
    return error.value.code


def test_entries_are_found_by_address(request_, applied):
    assert sorted(remembered(request_).entries) == ["experiment.one", "experiment.three", "experiment.two"]
    assert remembered(request_, "experiment.one").entries["experiment.one"].id == "/Shared/one"


def test_an_unknown_address_suggests_the_nearest(request_, applied):
    with pytest.raises(Mistake) as error:
        remembered(request_, "experiment.thre")
    assert code(error) == "MLE703"
    assert "experiment.three" in error.value.hint


def test_pull_prints_a_state_that_can_be_read_again(request_, applied):
    state = decode(pull(request_).encode(), "pulled", "small", "dev")
    assert state.entries == applied.state.entries


def test_mv_renames_the_address_alone(request_, applied):
    assert move(request_, "experiment.one", "experiment.first") == {"experiment.one": "experiment.first"}
    entries = remembered(request_).entries
    assert entries["experiment.first"].id == "/Shared/one"
    assert "experiment.one" not in entries


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("experiment.none", "experiment.new", "MLE703"),
        ("experiment.one", "experiment.two", "MLE704"),
        ("experiment.one", "catalog.one", "MLE704"),
        ("experiment.one", "experiment", "MLE704"),
        ("experiment.one", "experiment.a b", "MLE704"),
    ],
    ids=["unknown", "taken", "kind", "no key", "no address"],
)
def test_mv_refuses_what_leads_nowhere(request_, applied, old, new, expected):
    with pytest.raises(Mistake) as error:
        move(request_, old, new)
    assert code(error) == expected
    assert remembered(request_).state.serial == applied.state.serial


def test_rm_forgets_and_leaves_the_object(request_, applied, planned):
    assert remove(request_, "experiment.one").id == "/Shared/one"
    assert "experiment.one" not in remembered(request_).entries
    assert planned().plan.changes["experiment.one"].action == "import"


def test_import_takes_an_object_as_it_is(request_, planned):
    create(request_, "experiment", "/Shared/one", {"tags.team": "someone"})
    made = import_object(request_, "experiment.one", "/Shared/one")
    assert made.entry.values["tags"] == {"team": "someone"}
    change = planned().plan.changes["experiment.one"]
    assert [(one.before, one.after, one.cause) for one in change.fields] == [("someone", "risk", "config")]


def test_import_refuses_what_is_owned_or_not_declared(request_, applied):
    with pytest.raises(Mistake) as error:
        import_object(request_, "experiment.one", "/Shared/one")
    assert code(error) == "MLE707"
    with pytest.raises(Mistake) as error:
        import_object(request_, "experiment.four", "/Shared/one")
    assert code(error) == "MLE703"
    remove(request_, "experiment.two")
    with pytest.raises(Mistake) as error:
        import_object(request_, "experiment.two", "/Shared/one")
    assert code(error) == "MLE707"
