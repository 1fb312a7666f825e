import re

from hypothesis import given
from hypothesis import strategies as st

from mlplan.core.address import KEY_PATTERN
from mlplan.render.graph import dot, mermaid

GRAPH = {
    "catalog.main": (),
    "schema.ml": ("catalog.main",),
    "model_alias.fraud-score.champion": ("catalog.main",),
}
ADDRESSES = st.builds(
    lambda kind, keys: ".".join((kind, *keys)),
    st.sampled_from(["catalog", "model_alias"]),
    st.lists(st.from_regex(KEY_PATTERN, fullmatch=True), min_size=1, max_size=3),
)


def test_mermaid():
    assert mermaid(GRAPH) == (
        "flowchart LR\n"
        '  catalog__main["catalog.main"]\n'
        '  model_alias__fraud_score__champion_f9cd78["model_alias.fraud-score.champion"]\n'
        '  schema__ml["schema.ml"]\n'
        "  model_alias__fraud_score__champion_f9cd78 --> catalog__main\n"
        "  schema__ml --> catalog__main\n"
    )


def test_dot():
    text = dot(GRAPH)
    assert text.startswith("digraph mlplan {\n")
    assert '  schema__ml [label="schema.ml"];\n' in text
    assert "  schema__ml -> catalog__main;\n" in text
    assert text.endswith("}\n")


def test_an_edge_to_what_is_not_in_the_graph_is_left_out():
    assert "elsewhere" not in mermaid({"catalog.a": ("catalog.elsewhere",)})


@given(st.sets(ADDRESSES, max_size=20))
def test_ids_are_one_of_a_kind_and_plain(addresses):
    ids = re.findall(r"^  (\S+)\[", mermaid(dict.fromkeys(addresses, ())), re.MULTILINE)
    assert len(set(ids)) == len(addresses)
    assert all(re.fullmatch(r"[A-Za-z0-9_]+", one) for one in ids)
