"""Registry: `local` is opened, and everything else is refused in words."""

import pytest

from mlplan.core.declaration import Target
from mlplan.core.effect import Effects
from mlplan.core.errors import StateError
from mlplan.state.registry import open_backend
from mlplan.testing.runs import saved


def test_local_is_opened_under_the_root(tmp_path):
    for options, path in (({}, ".mlplan/state"), ({"path": "elsewhere"}, "elsewhere")):
        backend = open_backend(Target("local", options), tmp_path, "fraud", "dev", Effects())
        saved(backend)
        assert (tmp_path / path / "fraud" / "dev" / "state.json").is_file()


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (Target("s3", {"bucket": "b"}), "'s3' is not available"),
        (Target("local", {"folder": "x"}), "does not know folder"),
        (Target("local", {"path": 3}), "path that is a text"),
        (Target("local", {"path": ""}), "path that is a text"),
    ],
    ids=["s3", "unknown option", "path is a number", "path is empty"],
)
def test_others_are_refused(tmp_path, target, says):
    with pytest.raises(StateError, match=says) as refused:
        open_backend(target, tmp_path, "fraud", "dev", Effects())
    assert refused.value.code == "MLE608"
