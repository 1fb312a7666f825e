"""CI: whatever a finding holds stays one command; people are counted as well as they can be, and nobody twice."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from mlplan.app.approval import assigned
from mlplan.app.ci.annotate import command

TEXT = st.text(max_size=30) | st.sampled_from(
    ["::error::x", "a\n::warning::b", "%0A", "##[error]", "a,b:c", "\r\n", "\u2028::x"]
)


def unescaped(text):
    for written, meant in (("%3A", ":"), ("%2C", ","), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(written, meant)
    return text


@given(file=TEXT, title=TEXT, told=st.lists(TEXT, max_size=3))
@settings(max_examples=300, deadline=None)
def test_a_finding_is_one_command_whatever_it_holds(file, title, told):
    """As the runner reads it: the first `::` that follows ends the properties, and commas part them."""
    line = command("error", {"file": file, "title": title}, told)
    assert line.isprintable()
    assert line.startswith("::error ")
    assert "##[" not in line
    properties, _, message = line.removeprefix("::error ").partition("::")
    names = [one.partition("=")[0] for one in properties.split(",")] if properties else []
    assert names == [name for name, value in (("file", file), ("title", title)) if value]
    assert unescaped(message).count("\n") == max(sum(one.count("\n") + 1 for one in told if one) - 1, 0)


@st.composite
def requirements(draw):
    people = "abcde"[: draw(st.integers(0, 5))]
    able = draw(st.lists(st.lists(st.sampled_from(people), unique=True) if people else st.just([]), max_size=3))
    wanted = [{"count": draw(st.integers(1, 3)), "distinct": draw(st.booleans())} for _ in able]
    return wanted, able


def possible(wanted, able):
    """Tell whether everything can be fulfilled, by trying who is counted for the distinct ones in every way."""
    distinct = [place for place, one in enumerate(wanted) if one["distinct"]]
    everybody = sorted({name for names in able for name in names})
    for choice in product([None, *distinct], repeat=len(everybody)):
        of = dict(zip(everybody, choice, strict=True))
        counts = [
            sum(of[name] == place for name in names) if one["distinct"] else sum(of[name] is None for name in names)
            for place, (one, names) in enumerate(zip(wanted, able, strict=True))
        ]
        if all(number >= one["count"] for number, one in zip(counts, wanted, strict=True)):
            return True
    return False


@given(requirements())
@settings(max_examples=300, deadline=None)
def test_people_are_counted_as_well_as_they_can_be(found):
    wanted, able = found
    counted = assigned(wanted, able) if wanted else []
    assert len(counted) == len(wanted)
    for place, names in enumerate(counted):
        assert {*names} <= {*able[place]}
        assert len({*names}) == len(names)
        others = {name for other, each in enumerate(counted) if other != place for name in each}
        assert not wanted[place]["distinct"] or not others & {*names}
    enough = all(len(names) >= one["count"] for one, names in zip(wanted, counted, strict=True))
    assert enough == possible(wanted, able)
