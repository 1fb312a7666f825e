"""MLflow's own enforcement, asked without a server: what a model sees of a request, or that it sees nothing."""

import base64
import copy
import datetime as dt
import decimal
import json
import logging
import struct
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, NamedTuple

import pytest

NULL = ("null",)
KIND = {"boolean": "bool", "string": "text", "binary": "bytes", "datetime": "time"}
KIND |= dict.fromkeys(("integer", "long", "float", "double"), "number")
DTYPES = {
    "boolean": ("bool", "object", "boolean"),
    "integer": ("int32", "int8", "int16", "uint8", "uint16", "Int32"),
    "long": ("int64", "object", "int8", "int32", "uint32", "Int64"),
    "float": ("float32", "float16", "int64"),
    "double": ("float64", "object", "float32", "int32", "uint8", "int64", "Float64", "decimal"),
    "string": (None, "object", "string"),
    "binary": ("object",),
    "datetime": ("datetime64[ns]", "datetime64[us]", "object"),
}
"""What a DataFrame may hold where a signature has a type; a pandas that cannot hold the values so is passed over."""
LARGEST = 3.4e38
"""About the largest number that 32 bits hold."""
CHAT = {"messages", "prompt", "input"}
PLAIN: Any = (
    (bool, "bool", bool),
    (int, "number", int),
    ((float, decimal.Decimal), "number", float),
    (str, "text", str),
    ((bytes, bytearray), "bytes", bytes),
    (dt.datetime, "time", lambda one: one.isoformat()),
    (dt.date, "time", lambda one: f"{one.isoformat()}T00:00:00"),
)
"""What values of each type are, and how they are read as plain ones."""


class Request(NamedTuple):
    """A request, and what the old model has to see of it."""

    way: str
    form: str
    data: Any
    rows: list[dict[str, Any]]


class Refused(Exception):
    """MLflow took a request for wrong."""


def plain(value: Any) -> Any:
    """Return a value in the form that is compared: its kind, and what it is, whichever library holds it."""
    if hasattr(value, "tolist"):
        value = (value.astype("datetime64[us]") if value.dtype.kind == "M" else value).tolist()
    if isinstance(value, list | tuple):
        return "list", tuple(plain(one) for one in value)
    if isinstance(value, dict):
        return "dict", tuple(sorted((name, plain(one)) for name, one in value.items()))
    if value is None or type(value).__name__ in ("NAType", "NaTType") or value != value:  # noqa: PLR0124 - NaN
        return NULL
    return next((kind, read(value)) for types, kind, read in PLAIN if isinstance(value, types))


def rounded(kind: Any, value: Any) -> Any:
    """Return a plain value with no more digits than a signature's type keeps of it."""
    if value == NULL:
        return value
    if value[0] == "list":
        items = kind.get("items", kind)
        return "list", tuple(rounded(items, one) for one in value[1])
    if value[0] == "dict":
        of = kind.get("properties", {})
        return "dict", tuple((name, rounded(of.get(name, kind.get("values", kind)), one)) for name, one in value[1])
    short = kind.get("type") == "float" or kind.get("tensor-spec", {}).get("dtype") == "float32"
    if value[0] == "number" and short and abs(value[1]) < LARGEST:
        return "number", struct.unpack("f", struct.pack("f", value[1]))[0]
    return value


def fits(kind: Any, value: Any) -> bool:
    """Tell whether a plain value is what a signature's type promises to the model."""
    if value == NULL or kind["type"] in ("any", "tensor"):
        return True
    if kind["type"] == "array":
        return value[0] == "list" and all(fits(kind["items"], one) for one in value[1])
    if kind["type"] == "map":
        return value[0] == "dict" and all(fits(kind["values"], one) for _, one in value[1])
    if kind["type"] == "object":
        return value[0] == "dict" and all(fits(kind["properties"][name], one) for name, one in value[1])
    return value[0] == KIND[kind["type"]]


class Echo:
    """A model that answers with what it sees."""

    def predict(self, model_input: Any) -> list[str]:
        return [json.dumps({name: [plain(one) for one in model_input[name]] for name in model_input.columns})]


class Mlflow:
    """MLflow, of which only what happens before a model is called is wanted."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # MLflow warns of its own type hints
            from mlflow.models import utils  # noqa: PLC0415 - not every environment has it
            from mlflow.pyfunc import scoring_server  # noqa: PLC0415
            from mlflow.types import schema  # noqa: PLC0415

        logging.getLogger("mlflow").setLevel(logging.CRITICAL)
        self.utils, self.server, self.types, self.error = utils, scoring_server, schema, utils.MlflowException
        self.pandas, self.numpy = __import__("pandas"), __import__("numpy")

    request, refused = Request, Refused

    def seen(self, columns: list[Any], request: Request) -> dict[Any, list[Any]]:
        """Return what a model with these columns sees of each; raise Refused where it sees nothing."""
        made, data = self.types.Schema.from_json(json.dumps(columns)), self._fresh(request.data)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # pandas and numpy tell of casts, which is what is compared here
                if request.way != "dataframe" and request.form != "chat":
                    data = self.server.infer_and_parse_data(data, made)
                found = self.utils._enforce_schema(data, made)
        except Exception as error:  # whatever it is, the server answers 400 and `predict` raises
            raise Refused(str(error)) from error
        if isinstance(found, self.pandas.DataFrame):
            return {name: [plain(one) for one in found[name]] for name in found.columns}
        return {name: [plain(found[name])] for name in found} if isinstance(found, dict) else {0: [plain(found)]}

    def _fresh(self, data: Any) -> Any:
        """Return data that enforcement may change."""
        if isinstance(data, self.pandas.DataFrame):
            return self.pandas.DataFrame(
                {name: data[name].map(copy.deepcopy) if data[name].dtype == object else data[name] for name in data}
            )
        return copy.deepcopy(data)

    def outcome(self, before: list[Any], after: list[Any], request: Request) -> str:
        """Return what the move does to a request; `""` for one that the old version does not see as it was sent."""
        old = named(before)
        sent = {name: [rounded(old[name], plain(row.get(name))) for row in request.rows] for name in old}
        try:
            seen = self.seen(before, request)
        except Refused:
            return ""
        keys = [name for name in sent if any(name in row for row in request.rows)]
        if any(self._as_before(old[name], seen.get(name)) != sent[name] for name in keys):
            return ""
        try:
            found = self.seen(after, request)
        except Refused:
            return "rejected"
        new = named(after)
        kept = [name for name in keys if name in new]
        same = all(self._as_before(old[name], found.get(name)) == sent[name] for name in kept)
        return "safe" if same and all(fits(new[name], one) for name in kept for one in found[name]) else "coerced"

    def params(self, before: list[Any], after: list[Any], given: dict[str, Any]) -> str:
        """Return what the move does to parameters; `""` for those that the old version does not see as they were."""
        try:
            old = self._params(before, given)
        except Refused:
            return ""
        if any(plain(old.get(name)) != plain(value) for name, value in given.items() if not isinstance(value, str)):
            return ""
        try:
            new = self._params(after, given)
        except Refused:
            return "rejected"
        return (
            "safe" if all(plain(new[name]) == plain(value) for name, value in old.items() if name in new) else "coerced"
        )

    def _params(self, specs: list[Any], given: dict[str, Any]) -> dict[str, Any]:
        made = self.types.ParamSchema.from_json(json.dumps(specs))
        try:
            return dict(self.utils._enforce_params_schema(copy.deepcopy(given), made))
        except self.error as error:
            raise Refused(str(error)) from error

    def echo(self, columns: list[Any]) -> Any:
        """Return a model with a signature that answers with what it sees, as MLflow loads any other."""
        from mlflow.models import Model, ModelSignature  # noqa: PLC0415
        from mlflow.pyfunc import PyFuncModel  # noqa: PLC0415

        signature = ModelSignature(inputs=self.types.Schema.from_json(json.dumps(columns)))
        about = Model(signature=signature, flavors={"python_function": {"loader_module": "echo"}})
        return PyFuncModel(model_meta=about, model_impl=Echo())

    def predicted(self, model: Any, frame: Any) -> Any:
        """Return what a model that is called in the same process sees of a DataFrame; None when it refuses."""
        try:
            return json.loads(model.predict(frame)[0])
        except self.error:
            return None

    def _as_before(self, kind: Any, values: list[Any] | None) -> list[Any] | None:
        return None if values is None else [rounded(kind, one) for one in values]

    def requests(self, columns: list[Any], rows: list[dict[str, Any]], variant: int) -> Iterator[Request]:
        """Yield the same rows in every form in which a caller may send them."""
        names = None if columns[0].get("name") is None else [one["name"] for one in columns]
        kinds = named(columns)
        for one in (variant, variant + 3):
            yield Request("dataframe", "frame", self.frame(kinds, rows, one, names), rows)
        told = [{name: written(kinds[name], one) for name, one in row.items()} for row in rows]
        for way, form, data in unnamed_forms(told) if names is None else forms(told, names):
            yield Request(way, form, json.loads(json.dumps(data)), rows)
        if names is not None:
            first = rows[:1]
            for form, data in bare_forms(told, names):
                meant = rows if form == "list" else first
                yield Request("bare", form, json.loads(json.dumps(data)), meant)

    def frame(self, kinds: dict[Any, Any], rows: list[dict[str, Any]], variant: int, names: Any) -> Any:
        """Return a DataFrame whose columns have dtypes that MLflow takes for their types."""
        sent = [name for name in kinds if any(name in row for row in rows)]
        series = {name: self._series(kinds[name], [row.get(name) for row in rows], variant) for name in sent}
        return self.pandas.DataFrame(series if names else dict(enumerate(series.values())))

    def _series(self, kind: Any, values: list[Any], variant: int) -> Any:
        if kind["type"] == "array" and variant % 2 and kind["items"]["type"] in DTYPES:
            values = [None if one is None else self._array(kind["items"]["type"], one) for one in values]
        choice = DTYPES.get(kind["type"], ("object",))
        for dtype in (choice[variant % len(choice)], choice[0], "object"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    made = self._held(dtype, values)
                except (ValueError, TypeError, OverflowError):
                    continue
            if [rounded(kind, plain(one)) for one in made] == [rounded(kind, plain(one)) for one in values]:
                return made
        raise AssertionError(f"no pandas column holds {values} as {kind}")

    def _held(self, dtype: str | None, values: list[Any]) -> Any:
        if dtype == "decimal":
            values, dtype = [None if one is None else decimal.Decimal(repr(one)) for one in values], "object"
        return self.pandas.Series(values, dtype=dtype)

    def _array(self, name: str, values: list[Any]) -> Any:
        dtype = DTYPES[name][0]
        return self.numpy.array(values, dtype="object" if name in ("string", "binary") or None in values else dtype)


def named(columns: list[Any]) -> dict[Any, Any]:
    """Return columns by name, or by place where they have none."""
    return {one.get("name", place): one for place, one in enumerate(columns)}


def written(kind: Any, value: Any) -> Any:
    """Return a value as JSON has it; binary values are base64 where MLflow decodes them."""
    if isinstance(value, bytes):
        return base64.encodebytes(value).decode()
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [written(kind, one) for one in value]
    return {name: written(kind, one) for name, one in value.items()} if isinstance(value, dict) else value


def forms(rows: list[dict[str, Any]], names: list[str]) -> Iterator[tuple[str, str, Any]]:
    """Yield the forms of a table whose columns are named."""
    sent = [name for name in names if any(name in row for row in rows)]
    lists = {name: [row.get(name) for row in rows] for name in sent}
    split = {"columns": sent, "data": [[row.get(name) for name in sent] for row in rows]}
    yield "json", "split", {"dataframe_split": split}
    yield "json", "records", {"dataframe_records": rows}
    yield "json", "columns", {"inputs": lists}
    yield "json", "rows", {"inputs": rows}
    yield "json", "instance rows", {"instances": rows}
    yield "json", "instance columns", {"instances": lists}


def bare_forms(rows: list[dict[str, Any]], names: list[str]) -> Iterator[tuple[str, Any]]:
    """Yield the forms that leave out lists or names."""
    yield "row", {"inputs": rows[0]}
    if len(names) == 1 and all(rows):
        yield "list", {"inputs": [row[names[0]] for row in rows]}
        yield "list", {"instances": [row[names[0]] for row in rows]}
        yield "value", {"inputs": rows[0][names[0]]}
    if CHAT & rows[0].keys():
        yield "chat", rows[0]


def unnamed_forms(rows: list[dict[Any, Any]]) -> Iterator[tuple[str, str, Any]]:
    """Yield the forms of a table whose columns go by their order."""
    data = [list(row.values()) for row in rows]
    yield "json", "split", {"dataframe_split": {"data": data}}
    yield "json", "lists", {"inputs": data}
    yield "json", "instances", {"instances": data}
    if len(rows[0]) == 1:
        yield "bare", "list", {"inputs": [one for (one,) in data]}


@pytest.fixture
def mlflow(need: Any) -> Mlflow:
    """Return MLflow, which not every environment has."""
    need(all(find_spec(name) for name in ("mlflow", "numpy", "pandas")), "needs mlflow-skinny, numpy and pandas")
    return Mlflow()
