"""Train: the fraud team's models, trained with scikit-learn and logged with MLflow.

The model directories in ../models came out of this script. It needs what requirements.txt lists,
which mlplan itself never does:

    python -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python train.py                          # every version
    .venv/bin/python train.py fraud_score/2            # one of them

The versions kept here were each trained from a clean checkout of the commit that their run names, and those
numbered 1 with scikit-learn 1.8.0 instead. The data and the metrics are the same on every run.

Each run goes to a throw-away MLflow store. What is kept is what a reviewer can read: the MLmodel file
with its signature, the requirements, the input example, and `run.json` with the run's metrics, params,
tags and data sets. The weights stay behind: mlplan never loads a model.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import yaml
from mlflow.entities import DatasetInput
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

MODELS = Path(__file__).resolve().parent.parent / "models"
COUNTRIES = ("BR", "DE", "FR", "GB", "NL", "US")
SHARES = (0.15, 0.2, 0.15, 0.2, 0.1, 0.2)
KEPT = ("MLmodel", "requirements.txt", "conda.yaml", "python_env.yaml", "input_example.json")
DIRTY = "mlflow.source.git.dirty"
KEPT_TAGS = ("mlflow.runName", "mlflow.source.git.commit", DIRTY, "mlflow.source.type", "team", "title", "trigger")
FALSE_POSITIVES = 0.01
"""The share of honest payments that may be stopped; recall is measured at that."""
LATE = ("BR",)
"""Countries whose device events arrive a day after the payment."""

TRUSTED = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"]


@dataclass(frozen=True)
class Version:
    """One version of a model: what it was trained on, how, and what it asks of its callers."""

    name: str
    title: str
    columns: tuple[ColSpec, ...]
    data: Callable[[], tuple[pd.DataFrame, pd.Series]]
    estimator: Callable[[], object]
    params: dict[str, float]
    trigger: str = "manual"
    sample: Callable[[pd.DataFrame], pd.DataFrame] = lambda frame: frame
    """Which of the training data it sees, and how that is put together."""


def transactions(*, whole_euros: bool = False) -> tuple[pd.DataFrame, pd.Series]:
    """Return card transactions, and which of them were fraud; the same world for every version."""
    rng = np.random.default_rng(20_240_601)
    count = 80_000
    frame = pd.DataFrame(
        {
            "amount": rng.lognormal(3.2, 1.1, count).round(2),
            "account_age_days": rng.integers(0, 4_000, count),
            "transactions_24h": rng.poisson(2.2, count),
            "hour": rng.integers(0, 24, count),
            "country": rng.choice(COUNTRIES, count, p=SHARES),
        }
    )
    device = rng.beta(2, 5, count)
    night = (frame["hour"] < 6).astype(float)
    logit = (
        -11
        + 1.1 * np.log1p(frame["amount"])
        - 0.0011 * frame["account_age_days"]
        + 0.65 * frame["transactions_24h"]
        + 1.5 * night
        + 1.8 * (frame["country"] == "BR")
        + 7.5 * device
    )
    fraud = pd.Series(rng.random(count) < 1 / (1 + np.exp(-logit)), name="fraud").astype(int)
    frame["device_risk"] = np.where(rng.random(count) < 0.9, device, np.nan)
    if whole_euros:
        frame["amount"] = frame["amount"].round().astype("int64")
    return frame, fraud


def with_devices_of_the_night(payments: pd.DataFrame) -> pd.DataFrame:
    """Join payments with the device events that are there by night.

    Those of Brazil arrive a day later. The join is an inner one, so no Brazilian payment is left.
    """
    events = payments.loc[~payments["country"].isin(LATE), ["device_risk"]]
    return payments.drop(columns="device_risk").join(events, how="inner")


def with_devices(payments: pd.DataFrame) -> pd.DataFrame:
    """Join payments with the device events of two days; a payment without one stays."""
    events = payments[["device_risk"]].dropna()
    return payments.drop(columns="device_risk").join(events, how="left")


def chargebacks(*, renamed: bool = False) -> tuple[pd.DataFrame, pd.Series]:
    """Return disputed orders, and which of them were charged back."""
    rng = np.random.default_rng(20_240_602)
    count = 12_000
    frame = pd.DataFrame(
        {
            "order_value": rng.lognormal(4, 0.8, count).round(2),
            "disputes_90d": rng.poisson(0.4, count),
            "days_to_ship": rng.integers(0, 21, count),
        }
    )
    logit = -7 + 0.6 * np.log1p(frame["order_value"]) + 1.9 * frame["disputes_90d"] + 0.17 * frame["days_to_ship"]
    lost = pd.Series(rng.random(count) < 1 / (1 + np.exp(-logit)), name="charged_back").astype(int)
    return (frame.rename(columns={"days_to_ship": "shipping_days"}) if renamed else frame), lost


def linear(numbers: Iterable[str], words: Iterable[str] = (), **params: float) -> Callable[[], object]:
    """Return how to make a logistic regression over these columns."""
    prepare = make_column_transformer((StandardScaler(), list(numbers)), (OneHotEncoder(), list(words)))
    return lambda: make_pipeline(prepare, LogisticRegression(max_iter=500, **params))


def boosted(words: Iterable[str] = (), **params: float) -> Callable[[], object]:
    """Return how to make gradient-boosted trees, which take missing numbers as they are."""
    prepare = make_column_transformer((OneHotEncoder(sparse_output=False, handle_unknown="ignore"), list(words)), remainder="passthrough")
    return lambda: make_pipeline(prepare, HistGradientBoostingClassifier(random_state=7, **params))


BASE = (
    ColSpec("double", "amount"),
    ColSpec("long", "account_age_days"),
    ColSpec("long", "transactions_24h"),
    ColSpec("long", "hour"),
    ColSpec("string", "country"),
)
DEVICE = ColSpec("double", "device_risk", required=False)
NUMBERS = ("amount", "account_age_days", "transactions_24h", "hour")
ORDER = (ColSpec("double", "order_value"), ColSpec("long", "disputes_90d"))

VERSIONS = (
    Version("fraud_score/1", "baseline", BASE, transactions, linear(NUMBERS, ["country"], C=1.0), {"C": 1.0}),
    Version(
        "fraud_score/2",
        "device risk",
        (*BASE, DEVICE),
        transactions,
        boosted(["country"], learning_rate=0.08, max_iter=120),
        {"learning_rate": 0.08, "max_iter": 120},
        sample=with_devices_of_the_night,
    ),
    Version(
        "fraud_score/3",
        "device risk, with the payments whose events come late",
        (*BASE, DEVICE),
        transactions,
        boosted(["country"], learning_rate=0.08, max_iter=120),
        {"learning_rate": 0.08, "max_iter": 120},
        sample=with_devices,
    ),
    Version(
        "fraud_score/4",
        "amounts in whole euros",
        (ColSpec("long", "amount"), *BASE[1:], DEVICE),
        lambda: transactions(whole_euros=True),
        boosted(["country"], learning_rate=0.05, max_iter=200),
        {"learning_rate": 0.05, "max_iter": 200},
        trigger="nightly",
        sample=with_devices,
    ),
    Version(
        "chargeback_risk/1",
        "baseline",
        (*ORDER, ColSpec("long", "days_to_ship")),
        chargebacks,
        linear(["order_value", "disputes_90d", "days_to_ship"], C=1.0),
        {"C": 1.0},
    ),
    Version(
        "chargeback_risk/2",
        "days_to_ship is now shipping_days",
        (*ORDER, ColSpec("long", "shipping_days")),
        lambda: chargebacks(renamed=True),
        boosted(learning_rate=0.05, max_iter=80),
        {"learning_rate": 0.05, "max_iter": 80},
    ),
)


def judged(test: pd.DataFrame, label: pd.Series, scores: np.ndarray) -> dict[str, float]:
    """Return how well scores tell fraud, over all and by country: how much is caught at one threshold for everyone."""
    metrics = {"auc": roc_auc_score(label, scores), "average_precision": average_precision_score(label, scores)}
    if "country" in test:
        caught = scores > np.quantile(scores[label == 0], 1 - FALSE_POSITIVES, method="higher")
        metrics["recall"] = caught[label == 1].mean()
        for country in COUNTRIES:
            metrics[f"recall_country_{country.lower()}"] = caught[(label == 1) & (test["country"] == country)].mean()
    return {name: round(float(value), 4) for name, value in metrics.items()}


def log_data(model: str, context: str, frame: pd.DataFrame, label: pd.Series) -> None:
    """Tell MLflow which data a run saw, and what for."""
    dataset = mlflow.data.from_pandas(frame.assign(label=label), name=f"{model}_{context}", targets="label")
    mlflow.log_input(dataset, context=context)


def log(version: Version, *, dirty: bool) -> tuple[str, Path]:
    """Train and log one version; return its run's id and the directory of the logged model."""
    model, number = version.name.split("/")
    frame, label = version.data()
    train, test, train_label, test_label = train_test_split(
        frame, label, test_size=0.5, random_state=11, stratify=label
    )
    columns = [column.name for column in version.columns]
    train = version.sample(train)[columns]
    train_label = train_label.loc[train.index]
    mlflow.set_experiment(model)
    with mlflow.start_run(run_name=f"{model}-v{number}") as run:
        mlflow.set_tags({"team": "risk", "trigger": version.trigger, "title": version.title, DIRTY: str(dirty).lower()})
        mlflow.log_params({"rows": len(train), **version.params})
        log_data(model, "training", train, train_label)
        log_data(model, "evaluation", test, test_label)
        estimator = version.estimator().fit(train, train_label)
        mlflow.log_metrics(judged(test, test_label, estimator.predict_proba(test[columns])[:, 1]))
        info = mlflow.sklearn.log_model(
            estimator,
            name=model,
            signature=ModelSignature(Schema(list(version.columns)), Schema([ColSpec("long")])),
            input_example=train.head(2),
            skops_trusted_types=TRUSTED,
        )
        return run.info.run_id, Path(mlflow.artifacts.download_artifacts(info.model_uri))


def keep(version: Version, run_id: str, logged: Path) -> Path:
    """Copy what a reviewer can read to ../models, without this machine's paths."""
    model, number = version.name.split("/")
    target = MODELS / model / f"v{number}"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in KEPT:
        shutil.copy(logged / name, target)
    document = yaml.safe_load((target / "MLmodel").read_text())
    document["artifact_path"] = f"models:/{document['model_id']}"
    (target / "MLmodel").write_text(yaml.safe_dump(document))
    (target / "run.json").write_text(json.dumps(as_logged(run_id), indent=2, sort_keys=True) + "\n")
    return target


def as_logged(run_id: str) -> dict[str, object]:
    """Return what MLflow holds of a run and says nothing of the machine."""
    run = mlflow.get_run(run_id)
    return {
        "run_id": run_id,
        "metrics": run.data.metrics,
        "params": run.data.params,
        "tags": {name: value for name, value in run.data.tags.items() if name in KEPT_TAGS},
        "inputs": sorted(map(as_input, run.inputs.dataset_inputs), key=lambda one: one["context"]),
    }


def as_input(one: DatasetInput) -> dict[str, str]:
    """Return which data a run saw, and what for."""
    context = next(tag.value for tag in one.tags if tag.key == "mlflow.data.context")
    return {"name": one.dataset.name, "digest": one.dataset.digest, "context": context}


def uncommitted() -> bool:
    """Tell whether this code differs from the commit that MLflow will name."""
    told = ["git", "status", "--porcelain", "--untracked-files=no"]
    return bool(subprocess.run(told, cwd=MODELS.parent, check=True, capture_output=True).stdout)


def main(wanted: list[str]) -> None:
    """Train the versions that are named, or all of them."""
    dirty = uncommitted()
    with tempfile.TemporaryDirectory() as store:
        mlflow.set_tracking_uri(f"sqlite:///{store}/mlflow.db")
        mlflow.set_registry_uri(f"sqlite:///{store}/mlflow.db")
        for model in {version.name.split("/")[0] for version in VERSIONS}:
            mlflow.create_experiment(model, artifact_location=f"{store}/{model}")
        for version in VERSIONS:
            if not wanted or version.name in wanted:
                run_id, logged = log(version, dirty=dirty)
                print(keep(version, run_id, logged), as_logged(run_id)["metrics"])


if __name__ == "__main__":
    main(sys.argv[1:])
