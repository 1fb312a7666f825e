import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlplan.evidence.release import release
from mlplan.evidence.requirements import ORDER, compare

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def change(before, after):
    """Return what became of the one package of two lists."""
    (row,) = compare([before], [after])["rows"]
    return row["change"]


def row(before, after):
    (found,) = compare(before, after)["rows"]
    return found


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("numpy==2.4.6", "numpy==2.4.7", "patch", id="third number"),
        pytest.param("numpy==2.4.6", "numpy==2.4.6.1", "patch", id="fourth number"),
        pytest.param("numpy==2.4.6", "numpy==2.4.6.post1", "patch", id="post-release"),
        pytest.param("numpy==2.5.0rc1", "numpy==2.5.0", "patch", id="a pre-release becomes final"),
        pytest.param("numpy==2.5.0.dev3", "numpy==2.5.0rc1", "patch", id="development to pre-release"),
        pytest.param("numpy==2.4.6", "numpy==2.5.0", "minor", id="second number"),
        pytest.param("numpy==2.4.6", "numpy==3.0.0rc1", "major", id="first number, pre-release"),
        pytest.param("skops==0.15.0", "skops==0.16.0", "major", id="second number before 1.0"),
        pytest.param("skops==0.16.0", "skops==0.16.2", "patch", id="third number before 1.0"),
        pytest.param("skops==0.16.0", "skops==1.0.0", "major", id="to 1.0"),
        pytest.param("certifi==2025.10.5", "certifi==2026.1.2", "minor", id="a calendar's year"),
        pytest.param("attrs==25.4.0", "attrs==26.1.0", "major", id="two digits of a year are no year"),
        pytest.param("pkg==9.0", "pkg==1!1.0", "major", id="another epoch"),
        pytest.param("numpy==2.4.6", "numpy==2.4.5", "downgraded", id="back"),
        pytest.param("numpy==2.4.6", "numpy==2.4.6rc1", "downgraded", id="back to a pre-release"),
        pytest.param("torch==2.1.0+cpu", "torch==2.1.0+cu118", "changed", id="another build"),
        pytest.param("torch==2.1.0", "torch==2.1+cu118", "changed", id="a build where there was none"),
        pytest.param("torch==2.1.0+cpu", "torch==2.2.0+cpu", "minor", id="the same build of a later release"),
        pytest.param("odd===one", "odd===two", "changed", id="no version numbers"),
        pytest.param("numpy===2.4.6", "numpy==2.4.7", "patch", id="three equal signs"),
        pytest.param("numpy==2.4.6", "numpy>=2", "unpinned", id="no longer pinned"),
        pytest.param("numpy==2.4.6", "numpy", "unpinned", id="any version"),
        pytest.param("numpy==2.4.6", "numpy==2.4.*", "unpinned", id="wildcard"),
        pytest.param("numpy==2.4.6", "numpy==2.4.6,==2.4.7", "unpinned", id="two pins"),
        pytest.param("numpy>=2", "numpy>=2", "unpinned", id="never pinned"),
        pytest.param("numpy>=2", "numpy==2.4.6", "changed", id="pinned now"),
        pytest.param("numpy==2.4.6", 'numpy==2.4.6; python_version<"3.12"', "changed", id="marker"),
        pytest.param("mlflow==3.17.2", "mlflow[databricks]==3.17.2", "changed", id="extras"),
        pytest.param("a==1 --hash=sha256:aa", "a==1 --hash=sha256:bb", "changed", id="other hashes"),
        pytest.param("a==1 --hash=sha256:aa", "a==1.0.1 --hash=sha256:bb", "patch", id="a version with its hashes"),
        pytest.param(f"m @ git+https://x/m@{COMMIT}", "m==1.2", "changed", id="a commit becomes a version"),
        pytest.param(f"m @ git+https://x/m@{COMMIT}", "m @ git+https://x/m@main", "unpinned", id="a branch"),
        pytest.param("./w/m-1.2-py3-none-any.whl", "./w/m-1.3-py3-none-any.whl", "minor", id="wheels"),
        pytest.param("m==1.2", "https://x/m-1.2-py3-none-any.whl", "changed", id="the same version from elsewhere"),
        pytest.param(
            "torch @ https://x/torch-2.1.0%2Bcpu-cp311-cp311-linux_x86_64.whl", "torch==2.1.0+cpu", "changed",
            id="a URL with its package's name",
        ),
    ],
)  # fmt: skip
def test_what_became_of_a_package(before, after, expected):
    assert change(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "packages"),
    [
        pytest.param(["numpy==2.4.6"], ["numpy==2.4.6"], 1, id="equal"),
        pytest.param(["numpy==2.4"], ["numpy==2.4.0"], 1, id="zeros at the end"),
        pytest.param(["Scikit_Learn==1.9.1"], ["scikit-learn == 1.9.1"], 1, id="spelling"),
        pytest.param(["numpy==2.4.6"], ["", "# numpy==1.0", "  numpy==2.4.6   # why"], 1, id="comments and blanks"),
        pytest.param(["a==1 --hash=sha256:aa --hash=sha256:bb"],
                     ["a==1 \\", "  --hash=sha256:bb \\", "  --hash=sha256:aa"], 1, id="continued lines"),
        pytest.param(["a==1", "b==2"], ["b==2\n", "a==1\r\n"], 2, id="order and line ends"),
        pytest.param(["m[a,b]==1"], ["m[B,A]==1"], 1, id="order of extras"),
        pytest.param(["a==1; python_version<'3.12'", "a==2; python_version>='3.12'"],
                     ['a==2; python_version >= "3.12"', 'a==1; python_version < "3.12"'], 1, id="one line per environment"),
        pytest.param(["--index-url https://x/simple", "a==1"], ["a==1", "--index-url https://x/simple"], 1, id="options"),
        pytest.param([f"m @ git+https://x/m@{COMMIT}"], [f"m @ git+https://x/m@{COMMIT}"], 1, id="a commit"),
        pytest.param([], [], 0, id="nothing"),
    ],
)  # fmt: skip
def test_what_is_no_change(before, after, packages):
    found = compare(before, after)
    assert (found["rows"], found["worst"]) == ([], "same")
    assert found["unchanged"] == packages


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("-r other.txt", "what it leads to is not part of the model"),
        ("--constraint=limits.txt", "what it leads to is not part of the model"),
        ("-e .", "an editable install has no fixed content"),
        ("./code", "pip does not read it"),
        ("numpy=2.4.6", "pip does not read it"),
        ("./m.whl", "pip does not read it"),
        ("a; " + "(" * 3000 + "os_name=='x'" + ")" * 3000, "pip does not read it"),
        ("a==" + "9" * 5000, None),
    ],
    ids=["file", "constraint", "editable", "path", "one equal sign", "no wheel", "nested", "long number"],
)
def test_a_line_that_tells_nothing_is_shown_with_its_reason(line, said):
    found = compare([line], [line])
    if said is None:
        assert found["rows"] == []
        return
    assert (found["worst"], found["rows"][0]["change"]) == ("unreadable", "unreadable")
    assert said in found["rows"][0]["reason"]
    assert len(found["rows"][0]["name"]) <= 200


def test_options_that_differ_at_their_far_end_differ():
    lines = [f"--find-links https://x/{'a' * 300}{end}" for end in "bc"]
    assert [one["change"] for one in compare(lines[:1], lines[1:])["rows"]] == ["added", "removed"]


def test_numbers_too_long_to_be_read_are_compared_as_text():
    assert change("a==" + "9" * 5000, "a==" + "8" * 5000) == "changed"


def test_what_comes_and_goes():
    found = compare(["pyarrow==25.0.1", "a==1"], ["a==1", "xgboost", "skops==0.16.0"])
    assert [(one["name"], one["before"], one["after"], one["change"], one["reason"]) for one in found["rows"]] == [
        ("skops", None, "0.16.0", "added", ""),
        ("xgboost", None, "any", "added", "it is not pinned"),
        ("pyarrow", "25.0.1", None, "removed", ""),
    ]
    assert (found["worst"], found["unchanged"]) == ("added", 1)


def test_the_gravest_stands_first():
    before = ["a==1.0", "b==1.0.0", "c==2", "d==1"]
    found = compare(before, ["a==2.0", "b==1.0.1", "c==1", "d", "-r x.txt"])
    assert [one["change"] for one in found["rows"]] == ["unreadable", "downgraded", "major", "unpinned", "patch"]


@pytest.mark.parametrize("before", [None, ["a==1", "b>=2"]], ids=["nothing before", "with a version before"])
def test_what_the_new_version_leaves_open(before):
    assert compare(before, ["a==1", "b>=2", "c @ https://x/c.zip", "d==1.*", "e"])["unpinned"] == ["b", "d", "e"]


def test_other_sources_of_all_packages_are_a_change():
    found = row(["a==1"], ["--extra-index-url https://x/simple", "a==1"])
    assert (found["change"], found["reason"]) == ("added", "decides where packages come from, or how")


def test_credentials_in_urls_are_never_shown():
    lines = ["-i https://me:hunter2@x/simple", "m @ git+https://hunter2@x/m@main", "-r https://u:hunter2@x/r.txt"]
    assert "hunter2" not in str(compare([], lines))
    assert "***@x/simple" in str(compare([], lines))


def test_several_lines_of_a_package_that_differ():
    old = ["a==1; os_name=='nt'", "a==2; os_name=='posix'"]
    assert row(old, [old[0], "a==3; os_name=='posix'"])["change"] == "major"
    assert row(old, [old[0]])["change"] == "changed"


def test_a_side_that_is_not_known_makes_the_comparison_unknown():
    assert compare(None, ["a==1"])["reason"] == "the requirements of the old version are not known"
    assert compare(None, None) == {
        "rows": [], "worst": "unknown", "unchanged": 0, "unpinned": [],
        "reason": "the requirements of the old and the new version are not known",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("3.11.7", "3.11.7", "same"),
        ("3.11", "3.11.7", "patch"),
        ("3.11.7", "3.12.1", "minor"),
        ("3.12.1", "3.11.7", "downgraded"),
        ("", "3.11.7", "unknown"),
        ("3.11.7", "3.x", "changed"),
    ],
)
def test_the_version_of_python(before, after, expected):
    found = release(before, after)
    assert (found["before"], found["after"], found["change"]) == (before, after, expected)


NAMES = st.sampled_from(["a", "B", "c_d", "C-D", "e.f"])
VERSIONS = st.sampled_from(["1.0", "1.0.0", "1.1", "0.1", "0.2", "2.0rc1", "2.0", "1!0.1", "2.0+cpu", "2026.1"])
LINES = st.one_of(
    st.builds("{}=={}".format, NAMES, VERSIONS),
    st.builds("{}>={}".format, NAMES, VERSIONS),
    st.builds('{}=={}; python_version<"3.12"'.format, NAMES, VERSIONS),
    st.builds("{} @ https://x/{}.zip".format, NAMES, VERSIONS),
    st.sampled_from(["-r x.txt", "--no-index", "# nothing", "", "not a line", "a==1 \\"]),
)
LISTS = st.lists(LINES, max_size=8)
MIRRORED = {"added": "removed", "removed": "added", "unreadable": "unreadable"}


@settings(derandomize=True, deadline=None)
@given(LISTS)
def test_nothing_changes_between_a_list_and_itself(lines):
    assert {one["change"] for one in compare(lines, lines)["rows"]} <= {"unpinned", "unreadable"}


@settings(derandomize=True, deadline=None)
@given(LISTS, LISTS, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(before, after, random):
    before, after = ([line.rstrip("\\") for line in lines] for lines in (before, after))
    mixed = [random.sample(lines, len(lines)) for lines in (before, after)]
    assert compare(before, after) == compare(*mixed)


@settings(derandomize=True, deadline=None)
@given(LISTS, LISTS)
def test_the_way_back_mirrors_the_way_there(before, after):
    there, back = ({one["name"]: one for one in compare(*pair)["rows"]} for pair in ((before, after), (after, before)))
    for name, one in there.items():
        change = one["change"]
        if change in MIRRORED:
            assert back[name]["change"] == MIRRORED[change]
        elif change in ("patch", "minor", "major"):
            assert back[name]["change"] == "downgraded"
        elif change != "unpinned":
            assert name in back
    assert compare(before, after)["unchanged"] == compare(after, before)["unchanged"]


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(st.text(max_size=60), max_size=4), st.lists(st.text(max_size=60), max_size=4))
@example(["a @ \x00://"], ["--hash \\"])
@example(["https://[::1"], ["-"])
def test_no_text_at_all_makes_it_fail(before, after):
    found = compare(before, after)
    assert found["worst"] in ORDER
    assert found["worst"] == (found["rows"][0]["change"] if found["rows"] else "same")
