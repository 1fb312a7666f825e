"""What is recorded of a provider and answered in its place: its abilities, its answers, and what it could not tell."""

import pytest

from mlplan.app.replaying import caveats
from mlplan.core.change import Change, Object
from mlplan.core.errors import Denied, PlatformError
from mlplan.core.kind import Problem
from mlplan.core.plan import Plan
from mlplan.core.provider import (
    Blocks,
    Handler,
    Identifies,
    KnowsGroups,
    KnowsVersions,
    LooksAhead,
    Provider,
    ReadsMany,
    Waits,
    Wanted,
)
from mlplan.providers.recording import recording
from mlplan.providers.registry import judges
from mlplan.providers.replay import UNRECORDED, replay


class Plain(Handler):
    """Knows one object, may not read another."""

    def read(self, id):  # noqa: A002
        if id == "secret":
            raise Denied("you may not read it")
        return Object(id, {"name": id}) if id == "there" else None

    def create(self, id, desired):  # noqa: A002
        raise AssertionError

    def update(self, id, edit):  # noqa: A002
        raise AssertionError

    def delete(self, id, recorded):  # noqa: A002
        raise AssertionError


class Able(Plain):
    """Has every ability that bears on a plan."""

    def read_many(self, ids):
        return [found for id_ in ids if (found := self.read(id_)) is not None]

    def wait(self, id):  # noqa: A002
        raise AssertionError

    def blocks(self, actual, desired):
        return "not today"

    def refuses(self, values):
        yield Problem(("comment",), "no comments", "")


class Acme(Provider):
    """A provider of somebody else, which knows neither versions nor groups."""

    name = "acme"

    def handler(self, kind):
        return {"catalog": Able(), "schema": Plain()}.get(kind)

    def describe(self):
        return "acme.example.com"


class Knowing(Acme):
    """Knows all that a provider can know."""

    def __init__(self):
        self.heard = {}

    def user(self):
        raise Denied("who asks?")

    def identity(self):
        return {"team": "ml"}

    def lacking(self, declaration, purpose):
        return None

    def look_ahead(self, wanted):
        self.heard = wanted

    def model_version(self, model, number):
        if number == 3:
            raise Denied("not yours")

    def model_versions(self, model):
        return []

    def members(self, groups):
        return {"team": frozenset({"ana"})}


def nobody(_kind):
    return None


def test_a_stand_in_has_just_the_abilities_of_the_provider():
    for told, knows in ((Acme(), False), (Knowing(), True)):
        front, into = recording(told)
        assert isinstance(front, LooksAhead) is knows
        assert into.identity == ({"team": "ml"} if knows else {})
        assert isinstance(told, Identifies) is knows
        for stand_in in (front, replay(into, nobody)):
            assert isinstance(stand_in, KnowsVersions) is knows
            assert isinstance(stand_in, KnowsGroups) is knows
            assert stand_in.handler("volume") is None
            assert isinstance(stand_in.handler("catalog"), Waits)
            assert not isinstance(stand_in.handler("schema"), Waits)
            assert not isinstance(stand_in.handler("schema"), Blocks)
        assert isinstance(front.handler("catalog"), Blocks)
        assert isinstance(front.handler("catalog"), ReadsMany)
        assert not isinstance(front.handler("schema"), ReadsMany)


def test_every_field_is_read_whatever_is_declared():
    told = Knowing()
    recording(told)[0].look_ahead({"catalog": {"c": Wanted({"name": "c"}, {"comment": "x"})}})
    assert told.heard == {"catalog": {"c": Wanted(None, {"comment": "x"})}}


def test_what_was_answered_is_answered_again():
    front, into = recording(Acme())
    handler = front.handler("catalog")
    list(handler.read_many(["there", "gone"]))
    with pytest.raises(Denied):
        handler.read("secret")
    again = replay(into, nobody).handler("catalog")
    assert again.read("there") == Object("there", {"name": "there"})
    assert again.read("gone") is None
    with pytest.raises(PlatformError, match="you may not read it"):
        again.read("secret")
    assert [one.id for one in again.read_many(["there", "gone"])] == ["there"]


def test_versions_and_groups_that_nobody_asked_for_are_unknown():
    front, into = recording(Knowing())
    assert front.model_version("m", 1) is None
    with pytest.raises(Denied):
        front.model_version("m", 3)
    front.members(["team", "strangers"])
    again = replay(into, nobody)
    assert again.model_version("m", 1) is None
    with pytest.raises(PlatformError, match="not yours"):
        again.model_version("m", 3)
    with pytest.raises(PlatformError, match=UNRECORDED):
        again.model_version("m", 4)
    with pytest.raises(PlatformError, match=UNRECORDED):
        again.model_versions("m")
    assert again.members(["team", "strangers", "others"]) == {"team": frozenset({"ana"})}


def test_what_nobody_asked_for_is_absent_to_a_plan_and_unknown_to_who_looks_closer():
    again = replay(recording(Acme())[1], nobody)
    assert again.handler("catalog").read("new") is None
    assert again.settle() == {("catalog", "new")}
    with pytest.raises(PlatformError, match=UNRECORDED):
        again.handler("catalog").read("newer")


@pytest.mark.parametrize("verb", ["create", "update", "delete"])
def test_nothing_can_be_written(verb):
    front, into = recording(Acme())
    for provider in (front, replay(into, nobody)):
        with pytest.raises(AssertionError, match=f"cannot {verb} x"):
            getattr(provider.handler("catalog"), verb)("x", {})


def test_refusals_that_only_the_platform_knows_are_named():
    into = recording(Acme())[1]
    again = replay(into, judges("acme", "", {}))
    assert list(again.handler("catalog").refuses({"comment": "x"})) == []
    changes = {f"{kind}.x": Change(f"{kind}.x", kind, "x", "update") for kind in ("catalog", "schema")}
    (told,) = caveats(Plan(changes), again)
    assert (told.code, told.severity) == ("MLE794", "warning")
    assert told.summary == "whether acme refuses these changes of catalog is not known from a snapshot"


def test_a_plan_of_the_platform_itself_takes_nothing_for_granted():
    assert list(caveats(Plan({}), Acme())) == []
