"""What answers about versions mean: whose word counts, and what is left out."""

from mlplan.core.evidence import Dataset, Git
from mlplan.providers.databricks.version_answer import logged_model, registered, run, together
from mlplan.providers.databricks.version_lost import Lost

OF_RUN = {"run", "metrics", "params", "datasets", "git"}


def pairs(**values):
    return [{"key": key, "value": value} for key, value in values.items()]


def of_run(metrics=(), params=(), tags=(), datasets=()):
    return run(
        {"run": {"data": {"metrics": metrics, "params": params, "tags": tags}, "inputs": {"dataset_inputs": datasets}}}
    )


def of_model(metrics=(), params=(), tags=()):
    return logged_model({"model": {"info": {"tags": tags}, "data": {"metrics": metrics, "params": params}}})


def figure(key, value, **more):
    return {"key": key, "value": value, **more}


def test_a_version_says_who_made_it_and_when():
    found = registered({
        "status": "READY", "creation_timestamp": "1795692172648", "user_id": "ada", "run_id": "r1", "model_id": "m-1",
        "run_experiment_id": 7, "aliases": [{"alias": "Champion"}, {"alias": "best"}], "tags": pairs(gate="ok"),
    })  # fmt: skip
    assert (found["created_at"], found["created_by"], found["experiment_id"]) == (1795692172.648, "ada", "7")
    assert (found["aliases"], found["tags"]) == (("best", "champion"), {"gate": "ok"})


def test_a_version_that_says_little_is_still_one():
    found = registered({})
    assert (found["status"], found["created_at"], found["run_id"], found["aliases"]) == ("", None, "", ())


def test_the_run_has_the_first_word_and_the_logged_model_adds_what_it_lacks():
    train = {"dataset": {"name": "train", "digest": "1a"}, "tags": pairs(**{"mlflow.data.context": "training"})}
    first = of_run(pairs(auc=0.9), pairs(C="1"), pairs(**{"mlflow.source.git.commit": "abc"}), [train])
    more = [figure("auc", 0.1), figure("recall", 0.7, dataset_name="train", dataset_digest="1a"),
            figure("recall_br", 0.6, dataset_name="eval", dataset_digest="2b")]  # fmt: skip
    second = of_model(more, pairs(C="2", depth="3"), pairs(**{"mlflow.source.git.commit": "def"}))
    made, unknown = together(first, second)
    assert made["metrics"] == {"auc": 0.9, "recall": 0.7, "recall_br": 0.6}
    assert made["params"] == {"C": "1", "depth": "3"}
    assert made["datasets"] == (Dataset("train", "1a", "training"), Dataset("eval", "2b"))
    assert (made["git"].commit, unknown) == ("abc", {})


def test_of_several_figures_of_a_name_the_latest_counts():
    found = of_model(
        [figure("auc", 0.9, timestamp=2, step=1), figure("auc", 0.8, timestamp=1), figure("auc", 0.7, timestamp="2")]
    )
    assert found["metrics"] == {"auc": 0.9}


def test_what_the_logged_model_tells_stands_there_though_the_run_is_lost():
    made, unknown = together(Lost("gone"), of_model(pairs(auc=0.9), (), pairs(**{"mlflow.source.git.commit": "abc"})))
    assert (made["metrics"], made["git"].commit) == ({"auc": 0.9}, "abc")
    assert unknown == dict.fromkeys(OF_RUN - {"git"}, "gone")


def test_a_lost_logged_model_leaves_the_figures_in_doubt_and_nothing_else():
    made, unknown = together(of_run(pairs(auc=0.9)), Lost("not allowed"))
    assert (made["metrics"], unknown) == ({"auc": 0.9}, {"metrics": "not allowed"})


def test_both_lost_is_all_lost():
    made, unknown = together(Lost("gone"), Lost("gone too"))
    assert (made["metrics"], made["git"], unknown) == ({}, Git(), dict.fromkeys(OF_RUN, "gone"))


def test_figures_that_are_no_numbers_are_left_out():
    made, unknown = together(of_run(pairs(auc="NaN", f1=0.5, loss="Infinity")), None)
    assert (made["metrics"], unknown) == ({"f1": 0.5}, {"metrics": "auc is nan, loss is inf"})


def test_code_from_a_git_folder_has_tags_of_its_own():
    tags = pairs(**{"mlflow.databricks.gitRepoCommit": "abc", "mlflow.databricks.gitRepoReference": "main"})
    assert of_run(tags=tags)["git"] == Git("abc", "main", "", None)
