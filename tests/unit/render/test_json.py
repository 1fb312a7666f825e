import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlplan.render.json import document_text, schema_text

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize("text", [document_text, schema_text], ids=["document", "schema"])
@given(document=st.dictionaries(st.text(), VALUES, max_size=5))
def test_every_document_comes_back_and_is_plain_ascii(text, document):
    written = text(document)
    assert json.loads(written) == document
    assert written.isascii()
    assert written.endswith("}\n")


def test_lists_have_an_item_per_line():
    assert document_text({"a": [{"b": 1}, 2], "c": {}}) == '{\n  "a": [\n    {"b": 1},\n    2\n  ],\n  "c": {}\n}\n'


def test_what_is_not_json_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        document_text({"a": float("nan")})
