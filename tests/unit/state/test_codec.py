"""Codec: what is written is read, and nothing else is."""

import hashlib
import json
import time

import pytest
from jsonschema import Draft202012Validator

from mlplan.core.errors import StateError
from mlplan.core.state import Entry, Intent, Mark, State
from mlplan.state.codec import decode, encode, peek
from mlplan.state.formats import latest
from mlplan.state.schema import schema

ENTRY = Entry(
    "experiment", "/Shared/a", {"tags": {"team": "risk"}}, {"experiment_id": "1"}, ("catalog.c",), protect=True
)
STATE = State(
    "fraud", "prod", "5c0e", 12, 3, {"experiment.a": ENTRY}, [Intent(1, "create", "schema.s", ENTRY, "schema.old")]
)


def read(data):
    return decode(data, "state.json", "fraud", "prod")


def seal(body):
    """Return the bytes with a checksum that is right."""
    return body + b'"sha256":"' + hashlib.sha256(body).hexdigest().encode() + b'"}\n'


def edited(**members):
    """Return a well sealed file whose members are these instead."""
    raw = json.loads(encode(STATE)) | members
    raw.pop("sha256")
    raw = {name: value for name, value in raw.items() if value is not ...}
    return seal(json.dumps(raw, separators=(",", ":"))[:-1].encode() + b",")


def entry(**members):
    raw = json.loads(encode(STATE))["resources"]["experiment.a"] | members
    return {"experiment.a": {name: value for name, value in raw.items() if value is not ...}}


def test_a_state_is_read_back_as_it_was():
    assert read(encode(STATE)) == STATE


def test_an_empty_state_is_read_back():
    assert read(encode(State("fraud", "prod"))) == State("fraud", "prod")


def test_the_first_line_can_be_read_alone():
    assert peek(encode(STATE)[:200], "state.json") == ("5c0e", 12, 3, Mark())


def test_one_resource_per_line_sorted_whatever_the_order_they_came_in():
    names = ["b", "a", "c"]
    entries = {f"experiment.{name}": ENTRY for name in names}
    lines = encode(State("fraud", "prod", entries=entries)).splitlines()
    assert [line[:15] for line in lines[1:4]] == [f'"experiment.{name}":'.encode() for name in "abc"]
    turned = State("fraud", "prod", entries=dict(reversed(entries.items())))
    assert encode(turned).splitlines() == lines


def test_the_file_is_json_of_its_schema():
    Draft202012Validator.check_schema(schema())
    Draft202012Validator(schema()).validate(json.loads(encode(STATE)))


def test_every_flipped_bit_is_refused():
    data = encode(STATE)
    for place in range(len(data)):
        for bit in range(8):
            wrong = bytearray(data)
            wrong[place] ^= 1 << bit
            with pytest.raises(StateError) as refused:
                read(bytes(wrong))
            assert refused.value.code in ("MLE601", "MLE602"), place


def test_every_truncation_is_refused():
    data = encode(STATE)
    for length in range(len(data)):
        with pytest.raises(StateError) as refused:
            read(data[:length])
        assert refused.value.code == "MLE601", length


def test_every_dropped_or_doubled_line_is_refused():
    lines = encode(STATE).splitlines(keepends=True)
    for place in range(len(lines)):
        for times in (0, 2):
            wrong = [*lines[:place], *lines[place : place + 1] * times, *lines[place + 1 :]]
            with pytest.raises(StateError):
                read(b"".join(wrong))


BAD = {
    "empty": (b"", "MLE601", "empty"),
    "blank": (b" \n\n", "MLE601", "empty"),
    "utf-8 mark": (b"\xef\xbb\xbf" + encode(STATE), "MLE601", "byte order mark"),
    "utf-16": (encode(STATE).decode().encode("utf-16"), "MLE601", "byte order mark"),
    "windows line ends": (encode(STATE).replace(b"\n", b"\r\n"), "MLE601", "checksum"),
    "trailing text": (encode(STATE) + b"\n", "MLE601", "does not end with its checksum"),
    "another tool's": (b'{"version":4,"terraform_version":"1.9.0","serial":1}\n', "MLE601", "checksum"),
    "nothing but zeros": (b"\0" * 4096, "MLE601", "checksum"),
    "half of it zeros": (encode(STATE)[:100] + b"\0" * 400, "MLE601", "checksum"),
    "edited by hand": (encode(STATE).replace(b'"serial":12', b'"serial":13'), "MLE601", "was changed"),
    "newer format": (edited(format=latest() + 1), "MLE602", "knows formats up to"),
    "much newer, without our seal": (b'{"format":99,"new":true}', "MLE602", "format 99"),
    "other project": (encode(State("risk", "prod")), "MLE603", "risk/prod, not of fraud/prod"),
    "other environment": (encode(State("fraud", "dev")), "MLE603", "fraud/dev, not of fraud/prod"),
    "no format": (edited(format=0), "MLE601", "format"),
    "list": (seal(b"[") , "MLE601", "does not hold"),
    "deep": (seal(b"[" * 100_000), "MLE601", "does not hold"),
    "long number": (edited(serial=0).replace(b'"serial":0', b'"serial":' + b"1" * 5000), "MLE601", "checksum"),
    "member missing": (edited(lineage=...), "MLE601", "'lineage' is missing"),
    "serial is text": (edited(serial="12"), "MLE601", "number"),
    "serial is true": (edited(serial=True), "MLE601", "number"),
    "serial below zero": (edited(serial=-1), "MLE601", "number"),
    "lineage is null": (edited(lineage=None), "MLE601", "text"),
    "resources is a list": (edited(resources=[]), "MLE601", "resources"),
    "pending is null": (edited(pending=None), "MLE601", "pending"),
    "entry is text": (edited(resources={"a": "b"}), "MLE601", "does not hold"),
    "entry without id": (edited(resources=entry(id=...)), "MLE601", "'id' is missing"),
    "entry with more": (edited(resources=entry(more=1)), "MLE601", "other types"),
    "id is a number": (edited(resources=entry(id=1)), "MLE601", "other types"),
    "values is a list": (edited(resources=entry(values=[])), "MLE601", "other types"),
    "outputs is null": (edited(resources=entry(outputs=None)), "MLE601", "other types"),
    "needs is text": (edited(resources=entry(needs="catalog.c")), "MLE601", "other types"),
    "needs a number": (edited(resources=entry(needs=[1])), "MLE601", "no address"),
    "protect is 1": (edited(resources=entry(protect=1)), "MLE601", "other types"),
    "unknown verb": (edited(pending=[{"step": 1, "verb": "burn"}]), "MLE601", "verb"),
    "verb is a list": (edited(pending=[{"step": 1, "verb": []}]), "MLE601", "does not hold"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "code", "says"), BAD.values(), ids=BAD.keys())
def test_a_file_that_is_not_this_state_is_refused(data, code, says):
    with pytest.raises(StateError, match=says) as refused:
        read(data)
    assert refused.value.code == code
    assert "state.json" in str(refused.value)
    assert refused.value.hint


def test_values_that_json_does_not_know_are_never_written():
    with pytest.raises(ValueError, match="JSON"):
        encode(State("fraud", "prod", entries={"a": Entry("k", "i", {"x": float("nan")})}))


@pytest.mark.bench
def test_ten_thousand_resources_are_read_and_written_quickly(figure):
    values = {f"field{number}": f"value {number}" for number in range(8)} | {"tags": {"team": "risk", "tier": "1"}}
    entries = {f"experiment.e{number}": Entry("experiment", f"/Shared/e{number}", values) for number in range(10_000)}
    state = State("fraud", "prod", entries=entries)
    spent = []
    for _ in range(5):
        start = time.perf_counter()
        data = encode(state)
        between = time.perf_counter()
        assert len(read(data).entries) == 10_000
        spent.append((between - start, time.perf_counter() - between))
    write, back = (sorted(one)[2] * 1000 for one in zip(*spent, strict=True))
    figure(f"state of 10,000 resources ({len(data) / 1e6:.1f} MB): written in {write:.0f} ms, read in {back:.0f} ms")
