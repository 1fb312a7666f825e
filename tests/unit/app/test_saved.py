"""Saved plans: applied as reviewed, or refused with the value that differs."""

import copy
import json
import os
from dataclasses import replace

import pytest

from mlplan.app.apply import apply_saved
from mlplan.app.document import digest_of, plan_document, plan_of
from mlplan.app.saved import read_plan
from mlplan.core.errors import Mistake, Refused
from mlplan.engine.options import Options
from mlplan.render.human import plan_text
from mlplan.render.json import document_text
from mlplan.render.sheet import Heading


@pytest.fixture
def document(planned, clock):
    """Return a call that plans and makes the document."""

    def make(variables=None, lifetime=3600.0, **options):
        return plan_document(planned(**options), variables or {}, clock.now(), lifetime)

    return make


@pytest.fixture
def file(tmp_path):
    """Return a call that writes a document to a file."""

    def write(found):
        path = tmp_path / "plan.json"
        path.write_text(found if isinstance(found, str) else document_text(found), encoding="utf-8")
        return path

    return write


def sealed(found):
    return {**found, "digest": digest_of(found)}


def codes(error):
    return [one.code for one in error.value.diagnostics()]


def test_a_saved_plan_comes_back_as_it_was_written(document, file):
    found = document()
    assert read_plan(file(found)) == found


def test_spaces_and_order_do_not_matter(document, file):
    found = document()
    text = json.dumps(dict(reversed(found.items())), indent=7)
    assert read_plan(file(text)) == found


def test_a_saved_plan_reads_as_the_plan_did(planned, document, edit, applied):
    edit("team: risk", "team: fraud")
    edit("    two: {name: /Shared/two}\n", "")
    heading = Heading("small", "dev", "w", "s")
    assert plan_text(plan_of(document()), heading) == plan_text(planned().plan, heading)


def test_it_is_applied_when_nothing_differs(request_, watcher, document, file):
    found = read_plan(file(document()))
    assert apply_saved(request_, found, watcher).status == "applied"


def test_a_file_that_destroys_everything_was_made_up(request_, watcher, document, file, applied):
    found = read_plan(file(document(mode="destroy")))
    with pytest.raises(Refused) as error:
        apply_saved(request_, found, watcher)
    assert codes(error) == ["MLE448"]


def test_applying_it_twice_is_refused(request_, watcher, document):
    found = document()
    apply_saved(request_, found, watcher)
    with pytest.raises(Refused) as error:
        apply_saved(request_, found, watcher)
    assert codes(error) == ["MLE426"]
    assert "done already" in error.value.hint
    assert error.value.exit_code == 3


def test_its_own_environment_and_variables_are_used(request_, watcher, project, clock):
    from mlplan.app.plan import plan  # noqa: PLC0415 - beside the request that it is about

    (project / "mlplan.yaml").write_text(
        "project: small\ndefault_environment: dev\n"
        "environments: {dev: {provider: local}, prod: {provider: local}}\n"
        "variables: {team: {type: string, default: none}}\n",
        encoding="utf-8",
    )
    (project / "resources" / "all.yaml").write_text(
        "resources: {experiments: {one: {name: /Shared/one, tags: {team: '${var.team}'}}}}\n", encoding="utf-8"
    )
    there = replace(request_, environment="prod", variables={"team": "risk"})
    found = plan_document(plan(there, Options()), {"team": "risk"}, clock.now())
    result = apply_saved(request_, found, watcher)
    assert result.planned.declaration.environment.name == "prod"
    assert result.state.entries["experiment.one"].values["tags"] == {"team": "risk"}


def test_an_empty_lineage_is_a_value_and_not_a_wildcard(request_, watcher, document, applied):
    found = document()
    found["state"] = {"lineage": "", "serial": 0}
    with pytest.raises(Refused) as error:
        apply_saved(request_, sealed(found), watcher)
    assert codes(error) == ["MLE426"]


BOUND = [
    ("project", "other", "MLE423"),
    ("tool.version", "9.9.9", "MLE424"),
    ("provider.name", "databricks", "MLE424"),
    ("provider.version", "0", "MLE424"),
    ("provider.where", "another host", "MLE424"),
    ("config.digest", "sha256:" + "0" * 64, "MLE425"),
    ("state.serial", 7, "MLE426"),
    ("state.lineage", "f" * 32, "MLE426"),
    ("reads.experiment:/Shared/two", "absent!", "MLE427"),
    ("changes.0.action", "delete", "MLE428"),
    ("changes.0.id", "/Shared/three", "MLE428"),
    ("changes.0.fields.0.after", "other", "MLE428"),
    ("steps.0.verb", "delete", "MLE428"),
    ("options.allow_destroy", ["experiment.two"], "MLE425"),
    ("options.variables", {"team": "a"}, "MLE425"),
    ("options.targets", ["experiment.*"], "MLE425"),
    ("protected", True, "MLE423"),
    ("git", {"commit": "0" * 40, "clean": True}, "MLE429"),
    ("config.files", [], "MLE425"),
    ("config.plugins", {"acme": "1"}, "MLE425"),
    ("changes.0.fields.0.note", "other", "MLE428"),
    ("access", {"rows": [], "unknown": ["who"]}, "MLE428"),
    ("approvals", [{"name": "risk"}], "MLE428"),
]


@pytest.fixture
def changed(applied, edit):
    """Let there be something to do in a project that was applied."""
    edit("team: risk", "team: fraud")


@pytest.mark.parametrize("bound", BOUND, ids=[path for path, _, _ in BOUND])
def test_every_bound_value_is_compared(request_, watcher, document, changed, bound):
    path, value, code = bound
    found = copy.deepcopy(document())
    *way, last = path.split(".")
    at = found
    for part in way:
        at = at[int(part) if part.isdigit() else part]
    assert at[last] != value
    at[last] = value
    with pytest.raises(Refused) as error:
        apply_saved(request_, sealed(found), watcher)
    assert {*codes(error)} == ({code, "MLE304"} if path == "options.variables" else {code})
    assert "planned" not in watcher.events


@pytest.mark.parametrize("change", ["config", "remote", "state"])
def test_what_changed_since_is_named(request_, watcher, document, edit, applied, change):
    edit("team: risk", "team: fraud")
    found = document()
    if change == "config":
        edit("team: fraud", "team: other")
    elif change == "remote":
        from mlplan.app.local import set_fields  # noqa: PLC0415 - one case needs the outside world

        set_fields(request_, "experiment", "/Shared/one", {"tags.team": "someone"})
    else:
        from mlplan.app.state import remove  # noqa: PLC0415

        remove(request_, "experiment.two")
    with pytest.raises(Refused) as error:
        apply_saved(request_, found, watcher)
    assert codes(error)[0] == {"config": "MLE425", "remote": "MLE427", "state": "MLE426"}[change]


def test_it_expires(request_, watcher, document, clock):
    found = document(lifetime=60.0)
    clock.moment += 61
    with pytest.raises(Refused) as error:
        apply_saved(request_, found, watcher)
    assert codes(error) == ["MLE422"]


def test_another_environment_is_refused_before_anything_is_read(request_, watcher, document):
    with pytest.raises(Refused) as error:
        apply_saved(replace(request_, environment="prod"), document(), watcher)
    assert codes(error) == ["MLE423"]


def leaves(value, path=()):
    if isinstance(value, dict) and value:
        for name, item in value.items():
            yield from leaves(item, (*path, name))
    elif isinstance(value, list) and value:
        for place, item in enumerate(value):
            yield from leaves(item, (*path, place))
    else:
        yield path


def test_a_plan_with_any_leaf_edited_is_refused(document, file, edit, applied):
    edit("team: risk", "team: fraud")
    found = document()
    tried = 0
    for path in leaves(found):
        edited = copy.deepcopy(found)
        at = edited
        for part in path[:-1]:
            at = at[part]
        at[path[-1]] = "edited" if at[path[-1]] != "edited" else "other"
        with pytest.raises(Refused):
            read_plan(file(edited))
        tried += 1
    assert tried > 60


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expecting value"),
        ("[]", "valid dictionary"),
        ("{}", "field required"),
        ('{"format_version": "2.0"}', "format_version"),
        ('{"a": 1, "a": 2}', "stands twice"),
        ('{"a": NaN}', "NaN is not JSON"),
        ("[" * 100_000, "is not a saved plan"),
        ("\x00", "is not a saved plan"),
    ],
    ids=["empty", "list", "nothing", "format", "twice", "nan", "deep", "nul"],
)
def test_what_is_no_plan_is_refused(file, text, said):
    with pytest.raises(Refused) as error:
        read_plan(file(text))
    assert codes(error) == ["MLE420"]
    assert said.lower() in str(error.value).lower()


def test_an_unknown_field_is_refused_wherever_it_stands(document, file):
    for path in ((), ("tool",), ("changes", 0), ("changes", 0, "fields", 0), ("summary",)):
        edited = copy.deepcopy(document())
        at = edited
        for part in path:
            at = at[part]
        at["surprise"] = 1
        with pytest.raises(Refused) as error:
            read_plan(file(sealed(edited)))
        assert codes(error) == ["MLE420"]


def deep(found):
    place = found["access"]
    for _ in range(70):
        place["more"] = {}
        place = place["more"]


def first(found):
    return found["changes"][0]


IMPLAUSIBLE = {
    "deep": (deep, "more than 64 levels"),
    "kind": (lambda found: first(found).update(kind="secret_scope"), "not a change of an object that mlplan knows"),
    "address": (lambda found: first(found).update(address="nowhere"), "not a change of an object that mlplan knows"),
    "twice": (lambda found: found["changes"].append(first(found)) or found["summary"].update(create=4), "twice"),
    "path": (lambda found: first(found)["fields"][0].update(path="a["), "not a field path"),
    "no such day": (lambda found: found.update(expires="2026-02-30T00:00:00Z"), "day"),
    "count": (lambda found: found["summary"].update(create=1), "summary.create: there are 3"),
    "blocked": (lambda found: found["summary"].update(blocked=1), "summary.blocked: there are 0"),
    "action": (lambda found: first(found).update(action="destroy"), "changes.0.action"),
    "verb": (lambda found: found["steps"][0].update(verb="run"), "steps.0.verb"),
}


@pytest.mark.parametrize("case", IMPLAUSIBLE.values(), ids=IMPLAUSIBLE)
def test_what_no_plan_says_is_refused_by_its_place(document, file, case):
    spoil, said = case
    found = json.loads(json.dumps(document()))
    spoil(found)
    with pytest.raises(Refused) as error:
        read_plan(file(sealed(found)))
    assert codes(error) == ["MLE420"]
    assert said in str(error.value)


def test_only_regular_files_of_sane_size_are_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    large = tmp_path / "large.json"
    with large.open("wb") as out:
        out.truncate(1 << 27)
    for path in (tmp_path / "pipe", large, tmp_path, tmp_path / "none.json"):
        with pytest.raises(Mistake) as error:
            read_plan(path)
        assert codes(error) == ["MLE706"]


def test_two_plans_of_the_same_moment_are_the_same(document):
    assert document() == document()
