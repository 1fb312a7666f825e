"""YAML: any bytes give data or findings; plain data reads as PyYAML reads it; and what JSON writes we read back."""

import json
import string

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mlplan.config.load import load
from mlplan.config.locate import places
from mlplan.config.project import load as load_project
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.values import Unknown

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp"), exclude_characters="\ufffe\uffff"),
    max_size=20,
)
WORDS = st.text(string.ascii_letters + string.digits + " -_./:@#{}[]$'\"&*!|>%`,?~=<+", max_size=12)
SCALARS = st.none() | st.booleans() | st.integers(-(2**62), 2**62) | TEXT | WORDS
KEYS = TEXT.filter(lambda key: "${" not in key)
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20
)
PIECES = st.sampled_from(
    ["a: ", "- ", "[", "]", "{", "}", "\n", "  ", "&x ", "*x", "!t ", "<<: ", "? ", "| ", "> ", "'", '"', "#", "---\n", "...\n",
     "%YAML 1.1\n", "no", "0755", "1.10", "12:30:45", "resources:", "schemas:", "\t", "${", "\\", "\r\n", "é", "\u2028", ","]
)  # fmt: skip


def unknowns(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, Unknown) or any(unknowns(item) for item in inner)


def check(found: list[Diagnostic]) -> None:
    for one in found:
        assert one.code.startswith("MLE1") or one.code == "MLE310"
        assert one.source.line >= 1
        assert one.source.column >= 1


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode(errors="surrogatepass")))
def test_any_bytes_give_data_or_findings(data):
    made, found = load(data, "f.yaml")
    check(found)
    assert found or not unknowns(made)


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_text_gives_data_or_findings(text):
    made, found = load(text.encode(), "f.yaml")
    check(found)
    places(text)
    if not found:
        assert not unknowns(made)
        json.dumps(made, allow_nan=False)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_what_we_take_pyyaml_takes_alike(text):
    made, found = load(text.encode(), "f.yaml")
    if not found:
        assert made == yaml.load(text, Loader=yaml.CSafeLoader)


@given(DATA)
def test_plain_data_that_pyyaml_writes_reads_back(data):
    text = yaml.dump(
        data, Dumper=type("D", (yaml.CSafeDumper,), {"ignore_aliases": lambda *_: True}), allow_unicode=True
    )
    made, found = load(text.encode(), "f.yaml")
    assert found == [] or {one.code for one in found} <= {"MLE117"}
    if not found:
        assert made == data


@given(DATA)
def test_json_is_yaml(data):
    made, found = load(json.dumps(data, ensure_ascii=False).encode(), "f.yaml")
    assert (made, found) == (data, [])


@settings(max_examples=100)
@given(
    st.dictionaries(
        st.sampled_from(["catalogs", "schemas", "experiments", "registered_models", "serving_endpoints", "grants", "permissions", "x"]),
        st.dictionaries(st.sampled_from(["a", "b"]), st.dictionaries(
            st.sampled_from(["name", "catalog_name", "grants", "permissions", "aliases", "served_entities", "config", "lifecycle", "tags"]),
            st.recursive(
                SCALARS | st.sampled_from(["${resources.schemas.a.name}", "${environment.name}", "$${x}"]),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
                    st.sampled_from(["name", "served_entities", "external_model", "traffic_config", "routes", "version", "mode",
                                     "grants", "principal", "prevent_destroy", "ignore_changes", "champion"]), inner, max_size=4),
                max_leaves=8), max_size=5), max_size=2), max_size=4)
)  # fmt: skip
def test_any_resources_give_a_declaration_or_findings(tmp_path_factory, resources):
    root = tmp_path_factory.mktemp("project")
    (root / "resources").mkdir()
    (root / "mlplan.yaml").write_text("project: p\nenvironments: {dev: {provider: local}}\n", encoding="utf-8")
    (root / "resources/a.yaml").write_text(json.dumps({"resources": resources}), encoding="utf-8")
    found = load_project(root, environ={})
    assert (found.declaration is None) == any(one.severity == "error" for one in found.diagnostics)
    for one in found.diagnostics:
        assert one.source.file in ("mlplan.yaml", "resources/a.yaml")
