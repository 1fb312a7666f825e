"""Style: what ruff would let pass with a comment, and what nobody should read in a commit."""

import ast
import re
from pathlib import Path

import pytest

ELSEWHERE = re.compile(r"(?<![\w.~-])/(?:tmp|home|root|work|opt|mnt|Users)/\w|\bshared/(?:design|reference|hooks)\b")
"""A path of one machine, or of documents that are not in the repository."""
CHATTER = re.compile(r"\bsessions?\b(?! (?:token|key))", re.IGNORECASE)
"""How the text came about; in code the word names a thing of the program."""
SILENCED = re.compile(r"#\s*type:\s*ignore(?!\[)|#\s*noqa(?!:\s*[A-Z]+[0-9]+)|#\s*ruff:\s*noqa")
TEXT = {".py", ".md", ".yaml", ".yml", ".toml", ".json", ".sh", ".txt", ".cfg", ""}


def calls(modules, name):
    return [
        f"{module.name}:{node.lineno}"
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def raises(modules, name):
    return [
        f"{module.name}:{node.lineno}"
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Raise) and name in (getattr(node.exc, "id", ""), called(node.exc))
    ]


def called(expression: ast.expr | None) -> str:
    return getattr(expression.func, "id", "") if isinstance(expression, ast.Call) else ""


def test_nothing_prints_past_the_renderer(modules):
    """Output goes through click, so that data and talk keep to their streams."""
    assert calls(modules, "print") == []


@pytest.mark.parametrize("name", ["Exception", "BaseException"])
def test_every_error_has_a_name(modules, name):
    assert raises(modules, name) == []


def test_no_star_imports(modules, test_modules):
    found = [
        module.name
        for module in (*modules, *test_modules)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]
    assert found == []


def test_what_is_silenced_says_which_rule(modules, test_modules):
    here = Path(__file__).name
    found = [
        f"{module.name}: {match[0]}"
        for module in (*modules, *test_modules)
        if module.path.name != here
        for match in SILENCED.finditer(module.text)
    ]
    assert found == []


def test_no_mocks(test_modules):
    """Fakes and the real thing: a mock agrees with whatever the code does."""
    found = [
        module.name
        for module in test_modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and "mock" in (getattr(node, "module", None) or "", *(alias.name for alias in node.names))
    ]
    assert found == []


def lines(tracked, root, pattern, suffixes):
    here = Path(__file__).name
    return [
        f"{path.relative_to(root)}:{number}: {line.strip()[:100]}"
        for path in tracked
        if path.suffix in suffixes and path.name != here
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_path_of_one_machine(tracked, root):
    assert lines(tracked, root, ELSEWHERE, TEXT) == []


def test_prose_is_about_the_project(tracked, root):
    assert lines(tracked, root, CHATTER, TEXT - {".py", ".json"}) == []
