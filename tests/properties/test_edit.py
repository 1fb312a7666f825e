"""Edit: whatever a file looks like, one number of it changes, and no byte outside of it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mlplan.config.edit import Unfit, with_value
from mlplan.config.load import load
from mlplan.config.overlay import copied

KEYS = ["aliases", "champion", "fraud_score", "on", "x", "a b", "été", "resources", "0755", "k-1"]
NOTES = ["", "", " # why", "  # {a: 1}", " #: é 🦊 'x", "   "]
SCALARS = [
    "6", "0", "-1", "word", "two words", "'it''s'", '"a \\" {b: 6} # no"', '"été 🦊"', "null", "true", "~", "0.5", "a:b", "x#y", "'${var.x}'",
]  # fmt: skip


class Writer:
    """Writes data as a person might: any mix of blocks and brackets, of quotes, blanks and comments."""

    def __init__(self, chance):
        self.random = chance
        self.ending = self.random.choice(["\n", "\r\n"])
        self.step = self.random.randint(1, 5)

    def key(self, name, *, plain=True):
        plain = plain and name not in ("on", "0755")
        return self.random.choice([name, name, f"'{name}'", f'"{name}"'] if plain else [f"'{name}'", f'"{name}"'])

    def blanks(self):
        return " " * self.random.choice([1, 1, 1, 3])

    def scalar(self):
        return self.random.choice(SCALARS)

    def flow(self, value):
        if not isinstance(value, dict):
            return value
        pad, gap = self.random.choice(["", " "]), self.random.choice([", ", ",", " , ", f",{self.ending}      "])
        inner = gap.join(f"{self.key(name)}:{self.blanks()}{self.flow(item)}" for name, item in value.items())
        last = self.random.choice(["", "", ","]) if value else ""
        return f"{{{pad}{inner}{last}{pad}}}"

    def block(self, value, column):
        made = ""
        for name, item in value.items():
            made += self.between(column)
            head = f"{' ' * column}{self.key(name)}:"
            if isinstance(item, dict) and item and self.random.random() < 0.7:
                inner = self.block(item, column + self.step)
                made += f"{head}{self.note()}{self.ending}{inner}"
            else:
                made += f"{head}{self.blanks()}{self.flow(item)}{self.note()}{self.ending}"
        return made

    def note(self):
        return self.random.choice(NOTES)

    def between(self, column):
        ending = self.ending
        return self.random.choice(["", "", "", ending, f"{' ' * column}# champion: 6{ending}", f"# note{ending}"])

    def document(self, data):
        text = self.block(data, self.random.choice([0, 0, 0, 2]))
        text = self.random.choice(["", "", f"---{self.ending}", f"# first{self.ending}"]) + text
        return text.removesuffix(self.ending) if self.random.random() < 0.3 else text


def data(draw, writer, depth=0):
    """Return mappings of scalars as they are written, at least one of them."""
    names = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=4, unique=True))
    return {
        name: data(draw, writer, depth + 1) if depth < 4 and draw(st.booleans()) else writer.scalar() for name in names
    }


def numbers(value, path=()):
    """Yield the path of every number in data."""
    for name, item in value.items() if isinstance(value, dict) else ():
        if isinstance(item, int) and not isinstance(item, bool):
            yield (*path, name)
        yield from numbers(item, (*path, name))


def mappings(value, path=()):
    """Yield the path of every mapping in data."""
    if isinstance(value, dict):
        yield path
        for name, item in value.items():
            yield from mappings(item, (*path, name))


def at(value, path):
    for segment in path:
        value = value[segment]
    return value


@st.composite
def files(draw):
    writer = Writer(draw(st.randoms(use_true_random=False)))
    return writer.document(data(draw, writer))


@settings(max_examples=300)
@given(files(), st.data(), st.integers(0, 10**9))
def test_a_number_is_changed_and_no_byte_outside_of_it(text, choice, number):
    old, found = load(text.encode(), "f.yaml")
    assert found == []
    there = list(numbers(old))
    if not there:
        return
    path = choice.draw(st.sampled_from(there))
    made = with_value(text, path, number)
    token = str(at(old, path))
    assert any(
        text[:begin] + str(number) + text[begin + len(token) :] == made and text[begin : begin + len(token)] == token
        for begin in range(len(text))
    )
    wanted = copied(old)
    at(wanted, path[:-1])[path[-1]] = number
    assert load(made.encode(), "f.yaml") == (wanted, [])
    assert with_value(made, path, int(token)) == text


@settings(max_examples=300)
@given(files(), st.data(), st.lists(st.sampled_from(["new", "no", "deep", "v-1"]), min_size=1, max_size=4, unique=True))
def test_a_number_is_added_and_no_byte_removed(text, choice, more):
    old, _ = load(text.encode(), "f.yaml")
    around = choice.draw(st.sampled_from(list(mappings(old))))
    path = (*around, *more)
    made = with_value(text, path, 7)
    assert any(made.startswith(text[:place]) and made.endswith(text[place:]) for place in range(len(text) + 1)), (
        "the text before is there as a whole, around what was added"
    )
    wanted = copied(old)
    inner = at(wanted, around)
    for segment in more[:-1]:
        inner = inner.setdefault(segment, {})
    inner[more[-1]] = 7
    assert load(made.encode(), "f.yaml") == (wanted, [])
    if "\r\n" in text:
        assert "\n" not in made.replace("\r\n", "")


PIECES = st.sampled_from(
    ["a: ", "b: 6", "- ", "[", "]", "{", "}", "\n", "  ", "&x ", "*x", "!t ", "? ", ": ", "| ", "|+\n", "> ", "'", '"', "#", "---\n",
     "...\n", "\t", "\r\n", "é", ",", "6", "${x}", "a", "b"]
)  # fmt: skip


@settings(max_examples=600)
@given(
    st.lists(PIECES, max_size=25).map("".join), st.sampled_from([("a",), ("b",), ("a", "b"), ("c",), ("a", "c", "d")])
)
def test_any_text_is_edited_rightly_or_refused(text, path):
    try:
        made = with_value(text, path, 7)
    except Unfit:
        return
    old, found = load(text.encode(), "f.yaml")
    new, also = load(made.encode(), "f.yaml")
    assert found == also == []
    assert at(new, path) == 7
    rest = copied(new)
    inner = at(rest, path[:-1])
    del inner[path[-1]]
    before = copied(old) or {}
    for depth in range(len(path)):
        outer = before
        for segment in path[:depth]:
            outer = outer.setdefault(segment, {})
    outer.pop(path[-1], None)
    assert rest == before
