import sys
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlplan.core.change import ACTIONS, Change, FieldChange
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.plan import Plan, Step
from mlplan.core.rule import RISKS
from mlplan.core.values import Unknown
from mlplan.render.colour import ANSI
from mlplan.render.human import plan_text
from mlplan.render.sheet import Heading
from mlplan.render.summary import MEANINGS, sentence, sign


def test_nothing_to_do_is_one_sentence(shown, change):
    assert shown() == "\nNo changes. Nothing is declared.\n"
    assert shown(change("catalog.a", action="no-op")) == "\nNo changes. 1 resource is as declared.\n"


def test_the_first_line_says_where():
    heading = Heading("fraud", "prod", "acme.cloud", "state serial 7", protected=True)
    text = plan_text(Plan({}), heading)
    assert text.startswith("fraud · prod (protected) · acme.cloud · state serial 7\n")


def test_promotions_come_first_in_their_own_words(shown, change, field):
    moved = change(
        "model_alias.m.champion",
        field("version", 6, 7, 6),
        id="prod.ml.m@champion",
        risk="traffic",
        after=("serving_endpoint.m",),
    )
    gone = change("volume.v", action="delete", risk="data_loss", id="prod.ml.v")
    text = shown(gone, moved)
    assert "  promote  prod.ml.m@champion  v6 -> v7\n" in text
    assert "once serving_endpoint.m serves v7" in text
    assert text.index("Promotions (1)") < text.index("Data loss (1)")
    assert text.endswith("Plan: 1 to update (1 promotion), 1 to delete.\n")


def test_an_alias_that_others_moved_is_put_back_and_not_promoted(shown, change, field):
    text = shown(change("model_alias.m.champion", field("version", 5, 6, 6, "drift"), id="prod.ml.m@champion"))
    assert "put back  prod.ml.m@champion  v5 -> v6  (drift: moved outside of mlplan)" in text
    assert "Promotions" not in text
    assert "promotion)" not in text


def test_risks_are_ordered_worst_first(shown, change):
    changes = [change(f"catalog.{risk}", risk=risk) for risk in reversed(RISKS)]
    text = shown(*changes)
    headings = ["Data loss (1)", "Outage (1)", "Access (1)", "Traffic (1)", "Safe (1)"]
    assert [line for line in text.split("\n") if line in headings] == headings


@pytest.mark.parametrize("action", [one for one in ACTIONS if one != "no-op"])
def test_the_legend_explains_the_signs_that_are_used_and_no_other(shown, change, action):
    one = change("catalog.a", action=action)
    legend = shown(one).split("\n")[1]
    assert legend == f"  {sign(one)} {MEANINGS[sign(one)]}"


def test_a_replace_that_creates_first_says_so(shown, change):
    assert "+/- catalog.a" in shown(change("catalog.a", action="replace", create_first=True))


@pytest.mark.parametrize(
    ("made", "line"),
    [
        (("comment", "old", "new"), "~ comment  old -> new"),
        (("tags.team", None, "risk"), "+ tags.team  risk"),
        (("tags.team", "risk", None), "- tags.team  risk"),
        (("tags.team", "a", "b", "b", "drift"), "~ tags.team  a -> b  (drift: changed outside of mlplan)"),
        (("tags.team", None, "b", "b", "drift"), "+ tags.team  b  (drift: removed outside of mlplan)"),
        (("tags.team", "a", None, None, "drift"), "- tags.team  a  (drift: added outside of mlplan)"),
        (("tags.team", "a", "b", "c", "both"), "~ tags.team  a -> b  (config and drift: last applied c)"),
        (('tags["a.b"]', "x", "y"), '~ tags["a.b"]  x -> y'),
    ],
    ids=["config", "added", "removed", "drift", "lost", "foreign", "both", "odd key"],
)
def test_fields_say_what_changes_and_who_made_the_difference(shown, change, field, made, line):
    assert f"      {line}\n" in shown(change("registered_model.m", field(*made)))


def test_what_forces_a_replacement_is_marked(shown, change, field):
    one = change(
        "volume.v",
        field("volume_type", "MANAGED", "EXTERNAL", replaces=True),
        action="replace",
        risk="data_loss",
        reason="volume_type cannot be changed in place",
    )
    text = shown(one)
    assert "-/+ volume.v  prod.ml.x  # volume_type cannot be changed in place" in text
    assert "~ volume_type  MANAGED -> EXTERNAL  # forces replacement" in text


def test_a_new_object_shows_its_fields_without_its_name_and_without_signs(shown, change, field):
    one = change(
        "experiment.e",
        field("name", None, "/Shared/e"),
        field("tags", None, {"team": "risk"}),
        action="create",
        id="/Shared/e",
    )
    assert "  + experiment.e  /Shared/e\n      tags.team  risk\n\n" in shown(one)


def test_a_vanishing_object_shows_what_was_set_and_not_what_the_server_chose(shown, change, field):
    one = change(
        "registered_model.m",
        field("name", "m", None, "m"),
        field("owner", "someone", None, None),
        field("comment", "text", None, "text"),
        action="delete",
    )
    text = shown(one)
    assert "comment  text" in text
    assert "owner" not in text


def test_items_of_keyed_lists_go_by_their_key(shown, change, field):
    entity = {"name": "next", "entity_name": "prod.ml.m", "environment_vars": {"A": "b"}}
    text = shown(change("serving_endpoint.e", field("served_entities[next]", None, entity)))
    assert "+ served_entities[next].entity_name         prod.ml.m" in text
    assert "+ served_entities[next].environment_vars.A  b" in text
    assert "[next].name" not in text


def test_values_that_only_apply_can_tell_say_which(shown, change, field):
    unknown = Unknown("${resources.experiments.fraud.experiment_id}")
    text = shown(change("registered_model.m", field("tags.run", "x", unknown)))
    assert "x -> (known after apply: experiments.fraud.experiment_id)" in text


def test_texts_of_several_lines_show_the_lines_that_differ(shown, change, field):
    text = shown(change("catalog.a", field("comment", "one\ntwo\nthree", "one\n2\nthree")))
    assert "~ comment\n          |   one\n          | - two\n          | + 2\n          |   three\n" in text


def test_very_long_texts_are_told_by_their_size(shown, change, field):
    text = shown(change("catalog.a", field("comment", "a\n" * 900, "b\n" * 900)))
    assert "901 lines -> 901 lines" in text


def test_sets_show_what_they_gain_and_lose(shown, change, field):
    path = "ai_gateway.guardrails.input.invalid_keywords"
    assert "  -a, +c\n" in shown(change("serving_endpoint.e", field(path, ["a", "b"], ["b", "c"])))


def test_blocked_changes_say_what_lifts_them(shown, change):
    text = shown(change("experiment.e", action="import", blocked="adopt it with --adopt experiment.e"))
    assert "      blocked: adopt it with --adopt experiment.e\n" in text
    assert text.endswith("1 change is blocked; apply refuses this plan.\n")


def test_findings_stand_before_the_count(shown, change):
    text = shown(change("catalog.a"), diagnostics=[Diagnostic("MLE401", "mind this", "warning")])
    assert text.index("warning[MLE401]: mind this") < text.index("Plan: 1 to update.")


def test_steps_are_printed_when_asked_for(shown, change):
    steps = [Step(1, "update", "catalog.a"), Step(2, "create", "schema.b", (1,))]
    text = shown(change("catalog.a"), steps=steps)
    assert "Steps" not in text
    plan = Plan({"catalog.a": change("catalog.a")}, steps)
    text = plan_text(plan, Heading("p", "e", "w", "s"), steps=True)
    assert "Steps (2)\n  1  update  catalog.a\n  2  create  schema.b   after 1\n" in text


def test_what_changes_in_state_alone_is_told(shown, change):
    text = shown(change("catalog.a", action="no-op"), steps=[Step(1, "record", "catalog.a")])
    assert "State only (1)\n    catalog.a" in text


def test_access_is_told_by_principal(shown, change, field):
    one = change(
        "grants.catalog.main",
        field("grants[alice@x.io].privileges", ["USE_CATALOG", "USE_SCHEMA"], ["USE_CATALOG"]),
        field("grants[scoring].privileges", None, ["EXECUTE"]),
        field("grants[mallory].privileges", ["ALL_PRIVILEGES"], None, None, "drift"),
        risk="access",
        id="catalog/prod",
    )
    text = shown(one)
    assert "  ~ grants.catalog.main  on catalog prod\n" in text
    assert "~ alice@x.io  loses USE_SCHEMA\n" in text
    assert "+ scoring     gains EXECUTE\n" in text
    assert "- mallory     loses ALL_PRIVILEGES  (drift: added outside of mlplan)\n" in text


def test_levels_go_from_one_to_another(shown, change, field):
    one = change("permissions.experiment.e", field("permissions[group_name=ml].level", "CAN_EDIT", "CAN_READ"))
    assert "~ ml (group)  CAN_EDIT -> CAN_READ" in shown(one)


def test_whole_blocks_of_access_are_taken_apart(shown, change, field):
    rows = [{"principal": "a", "privileges": ["X"]}, {"principal": "b", "privileges": ["Y"]}]
    text = shown(change("grants.catalog.main", field("grants", rows[:1], rows), risk="access"))
    assert "+ b  gains Y" in text
    assert "X" not in text


def test_unkeyed_nested_values_are_told_place_by_place(shown, change, field):
    before, after = {"a": [{"b": 1}], "c": "x"}, {"a": [{"b": 2}], "d": "y"}
    text = shown(change("serving_endpoint.e", field("ai_gateway", before, after)))
    lines = [line.strip(" |") for line in text.split("\n")]
    assert {"a[0].b: 1 -> 2", "c: removed x", "d: added y"} <= set(lines)


def test_colour_paints_and_changes_no_word(change, field):
    plan = Plan({"catalog.a": change("catalog.a", field("comment", "a", "b"), blocked="no")})
    heading = Heading("p", "e", "w", "s")
    painted = plan_text(plan, heading, ANSI)
    assert "\x1b[" in painted
    stripped = "".join(part.partition("m")[2] if place else part for place, part in enumerate(painted.split("\x1b[")))
    assert stripped == plan_text(plan, heading)


def test_what_is_left_for_another_time_is_counted(change):
    plan = Plan({"catalog.a": change("catalog.a")}, unselected=2)
    text = plan_text(plan, Heading("p", "e", "w", "s"))
    assert text.endswith("Plan: 1 to update.\n2 other changes are waiting, and not in this plan.\n")


def test_a_plan_with_errors_says_that_it_is_refused(shown):
    text = shown(diagnostics=[Diagnostic("MLE403", "the provider has no volume")])
    assert text.endswith("1 error; `mlplan explain MLE403` tells more.\napply refuses this plan.\n")
    assert "No changes" not in text


def test_no_line_begins_with_a_value(shown, change, field):
    """CI runners run lines that begin with `::`, blanks before it or not."""
    evil = "::set-output name=x::y"
    one = change(
        "catalog.a",
        field("comment", f"{evil}\na", f"{evil}\nb"),
        field("options", {"x": [{evil: 1}]}, {"x": [{evil: 2}]}),
        field("owner", evil * 9, f"{evil * 9}!"),
        reason=f"\n{evil}",
    )
    found = Diagnostic("MLE401", f"a\n{evil}", detail=f"{evil}\n{evil}", hint=f"b\n{evil}")
    assert not [line for line in shown(one, diagnostics=[found]).split("\n") if line.lstrip().startswith("::")]


@settings(max_examples=50)
@given(st.text(st.characters(), min_size=1, max_size=30))
def test_no_value_can_write_to_the_terminal(text):
    fields = tuple(
        FieldChange(path, before, after, text, "both", note=text)
        for path, before, after in [
            (("comment",), text, f"{text}!"),
            (("comment",), None, text),
            (("tags", text), text, None),
            (("options",), {text: [{text: 1}]}, {text: [{text: 2}]}),
        ]
    )
    one = Change("catalog.a", "catalog", text, "update", reason=text, fields=fields, blocked=text, before_id=text)
    rows = FieldChange(("grants", f"[{text}]", "privileges"), [text], None, None, "drift")
    other = Change("grants.catalog.a", "grants", text, "update", "access", fields=(rows,))
    found = Diagnostic("MLE401", text, detail=text, hint=text, address=text)
    plan = Plan({"a": one, "b": other}, diagnostics=[found])
    shown = plan_text(plan, Heading(text, text, text, text))
    assert all(line.isprintable() for line in shown.split("\n"))


def test_ten_thousand_changes_are_linear_work():
    def cost(count):
        fields = (
            FieldChange(("comment",), "old text", "new text", "old", "config"),
            FieldChange(("tags", "team"), "fraud", "risk", "risk", "drift"),
        )
        changes = {
            f"registered_model.m{place}": Change(
                f"registered_model.m{place}", "registered_model", f"prod.ml.m{place}", "update", fields=fields
            )
            for place in range(count)
        }
        heading = Heading("p", "e", "w", "s")
        return min(timed(Plan(changes), heading) for _ in range(3))

    def timed(plan, heading):
        began = process_time()
        plan_text(plan, heading)
        return process_time() - began

    cost(100)
    assert cost(10_000) < 6 * max(cost(2_500), 0.01)
    assert "rich" not in sys.modules


def test_the_count_names_every_action(change):
    plan = Plan({action: change(f"catalog.{action}", action=action) for action in ACTIONS})
    expected = (
        "Plan: 1 to create, 1 to update, 1 to replace, 1 to delete, 1 to restore, 1 to import, "
        "1 to forget, 1 to move; 1 unchanged."
    )
    assert sentence(plan) == expected
