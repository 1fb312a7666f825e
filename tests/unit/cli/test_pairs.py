"""Pairs: where a PATH=VALUE word is divided."""

import click
import pytest

from mlplan.cli.pairs import datasets, fields

CASES = {
    "a field": ("tags.team=risk", {"tags.team": "risk"}),
    "an empty value unsets": ("comment=", {"comment": None}),
    "an item taken away": ("grants[alice]=", {"grants[alice]": None}),
    "brackets in the value": ('grants[alice].privileges=["EXECUTE"]', {"grants[alice].privileges": '["EXECUTE"]'}),
    "brackets in the value only": ("privileges=[EXECUTE]", {"privileges": "[EXECUTE]"}),
    "an equals sign in brackets": ('properties["a=b"]=c', {'properties["a=b"]': "c"}),
    "an equals sign in the value": ("comment=a=b", {"comment": "a=b"}),
}


@pytest.mark.parametrize(("word", "made"), CASES.values(), ids=CASES)
def test_fields(word, made):
    assert fields(None, None, (word,)) == made


@pytest.mark.parametrize("word", ["team", "=risk", "grants[a=b]"])
def test_words_without_both_halves_are_refused(word):
    with pytest.raises(click.BadParameter, match="is not PATH=VALUE"):
        fields(None, None, (word,))


@pytest.mark.parametrize(
    ("word", "made"),
    [
        ("train=4751bdf2", ("train", "4751bdf2", "")),
        ("train=4751bdf2:training", ("train", "4751bdf2", "training")),
        ("train=sha256:ab:training", ("train", "sha256:ab", "training")),
    ],
)
def test_datasets(word, made):
    assert datasets(None, None, (word, word)) == (made, made)


@pytest.mark.parametrize("word", ["train", "train=", "train=:training", "=4751"])
def test_datasets_without_a_digest_are_refused(word):
    with pytest.raises(click.BadParameter, match="is not NAME="):
        datasets(None, None, (word,))
