"""The runner of scenarios: a page comes back as it is now, so that one that is not true differs."""

import pytest

from mlplan.testing.scenario import parse, replay

PAGE = """\
# Title

Prose with `code`.

```yaml a/b.yaml
one: 1
```

```console
$ mlplan show a
hello
$ mlplan fail 'two words'
[exit 3]
```

Over.
"""


@pytest.fixture
def called():
    return []


@pytest.fixture
def call(called):
    """Return a command line that greets, or fails."""

    def run(words):
        called.append(words)
        return ("hello  \n", 0) if words[0] == "show" else ("", 3)

    return run


def test_a_page_that_is_true_comes_back_as_it_was(tmp_path, call, called):
    assert replay(PAGE, tmp_path, call) == PAGE
    assert (tmp_path / "a" / "b.yaml").read_text(encoding="utf-8") == "one: 1\n"
    assert called == [["show", "a"], ["fail", "two words"]]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hello\n", "goodbye\n"),
        ("hello\n", ""),
        ("[exit 3]\n", ""),
        ("[exit 3]", "[exit 2]"),
        ("hello\n", "hello\nmore\n"),
    ],
    ids=["other", "missing", "no code", "other code", "too much"],
)
def test_a_page_that_is_not_true_is_corrected(tmp_path, call, old, new):
    assert replay(PAGE.replace(old, new), tmp_path, call) == PAGE


def test_digests_are_replaced(tmp_path):
    page = "```console\n$ mlplan show\n```"
    assert "sha256:..." in replay(page, tmp_path, lambda _: (f"sha256:{'a' * 64}\n", 0))


@pytest.mark.parametrize("page", ["", "no blocks", "````text\n```\n````", "```text\nx\n```\n\n"], ids=range(4))
def test_what_is_not_run_stays_as_it_is(tmp_path, call, called, page):
    assert replay(page, tmp_path, call) == page
    assert called == []


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("```console\n$ rm -rf x\n```", "not rm"),
        ("```console\nno command\n```", "holds no command"),
        ("```yaml ../outside.yaml\nx\n```", "not inside"),
        ("```yaml\nnever closed", "never ends"),
    ],
    ids=["program", "no command", "outside", "open"],
)
def test_a_page_that_cannot_be_run_says_why(tmp_path, call, page, said):
    with pytest.raises(ValueError, match=said):
        replay(page, tmp_path, call)


def test_blocks_know_their_language_and_name():
    assert [(one.language, one.name) for one in parse(PAGE) if one.fence] == [("yaml", "a/b.yaml"), ("console", "")]
