"""How a provider is found: by table, by entry point, or not at all."""

import sys
from importlib.metadata import EntryPoint

import pytest

from mlplan.core.declaration import Target
from mlplan.core.effect import Effects
from mlplan.core.errors import Mistake
from mlplan.providers import registry
from mlplan.providers.registry import Context, open_provider


@pytest.fixture
def context(tmp_path):
    return Context(tmp_path, "fraud", "dev", Effects())


@pytest.fixture
def offer(monkeypatch):
    """Return `offer(name, value)`: an installed package offers a provider."""

    def install(name, value):
        found = [EntryPoint(name, value, registry.GROUP)]
        monkeypatch.setattr("importlib.metadata.entry_points", lambda group: found if group == registry.GROUP else [])

    return install


def finding(target, context):
    with pytest.raises(Mistake) as caught:
        open_provider(target, context)
    return caught.value.found


def test_local_is_built_in_and_opening_it_writes_nothing(context):
    provider = open_provider(Target("local"), context)
    assert provider.handler("catalog").read("main") is None
    assert list(provider.handler("schema").read_many(["main.ml"])) == []
    provider.close()
    assert provider.user() == "local-user"
    assert provider.describe() == "local workspace .mlplan/workspaces/dev.db"
    assert list(context.root.iterdir()) == []


def test_options_say_where_and_who(context):
    provider = open_provider(Target("local", {"path": "here/w.db", "user": "dana"}), context)
    made = provider.handler("catalog").create("main", {"name": "main"})
    provider.close()
    assert made.values["owner"] == "dana"
    assert (context.root / "here/w.db").stat().st_size > 0


@pytest.mark.parametrize(
    "options", [{"pth": "x"}, {"path": 5}, {"path": ""}, {"user": None}], ids=["unknown", "number", "empty", "null"]
)
def test_wrong_options_are_findings(context, options):
    assert [one.code for one in finding(Target("local", options), context)] == ["MLE532"]


def test_all_wrong_options_are_told_together(context):
    assert len(finding(Target("local", {"a": 1, "b": 2}), context)) == 2


def test_an_unknown_provider_is_a_finding_with_a_suggestion(context):
    (one,) = finding(Target("locl"), context)
    assert (one.code, one.hint) == ("MLE530", "did you mean local?")
    assert "local" in one.detail


def test_a_plugin_is_opened_by_its_entry_point(context, offer):
    offer("acme", "mlplan.providers.local:open_provider")
    provider = open_provider(Target("acme", {"user": "dana"}), context)
    assert provider.user() == "dana"
    provider.close()


@pytest.mark.parametrize("value", ["no_such_module:open", "mlplan.providers.local:nothing", "mlplan.core.plan:RISKS"])
def test_a_plugin_that_does_not_load_is_a_finding(context, offer, value):
    offer("acme", value)
    assert [one.code for one in finding(Target("acme"), context)] == ["MLE531"]


def test_a_built_in_name_never_looks_for_plugins(context, monkeypatch):
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: pytest.fail("looked for plugins"))
    open_provider(Target("local"), context).close()
    assert "mlplan.providers.local" in sys.modules
