"""Odd files: what is not a plain file under the project's root is refused, quickly and by name."""

import os
import socket

import pytest

from mlplan.config.files import MAX_FILE, Reader
from mlplan.config.include import expand, refusal
from mlplan.config.project import load

GOOD = "resources: {}\n"


def fifo(path):
    os.mkfifo(path)


def directory(path):
    path.mkdir()


def unix_socket(path):
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(path))


def link(target):
    return lambda path: path.symlink_to(target)


def too_large(path):
    with path.open("wb") as opened:
        opened.truncate(MAX_FILE + 1)


ODD = {
    "fifo": (fifo, "MLE103"),
    "socket": (unix_socket, "MLE102"),
    "link to /dev/zero": (link("/dev/zero"), "MLE104"),
    "link to /etc/passwd": (link("/etc/passwd"), "MLE104"),
    "link to the parent": (link("../../outside.yaml"), "MLE104"),
    "link to .git": (link("../.git/config"), "MLE104"),
    "link to nothing": (link("missing.yaml"), "MLE102"),
    "link to itself": (link("odd.yaml"), "MLE102"),
    "link to a fifo": (link("../pipe"), "MLE103"),
    "too large": (too_large, "MLE106"),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_files_are_refused(name, write):
    root = write({"resources/good.yaml": GOOD, ".git/config": "[core]\n"})
    os.mkfifo(root / "pipe")
    make, code = ODD[name]
    make(root / "resources/odd.yaml")
    found = load(root, environ={})
    assert found.declaration is None
    assert [(one.code, str(one.source)) for one in found.diagnostics] == [(code, "resources/odd.yaml")]


def test_a_folder_that_is_named_like_a_file_is_no_file(declared):
    assert declared({"resources/a.yaml": GOOD.replace("{}", "{schemas: {}}"), "resources/b.yaml/c.txt": ""} | SCHEMA)


SCHEMA = {"resources/schema.yaml": "resources: {schemas: {ml: {catalog_name: main, name: ml}}}\n"}


def test_a_link_inside_the_project_is_followed(write):
    root = write({"shared/schema.yaml": SCHEMA["resources/schema.yaml"], "resources/a.yaml": GOOD})
    (root / "resources/link.yaml").symlink_to("../shared/schema.yaml")
    assert "schema.ml" in load(root, environ={}).declaration.resources


def test_a_linked_folder_is_not_entered(write, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "b.yaml").write_text("broken: [\n", encoding="utf-8")
    root = write(SCHEMA)
    (root / "resources/folder").symlink_to(outside)
    (root / "resources/circle").symlink_to(root / "resources")
    assert set(load(root, environ={}).declaration.resources) == {"schema.ml"}


def test_a_file_that_vanishes_is_reported(write):
    root = write(SCHEMA)
    found = Reader(root).read("resources/gone.yaml")
    assert (found.code, found.summary) == ("MLE102", "the file cannot be read: No such file or directory")


def test_files_together_are_bounded(write):
    large = "# " + "x" * (7 * 2**20) + "\n" + GOOD
    found = load(write({f"resources/{name}.yaml": large for name in "abcdef"}), environ={})
    assert {one.code for one in found.diagnostics} == {"MLE106"}
    assert "32 MB" in found.diagnostics[0].summary


def test_there_is_no_project_here(tmp_path):
    found = load(tmp_path, environ={})
    assert [(one.code, str(one.source)) for one in found.diagnostics] == [("MLE101", "mlplan.yaml")]


def test_the_project_file_is_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "mlplan.yaml")
    assert [one.code for one in load(tmp_path, environ={}).diagnostics] == ["MLE103"]


@pytest.mark.parametrize(
    "pattern",
    ["../x.yaml", "a/../../x.yaml", "/etc/passwd", "~/x.yaml", "~root/x", ".git/config", "a/.git/*", ".mlplan/*.yaml",
     "C:/x.yaml", "a\\b.yaml", "", "a//b.yaml", "./a.yaml"],
)  # fmt: skip
def test_patterns_that_leave_the_project_are_refused(pattern):
    assert refusal(pattern)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("resources/**/*.yaml", ["resources/a.yaml", "resources/deep/er/c.yaml", "resources/deep/b.yaml"]),
        ("resources/*.yaml", ["resources/a.yaml"]),
        ("**/c.yaml", ["resources/deep/er/c.yaml"]),
        ("resources/?.yaml", ["resources/a.yaml"]),
        ("resources/[ab].yaml", ["resources/a.yaml"]),
        ("resources/[!a].yaml", []),
        (
            "resources/**",
            ["resources/a.yaml", "resources/deep/b.yaml", "resources/deep/er/c.yaml", "resources/note.txt"],
        ),
        ("resources/a.yaml", ["resources/a.yaml"]),
        ("nowhere/*.yaml", []),
    ],
)
def test_patterns_match_files(write, pattern, expected):
    names = ["a.yaml", "deep/b.yaml", "deep/er/c.yaml", "note.txt", ".hidden.yaml", ".cache/d.yaml"]
    root = write({f"resources/{name}": GOOD for name in names})
    assert refusal(pattern) == ""
    assert expand(str(root), pattern) == sorted(expected)


def test_a_file_with_another_ending_is_not_forgotten_silently(loaded):
    found = loaded(SCHEMA | {"resources/b.yml": GOOD})
    assert [(one.code, one.severity, str(one.source)) for one in found.diagnostics] == [
        ("MLE109", "warning", "resources/b.yml")
    ]
    assert found.declaration is not None
