import pytest

from mlplan.core.evidence import Dataset, Git, VersionEvidence
from mlplan.evidence.lineage import code, data, registered

COMMIT, OTHER = "fd010455f793608e932dc6d1689a9fefde710745", "95e8b259ebdcc14f5958dcbbe2eeb4d955a49c5b"
EVAL, EVAL_2 = Dataset("fraud_eval", "40d7", "evaluation"), Dataset("fraud_eval", "675e", "evaluation")
TRAIN, TRAIN_2 = Dataset("fraud", "aa", "training"), Dataset("fraud", "bb", "training")


def version(number, *datasets, commit="", clean=None, **unknown):
    git = Git(commit, clean=clean)
    return VersionEvidence("prod.ml.m", number, datasets=datasets, git=git, unknown=unknown)


@pytest.mark.parametrize(
    ("before", "after", "same", "reason"),
    [
        pytest.param((EVAL, TRAIN), (TRAIN_2, EVAL), True, "evaluation data is the same: fraud_eval (40d7)",
                     id="judged on the same, trained on other data"),
        pytest.param((EVAL, TRAIN), (EVAL_2, TRAIN), False,
                     "evaluation data differs: fraud_eval (40d7) -> fraud_eval (675e)", id="judged on other data"),
        pytest.param((EVAL,), (EVAL._replace(context="validation"),), True,
                     "evaluation data is the same: fraud_eval (40d7)", id="another word for the purpose"),
        pytest.param((EVAL,), (EVAL._replace(name="holdout"),), None,
                     "evaluation data has equal digests under other names: fraud_eval (40d7) -> holdout (40d7)",
                     id="other names"),
        pytest.param((EVAL,), (EVAL, EVAL_2), False,
                     "evaluation data differs: fraud_eval (40d7) -> fraud_eval (40d7), fraud_eval (675e)", id="one more"),
        pytest.param((TRAIN,), (TRAIN,), True,
                     "training data is the same: fraud (aa); no evaluation data is logged", id="training data alone"),
        pytest.param((TRAIN,), (EVAL, TRAIN), None, "v1 logged no evaluation data", id="one side not judged"),
        pytest.param((TRAIN,), (TRAIN._replace(context="tuning"),), None,
                     "the runs logged data for different purposes, none of them evaluation", id="nothing in common"),
        pytest.param((), (EVAL,), None, "v1 logged no data set", id="one side without"),
        pytest.param((), (), None, "v1 logged no data set; v2 logged no data set", id="both without"),
    ],
)  # fmt: skip
def test_whether_two_versions_were_judged_on_the_same_data(before, after, same, reason):
    found = data(version(1, *before), version(2, *after))
    assert (found["same"], found["reason"]) == (same, reason)


def test_all_data_is_told_with_its_purpose():
    found = data(version(1, EVAL, TRAIN), version(2, EVAL, TRAIN_2))
    assert found["contexts"] == {"evaluation": True, "training": False}
    assert found["after"][1] == {"name": "fraud", "digest": "bb", "context": "training"}


def test_a_run_that_could_not_be_read_is_no_run_without_data():
    found = data(version(1, EVAL), version(2, run="the run is deleted"))
    assert (found["same"], found["reason"]) == (None, "v2: the run is deleted")
    found = code(version(1, commit=COMMIT), version(2, git="not allowed"))
    assert (found["same"], found["reason"], found["after"]) == (None, "v2: not allowed", None)


@pytest.mark.parametrize(
    ("before", "after", "same", "reason"),
    [
        pytest.param((COMMIT, True), (COMMIT, True), True, "both ran fd01045", id="equal and clean"),
        pytest.param((COMMIT, None), (COMMIT, True), True,
                     "both ran fd01045; whether v1 ran with uncommitted changes is not known", id="cleanliness unknown"),
        pytest.param((COMMIT, True), (COMMIT, False), None,
                     "both name fd01045; v2 ran with uncommitted changes", id="equal and not clean"),
        pytest.param((COMMIT, True), (OTHER, True), False, "fd01045 -> 95e8b25", id="other"),
        pytest.param((COMMIT, False), (OTHER, None), False,
                     "fd01045 -> 95e8b25; v1 ran with uncommitted changes", id="other, not clean"),
        pytest.param((COMMIT, True), (COMMIT[:12].upper(), True), True, "both ran FD01045", id="cut short"),
        pytest.param((COMMIT, True), (COMMIT[:4], True), False, "fd01045 -> fd01", id="too short to name one"),
        pytest.param(("", None), (COMMIT, True), None, "v1 names no commit", id="none"),
    ],
)  # fmt: skip
def test_whether_two_versions_come_from_the_same_code(before, after, same, reason):
    pair = [version(n, commit=commit, clean=clean) for n, (commit, clean) in enumerate((before, after), 1)]
    found = code(*pair)
    assert (found["same"], found["reason"]) == (same, reason)


def test_who_registered_a_version_and_when():
    one = VersionEvidence("prod.ml.m", 7, created_at=1_795_230_000.7, created_by="job:retrain")
    assert registered(one) == {"by": "job:retrain", "at": "2026-11-21T03:00:00Z"}
    assert registered(VersionEvidence("prod.ml.m", 7)) == {"by": "", "at": None}
