"""Verdicts on parameters against MLflow's enforcement: nothing called safe is ever refused or changed."""

import copy
import datetime as dt
import itertools

from mlplan.evidence.signature import compare

INPUTS = [{"type": "long", "name": "a", "required": True}]
DAY = dt.datetime.fromisoformat("2024-01-02T03:04:05")
VALUES = {
    "boolean": [True, False],
    "integer": [3, -7, 0],
    "long": [3, 0, 2**31, 2**53 + 1],
    "float": [1.5, 2.0],
    "double": [1.5, 2.0, 0.1],
    "string": ["FR", "1.5", ""],
    "datetime": [DAY],
}
NUMPY = {"boolean": "bool_", "integer": "int32", "long": "int64", "float": "float32", "double": "float64"}


def specs():
    """Return parameters of every type, one value or a list, with a default."""
    defaults = {name: values[0].isoformat() if name == "datetime" else values[0] for name, values in VALUES.items()}
    one = [{"name": "p", "type": name, "default": value, "shape": None} for name, value in defaults.items()]
    many = [{**spec, "default": [spec["default"]], "shape": [-1]} for spec in one if spec["type"] in ("long", "double")]
    return [*one, *many, {**one[1], "default": 99}]


def sent(mlflow, spec):
    """Yield what callers send for a parameter: by way, values of Python and numpy, or of JSON; or nothing."""
    yield from (("dataframe", {}), ("json", {}))
    for value in VALUES[spec["type"]]:
        as_json = value.isoformat() if isinstance(value, dt.datetime) else value
        yield "json", {"p": [as_json] if spec["shape"] else as_json}
        yield (
            "dataframe",
            {"p": [value] if spec["shape"] else mlflow.numpy.datetime64(value, "us") if value is DAY else value},
        )
        if spec["type"] in NUMPY and not spec["shape"]:
            yield "dataframe", {"p": getattr(mlflow.numpy, NUMPY[spec["type"]])(value)}


def test_a_verdict_on_parameters_is_what_mlflow_does(mlflow, figure):
    count = dict.fromkeys(("safe", "coerced", "rejected"), 0)
    for before, after in itertools.product(specs(), specs()):
        told = compare({"inputs": INPUTS, "params": [before]}, {"inputs": INPUTS, "params": [after]})["verdict"]
        seen = {"dataframe": set(), "json": set()}
        for way, given in sent(mlflow, before):
            seen[way].add(mlflow.params([before], [after], copy.deepcopy(given)))
        for way, outcomes in seen.items():
            assert told[way] in outcomes, (before, after, way, outcomes)
            assert told[way] != "safe" or outcomes <= {"safe", ""}, (before, after, way, outcomes)
            count[told[way]] += 1
    figure(f"parameters: {', '.join(f'{n} {verdict}' for verdict, n in count.items())}; MLflow shows each")


def test_a_parameter_that_comes_or_goes_is_safe(mlflow):
    for spec in specs():
        other = {**spec, "name": "q"}
        for way, given in sent(mlflow, spec):
            assert mlflow.params([spec], [spec, other], copy.deepcopy(given)) in ("", "safe"), way
            assert mlflow.params([spec, other], [other], copy.deepcopy(given)) in ("", "safe"), way
        for before, after in (([spec], [spec, other]), ([spec, other], [other])):
            told = compare({"inputs": INPUTS, "params": before}, {"inputs": INPUTS, "params": after})
            assert set(told["verdict"].values()) == {"safe"}
