"""Corpus: every bad project gives its code and place, in bounded time and memory, and changes nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mlplan.config.project import load

CORPUS = Path(__file__).parents[2] / "corpus" / "bad"
CASES = sorted(path.parent for path in CORPUS.rglob("expect.txt"))
MANIFEST = "project: demo\nenvironments:\n  dev: {provider: local}\n"
VALUE = "resources:\n  schemas:\n    ml:\n      catalog_name: main\n      name: "
HOSTILE = {
    "digits": (VALUE + "1" * 100_000, "MLE117 resources/a.yaml:5:13"),
    "decimals": (VALUE + "0." + "1" * 100_000, "MLE117 resources/a.yaml:5:13"),
    "colons": (VALUE + "1" + ":59" * 30_000, "MLE117 resources/a.yaml:5:13"),
    "underscores": (VALUE + "1" + "_1" * 50_000, "MLE117 resources/a.yaml:5:13"),
    "brackets": ("[" * 30_000, "MLE118 resources/a.yaml:1:41"),
    "brackets on lines": ("[\n" * 30_000, "MLE118 resources/a.yaml:41:1"),
    "braces": ("{" * 30_000, "MLE118 resources/a.yaml:1:41"),
    "dashes": ("- " * 30_000 + "x", "MLE118 resources/a.yaml:1:81"),
    "questions": ("? " * 30_000 + "x", "MLE118 resources/a.yaml:1:81"),
    "mixed brackets": ("[{a: " * 2_000, "MLE118 resources/a.yaml:1:101"),
    "values": ("a: [" + "1," * 110_000 + "1]", "MLE119 resources/a.yaml:1:200001"),
    "entries": ("".join(f"k{n}: 1\n" for n in range(110_000)), "MLE119 resources/a.yaml:100000:9"),
    "long line": (VALUE + "'" + "x" * 4_000_000 + "'", "MLE204 resources/a.yaml:5:13"),
    "long key": ("resources: {" + "k" * 4_000_000 + ": {}}", "MLE110 resources/a.yaml:1:4000013"),
    "long comment": ("# " + "x" * 7_000_000, "MLE122 resources/a.yaml:1:1"),
    "many lines": ("\n" * 7_000_000, "MLE122 resources/a.yaml:1:1"),
    "many references": (VALUE + '"' + "${var.a}" * 100_000 + '"', "MLE301 resources/a.yaml:5:13"),
    "open references": (VALUE + '"' + "${" * 300_000 + '"', "MLE305 resources/a.yaml:5:13"),
    "dollars": (VALUE + '"' + "$" * 1_000_000 + '{"', "MLE204 resources/a.yaml:5:13"),
    "repeated keys": ("resources: {}\n" * 100_000, "MLE114 resources/a.yaml:2:1"),
    "anchors": ("".join(f"k{n}: &a{n} x\n" for n in range(50_000)), "MLE112 resources/a.yaml:1:5"),
    "unclosed quote": ("resources: 'x" + "y " * 1_000_000, "MLE110 resources/a.yaml:1:12"),
    "nine megabytes": ("# x\n" * 2_300_000, "MLE106 resources/a.yaml"),
    "utf-16": ("resources: {}\n".encode("utf-16"), "MLE107 resources/a.yaml:1:1"),
    "utf-16 without a mark": ("resources: {}\n".encode("utf-16-le"), "MLE107 resources/a.yaml:1:1"),
    "utf-32": ("resources: {}\n".encode("utf-32"), "MLE107 resources/a.yaml:1:1"),
    "latin-1": (b"resources:\n  x: caf\xe9\n", "MLE107 resources/a.yaml:2:9"),
    "broken utf-8": (b"resources: \xc3\x28\n", "MLE107 resources/a.yaml:1:12"),
    "overlong utf-8": (b"resources: \xc0\xaf\n", "MLE107 resources/a.yaml:1:12"),
    "surrogate": (b"resources: \xed\xa0\x80\n", "MLE107 resources/a.yaml:1:12"),
    "zeros": (b"\0" * 100_000, "MLE107 resources/a.yaml:1:1"),
    "noise": (bytes(range(256)) * 100, "MLE107 resources/a.yaml:3:115"),
}


def expected(case: Path) -> list[str]:
    return (case / "expect.txt").read_text(encoding="utf-8").splitlines()


def test_the_corpus_is_large_enough(figure):
    figure(f"bad-input corpus: {len(CASES)} projects, {len(HOSTILE)} hostile files made by the test")
    assert len(CASES) >= 200


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.relative_to(CORPUS)))
def test_bad_projects_give_their_codes_and_places(case):
    found = load(case, environ={})
    assert found.declaration is None
    assert [f"{one.code} {one.source}" for one in found.diagnostics] == expected(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.relative_to(CORPUS)))
def test_findings_read_well(case):
    for one in load(case, environ={}).diagnostics:
        assert one.summary
        assert "\n" not in one.summary + one.hint
        assert len(one.summary) < 200
        assert "hunter2" not in repr(one)
        lines = (case / one.source.file).read_text(encoding="utf-8").splitlines()
        if one.source.text and "***" not in one.source.text and "\N{REPLACEMENT CHARACTER}" not in one.source.text:
            assert one.source.text in lines


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    made = {}
    for name, (content, _) in HOSTILE.items():
        root = made[name] = tmp_path_factory.mktemp("hostile")
        (root / "resources").mkdir()
        (root / "mlplan.yaml").write_text(MANIFEST, encoding="utf-8")
        (root / "resources/a.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    return made


@pytest.fixture(scope="module")
def bounded(hostile):
    """Load everything in one process with little memory, each with little time."""
    roots = [*CASES, *hostile.values()]
    program = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("bounded.py"))],
        input="".join(f"{root}\n" for root in roots), capture_output=True, text=True, check=False,
    )  # fmt: skip
    lines = program.stdout.splitlines()
    assert program.returncode == 0, f"stopped at {roots[len(lines)]}: {program.stderr[-2000:]}"
    return dict(zip(roots, map(json.loads, lines), strict=True))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_in_bounds(name, hostile, bounded):
    result = bounded[hostile[name]]
    assert not result["ok"]
    assert result["codes"][0] == HOSTILE[name][1]


def test_all_bad_projects_stay_in_bounds(bounded, figure):
    figure(f"slowest bad input: {max(one['seconds'] for one in bounded.values()):.2f} s in 512 MB")
    assert [str(case) for case in CASES if bounded[case]["codes"] != expected(case)] == []


def test_all_mistakes_of_a_project_come_together():
    found = load(CORPUS / "project/everything_wrong", environ={})
    assert {one.source.file for one in found.diagnostics} == {"mlplan.yaml", "resources/a.yaml"}
    assert {one.code for one in found.diagnostics} >= {"MLE200", "MLE204", "MLE220", "MLE223"}
