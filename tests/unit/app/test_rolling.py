"""An apply that waits takes every step of a rollout, and goes on with nothing that nobody agreed to."""

import pytest

from mlplan.app.apply import apply
from mlplan.app.local import register, set_fields
from mlplan.app.rolling import through
from mlplan.engine.options import Options
from mlplan.providers.local.register import Logged

MODEL = "resources:\n  catalogs: {c: {name: c}}\n  schemas: {s: {catalog_name: c, name: s}}\n"
RESOURCES = """\
  registered_models:
    m: {catalog_name: c, schema_name: s, name: m, aliases: {champion: 1}}
  serving_endpoints:
    e:
      name: e
      served_entities: [{name: m, entity_name: c.s.m, entity_version: "@champion"}]
      rollout: {steps: [{percent: 10, duration: 30m}, {percent: 50, duration: 2h}]}
"""
ONE_BY_ONE = Options(parallelism=1)


@pytest.fixture
def serving(project, request_, watcher):
    """Return a request about a project whose endpoint serves version 1, and whose champion is to be version 2."""
    file = project / "resources" / "all.yaml"
    file.write_text(MODEL + "  registered_models: {m: {catalog_name: c, schema_name: s, name: m}}\n", encoding="utf-8")
    apply(request_, ONE_BY_ONE, watcher)
    directory = project / "model"
    directory.mkdir()
    signature = 'signature: {inputs: \'[{"type": "long", "name": "a"}]\', outputs: \'[{"type": "long"}]\'}\n'
    (directory / "MLmodel").write_text("flavors: {python_function: {python_version: 3.11.7}}\n" + signature)
    for _ in range(2):
        register(request_, "c.s.m", directory, Logged(), {}, "READY")
    file.write_text(MODEL + RESOURCES, encoding="utf-8")
    assert apply(request_, ONE_BY_ONE, watcher).status == "applied"
    file.write_text(MODEL + RESOURCES.replace("champion: 1", "champion: 2"), encoding="utf-8")
    return request_


def rolled(request_, watcher, options=ONE_BY_ONE):
    return through(request_, options, watcher, lambda: apply(request_, options, watcher))


def test_it_stays_until_the_alias_has_moved(serving, watcher, clock):
    began = clock.now()
    watcher.events.clear()
    result = rolled(serving, watcher)
    assert (result.status, result.diagnostics) == ("applied", [])
    assert watcher.events.count("waits") == 2
    assert watcher.events[-2:] == ["done model_alias.m.champion", "ends"]
    assert clock.now() - began == pytest.approx(2.5 * 3600, abs=20)


def test_it_asks_once(serving, watcher):
    watcher.events.clear()
    rolled(serving, watcher)
    assert watcher.events.count("planned") == 1


def test_the_lock_is_free_while_it_waits(serving, watcher, request_):
    seen = []
    watcher.waits = lambda rollouts, until: seen.append(apply(request_, ONE_BY_ONE, type(watcher)()).status)
    rolled(serving, watcher)
    assert seen == ["nothing to do", "nothing to do"]


def test_an_abort_by_someone_else_ends_it(serving, watcher, request_):
    abort = Options(parallelism=1, abort=frozenset(["serving_endpoint.e"]))
    watcher.waits = lambda rollouts, until: apply(request_, abort, type(watcher)())
    result = rolled(serving, watcher)
    assert result.status == "applied"
    assert "done model_alias.m.champion" not in watcher.events[-3:]


def test_a_change_that_nobody_agreed_to_ends_it(serving, watcher, project):
    path = project / "resources" / "all.yaml"

    def edit(rollouts, until):
        path.write_text(path.read_text().replace("name: s}", "name: s, comment: new}"))

    watcher.waits = edit
    watcher.events.clear()
    result = rolled(serving, watcher)
    assert ([one.code for one in result.diagnostics], result.exit_code) == (["MLE436"], 1)
    assert "done schema.s" not in watcher.events


def test_what_someone_changed_by_hand_is_left_as_it_is(serving, watcher, request_):
    def taken_back(rollouts, until):
        fields = {"served_entities[m].traffic_percentage": "100", "served_entities[m-v2].traffic_percentage": "0"}
        set_fields(request_, "serving_endpoint", "e", fields)

    watcher.waits = taken_back
    result = rolled(serving, watcher)
    assert [one.code for one in result.diagnostics] == ["MLE436"]
    assert "done model_alias.m.champion" not in watcher.events[-3:]


def test_what_was_excluded_stays_out_at_every_step(serving, watcher, request_, project):
    path = project / "resources" / "all.yaml"
    more = '    f: {name: f, served_entities: [{name: m, entity_name: c.s.m, entity_version: "@champion"}]}\n'
    path.write_text(MODEL + RESOURCES + more, encoding="utf-8")
    apply(request_, ONE_BY_ONE, type(watcher)())
    path.write_text(MODEL + RESOURCES.replace("champion: 1", "champion: 2") + more, encoding="utf-8")
    watcher.events.clear()
    rolled(serving, watcher, Options(parallelism=1, excludes=("serving_endpoint.f",)))
    assert [one for one in watcher.events if "serving_endpoint.f" in one] == []


def test_what_starts_anew_is_not_gone_on_with(serving, watcher, request_, project):
    path = project / "resources" / "all.yaml"
    text = path.read_text()

    def turned_back(rollouts, until):
        path.write_text(text.replace("champion: 2", "champion: 1"))
        apply(request_, ONE_BY_ONE, type(watcher)())
        path.write_text(text)

    watcher.waits = turned_back
    assert [one.code for one in rolled(serving, watcher).diagnostics] == ["MLE436"]
