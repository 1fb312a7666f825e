import json

import pytest

from mlplan.core.evidence import Dataset, Git, VersionEvidence
from mlplan.evidence.dossier import FIRST, dossier

PASSED = {"from": "see https://hunter2@x/build"}


def version(number, **known):
    about = {
        "metrics": {"auc": 0.9},
        "params": {"C": "1"},
        "datasets": (Dataset("eval", "d1", "evaluation"),),
        "git": Git("fd010455f793", clean=True),
        "requirements": ("numpy==2.4.6",),
        "python_version": "3.11.7",
        "mlflow_version": "3.17.2",
    }
    return VersionEvidence("prod.ml.m", number, **{**about, **known})


def test_two_versions_side_by_side():
    after = version(
        7, metrics={"auc": 0.95}, params={"C": "2"}, requirements=("numpy==2.5.0",), python_version="3.12.1"
    )
    found = dossier(version(6), after)
    assert list(found["versions"]) == list(found["registered"]) == ["6", "7"]
    assert found["metrics"] == [{"name": "auc", "before": 0.9, "after": 0.95, "delta": 0.05}]
    assert found["params"] == [{"name": "C", "before": "1", "after": "2"}]
    assert (found["data"]["same"], found["code"]["same"]) == (True, True)
    assert [(one["name"], one["change"]) for one in found["requirements"]] == [("numpy", "minor")]
    assert found["requirements_summary"] == {"worst": "minor", "unchanged": 0, "unpinned": [], "reason": ""}
    assert (found["python"]["change"], found["mlflow"]["change"]) == ("minor", "same")
    assert found["unknown"] == {}


def test_a_first_version_has_nothing_before_it():
    found = dossier(None, version(1))
    assert found["metrics"] == [{"name": "auc", "before": None, "after": 0.9, "delta": None}]
    assert (found["data"]["same"], found["data"]["reason"], found["code"]["reason"]) == (None, FIRST, FIRST)
    assert found["data"]["after"] == [{"name": "eval", "digest": "d1", "context": "evaluation"}]
    assert found["requirements_summary"] == {"worst": "unknown", "unchanged": 0, "unpinned": [], "reason": FIRST}
    assert found["python"]["change"] == "unknown"


def test_a_version_before_that_nobody_could_read_is_no_first_one():
    found = dossier(None, version(7), missing="v6 is gone")
    assert found["data"]["reason"] == found["code"]["reason"] == found["requirements_summary"]["reason"] == "v6 is gone"


def test_what_is_unknown_says_so_and_is_nowhere_a_difference():
    lost = version(7, metrics={}, params={}, datasets=(), git=Git(), unknown={"run": "the run is deleted"})
    found = dossier(version(6), lost)
    assert found["unknown"] == {"v7.run": "the run is deleted"}
    assert found["params"] == []
    assert found["metrics"] == [{"name": "auc", "before": 0.9, "after": None, "delta": None}]
    assert found["data"]["reason"] == found["code"]["reason"] == "v7: the run is deleted"


@pytest.mark.parametrize(
    ("unknown", "reason"),
    [({}, "v7 lists no requirements"), ({"requirements": "not allowed"}, "v7: not allowed")],
    ids=["none", "unread"],
)
def test_requirements_that_are_not_there(unknown, reason):
    found = dossier(version(6), version(7, requirements=None, unknown=unknown))
    assert found["requirements"] == []
    assert found["requirements_summary"] == {"worst": "unknown", "unchanged": 0, "unpinned": [], "reason": reason}


def test_other_versions_to_compare_with():
    found = dossier(version(6), version(7), [
        ("endpoint fraud-score-prod, entity current", version(5, requirements=("numpy==1.26.4",))),
        ("previous champion", version(4, python_version="3.10.1")),
    ])  # fmt: skip
    endpoint, champion = found["baselines"]
    assert (endpoint["what"], endpoint["version"]) == ("endpoint fraud-score-prod, entity current", 5)
    assert [(one["name"], one["change"]) for one in endpoint["requirements"]] == [("numpy", "major")]
    assert (champion["requirements"], champion["python"]["change"]) == ([], "minor")


def test_a_dossier_is_json_without_credentials():
    git = Git("fd010455f793", repository="https://hunter2@x/m.git")
    lines = ("-i https://me:hunter2@x/simple", "numpy==2.4.6")
    found = dossier(version(6), version(7, metrics={"loss": float("nan")}, git=git, requirements=lines, tags=PASSED))
    text = json.dumps(found, allow_nan=False)
    assert json.loads(text) == found
    assert "hunter2" not in text
    assert found["unknown"] == {"v7.metrics.loss": "the run logged NaN"}
