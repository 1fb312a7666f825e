"""Edit: one number of a file changed or added, and every other byte as it was."""

import pytest

from mlplan.config.edit import Unfit, with_value

PATH = ("resources", "registered_models", "fraud", "aliases", "champion")
CHANGED = {
    "block": (
        "resources:\n  registered_models:\n    fraud:\n      aliases:\n        champion: 6\n",
        "resources:\n  registered_models:\n    fraud:\n      aliases:\n        champion: 7\n",
    ),
    "flow": (
        "resources: {registered_models: {fraud: {aliases: {champion: 6}}}}\n",
        "resources: {registered_models: {fraud: {aliases: {champion: 7}}}}\n",
    ),
    "json": (
        '{"resources":{"registered_models":{"fraud":{"aliases":{"champion":6}}}}}',
        '{"resources":{"registered_models":{"fraud":{"aliases":{"champion":7}}}}}',
    ),
    "flow over many lines": (
        "resources: {registered_models: {\n  fraud: { aliases: {\n    champion : 6 ,\n  }, }\n}}\n",
        "resources: {registered_models: {\n  fraud: { aliases: {\n    champion : 7 ,\n  }, }\n}}\n",
    ),
    "quoted keys": (
        "\"resources\":\n  'registered_models':\n    fraud:\n      'aliases': {\"champion\": 6}\n",
        "\"resources\":\n  'registered_models':\n    fraud:\n      'aliases': {\"champion\": 7}\n",
    ),
    "comments": (
        "# a\nresources: # b\n  registered_models:\n    # champion: 6\n    fraud:\n      aliases:\n        champion: 6   # since May\n# c\n",
        "# a\nresources: # b\n  registered_models:\n    # champion: 6\n    fraud:\n      aliases:\n        champion: 7   # since May\n# c\n",
    ),
    "odd blanks": (
        "resources:\n  registered_models:\n    fraud:\n      aliases:\n        champion   :    6  \n\n\n",
        "resources:\n  registered_models:\n    fraud:\n      aliases:\n        champion   :    7  \n\n\n",
    ),
    "lines that end as on Windows": (
        "resources:\r\n  registered_models:\r\n    fraud:\r\n      aliases:\r\n        champion: 6\r\n",
        "resources:\r\n  registered_models:\r\n    fraud:\r\n      aliases:\r\n        champion: 7\r\n",
    ),
    "no end of the last line": (
        "resources:\n  registered_models:\n    fraud:\n      aliases:\n        champion: 6",
        "resources:\n  registered_models:\n    fraud:\n      aliases:\n        champion: 7",
    ),
    "deep indentation": (
        "resources:\n        registered_models:\n                fraud:\n                        aliases:\n                             champion: 6\n",
        "resources:\n        registered_models:\n                fraud:\n                        aliases:\n                             champion: 7\n",
    ),
    "value on a line of its own": (
        "resources:\n  registered_models:\n    fraud:\n      aliases:\n        champion:\n          6\n",
        "resources:\n  registered_models:\n    fraud:\n      aliases:\n        champion:\n          7\n",
    ),
    "explicit keys": (
        "? resources\n: ? registered_models\n  : fraud: {aliases: {champion: 6}}\n",
        "? resources\n: ? registered_models\n  : fraud: {aliases: {champion: 7}}\n",
    ),
    "marks of a document": (
        "---\nresources: {registered_models: {fraud: {aliases: {champion: 6}}}}\n...\n",
        "---\nresources: {registered_models: {fraud: {aliases: {champion: 7}}}}\n...\n",
    ),
    "letters of more than one byte before it": (
        "# Überprüft 🦊\nresources:\n  registered_models:\n    andere: {comment: größer 🦊}\n    fraud: {aliases: {champion: 6}}\n",
        "# Überprüft 🦊\nresources:\n  registered_models:\n    andere: {comment: größer 🦊}\n    fraud: {aliases: {champion: 7}}\n",
    ),
    "the same number elsewhere": (
        "resources:\n  registered_models:\n    fraud:\n      aliases: {challenger: 6, champion: 6, other: 6}\n    x: {aliases: {champion: 6}}\n",
        "resources:\n  registered_models:\n    fraud:\n      aliases: {challenger: 6, champion: 7, other: 6}\n    x: {aliases: {champion: 6}}\n",
    ),
    "a text with what looks like it": (
        "resources:\n  registered_models:\n    fraud:\n      comment: |\n        aliases:\n          champion: 6\n      aliases:\n        champion: 6\n",
        "resources:\n  registered_models:\n    fraud:\n      comment: |\n        aliases:\n          champion: 6\n      aliases:\n        champion: 7\n",
    ),
}  # fmt: skip
ADDED = {
    "an empty text": ("", "resources:\n  registered_models:\n    fraud:\n      aliases:\n        champion: 7\n"),
    "nothing but comments": (
        "# prod\n",
        "# prod\nresources:\n  registered_models:\n    fraud:\n      aliases:\n        champion: 7\n",
    ),
    "nothing but a comment, as on Windows and without an end": (
        "# a\r\n# prod",
        "# a\r\n# prod\r\nresources:\r\n  registered_models:\r\n    fraud:\r\n      aliases:\r\n        champion: 7\r\n",
    ),
    "beside another alias": (
        "resources:\n  registered_models:\n    fraud:\n      aliases:\n        challenger: 4\n\n    other: {}\n",
        "resources:\n  registered_models:\n    fraud:\n      aliases:\n        challenger: 4\n        champion: 7\n\n    other: {}\n",
    ),
    "behind a comment on the line": (
        "resources:\n  registered_models:\n    fraud:\n      aliases:\n        challenger: 4 # a bot's\n# end\n",
        "resources:\n  registered_models:\n    fraud:\n      aliases:\n        challenger: 4 # a bot's\n        champion: 7\n# end\n",
    ),
    "as the file indents": (
        "resources:\n    catalogs:\n        main:\n            name: x\n",
        "resources:\n    catalogs:\n        main:\n            name: x\n    registered_models:\n        fraud:\n            aliases:\n                champion: 7\n",
    ),
    "beside other sections": (
        "variables:\n  size: Small\n",
        "variables:\n  size: Small\nresources:\n  registered_models:\n    fraud:\n      aliases:\n        champion: 7\n",
    ),
    "in a file that is indented as a whole": (
        "  variables: {size: Small}\n",
        "  variables: {size: Small}\n  resources:\n    registered_models:\n      fraud:\n        aliases:\n          champion: 7\n",
    ),
    "behind a list": (
        "resources:\n  registered_models:\n    fraud:\n      grants:\n      - principal: a\n        privileges: [EXECUTE]\n",
        "resources:\n  registered_models:\n    fraud:\n      grants:\n      - principal: a\n        privileges: [EXECUTE]\n      aliases:\n        champion: 7\n",
    ),
    "behind a text over many lines": (
        "resources:\n  registered_models:\n    fraud:\n      comment: |\n        one\n        two\n\n# end\n",
        "resources:\n  registered_models:\n    fraud:\n      comment: |\n        one\n        two\n      aliases:\n        champion: 7\n\n# end\n",
    ),
    "behind a value over many lines": (
        'resources:\n  registered_models:\n    fraud:\n      comment: "one\n        two" # three\n',
        'resources:\n  registered_models:\n    fraud:\n      comment: "one\n        two" # three\n      aliases:\n        champion: 7\n',
    ),
    "no end of the last line": (
        "resources:\n  registered_models:\n    fraud: {comment: x}\n    other: {comment: b}",
        "resources:\n  registered_models:\n    fraud: {comment: x, aliases: {champion: 7}}\n    other: {comment: b}",
    ),
    "no end of the last line, in a block": (
        "resources:\n  registered_models:\n    other: {comment: b}",
        "resources:\n  registered_models:\n    other: {comment: b}\n    fraud:\n      aliases:\n        champion: 7",
    ),
    "lines that end as on Windows": (
        "resources:\r\n  registered_models:\r\n    other: {comment: b}\r\n",
        "resources:\r\n  registered_models:\r\n    other: {comment: b}\r\n    fraud:\r\n      aliases:\r\n        champion: 7\r\n",
    ),
    "an empty flow": (
        "resources:\n  registered_models:\n    fraud: {aliases: {}}\n",
        "resources:\n  registered_models:\n    fraud: {aliases: {champion: 7}}\n",
    ),
    "a flow with blanks": (
        "resources: { catalogs: {} }\n",
        "resources: { catalogs: {}, registered_models: {fraud: {aliases: {champion: 7}}} }\n",
    ),
    "json": (
        '{"resources": {"registered_models": {"fraud": {"aliases": {}}}}}\n',
        '{"resources": {"registered_models": {"fraud": {"aliases": {"champion": 7}}}}}\n',
    ),
    "a flow over many lines": (
        "resources: {\n  catalogs: {}, # none\n}\n",
        "resources: {\n  catalogs: {}, registered_models: {fraud: {aliases: {champion: 7}}}, # none\n}\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), CHANGED.values(), ids=CHANGED)
def test_a_number_is_changed_and_nothing_else(before, after):
    assert with_value(before, PATH, 7) == after


@pytest.mark.parametrize(("before", "after"), ADDED.values(), ids=ADDED)
def test_a_number_is_added_and_nothing_else(before, after):
    assert with_value(before, PATH, 7) == after


@pytest.mark.parametrize(("before", "after"), [*CHANGED.values(), *ADDED.values()], ids=[*CHANGED, *ADDED])
def test_what_was_written_can_be_changed_again(before, after):
    assert with_value(with_value(before, PATH, 123), PATH, 7) == after


def test_more_and_fewer_digits():
    assert with_value("a: {b: 9} # x", ("a", "b"), 10) == "a: {b: 10} # x"
    assert with_value("a: {b: 100} # x", ("a", "b"), 1) == "a: {b: 1} # x"


def test_a_key_that_readers_take_for_something_else_is_quoted():
    assert with_value("a: {}\n", ("a", "on"), 1) == 'a: {"on": 1}\n'
    assert with_value("a:\n  b: 1\n", ("a", "no", "y"), 1) == 'a:\n  b: 1\n  "no":\n    "y": 1\n'


UNFIT = {
    "a text": ("a: {b: '6'}", ("a", "b")),
    "a reference": ("a: {b: '${var.x}'}", ("a", "b")),
    "a mapping": ("a: {b: {c: 6}}", ("a", "b")),
    "a list": ("a: {b: [6]}", ("a", "b")),
    "nothing": ("a: {b: }", ("a", "b")),
    "below a text": ("a: b", ("a", "b")),
    "below a list": ("a: [6]", ("a", "b")),
    "a text that keeps the lines after it": ("a:\n  x: |+\n    y\n\n\n", ("a", "b")),
    "a text that ends with the file": ("a:\n  x: |\n    y", ("a", "b")),
    "an anchor": ("a: {b: &x 6}", ("a", "b")),
    "a file with an alias elsewhere": ("a: {b: 6}\nc: *x\n", ("a", "b")),
    "a key twice": ("a: {b: 6, b: 6}", ("a", "b")),
    "a list in place of it all": ("[6]", ("a", "b")),
    "a second document": ("a: {b: 6}\n---\na: {b: 6}\n", ("a", "b")),
}


@pytest.mark.parametrize(("text", "path"), UNFIT.values(), ids=UNFIT)
def test_what_cannot_be_edited_in_one_place_is_refused(text, path):
    with pytest.raises(Unfit):
        with_value(text, path, 7)
