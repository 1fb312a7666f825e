"""What the rules say, and who gains or loses, as a reviewer reads it."""

from mlplan.render.colour import PLAIN
from mlplan.render.review import Review, access_text, marks, policy_text


def result(code="MLP061", outcome="failed", *, blocks=True, **more):
    made = {"code": code, "title": "t", "level": "deny", "outcome": outcome, "address": "model_alias.m.champion"}
    made |= {"summary": "auc fell", "detail": "", "hint": "", "blocks": blocks, "exception": None, "about": ""}
    return made | more


def row(**more):
    made = {"principal": "readers", "object": "registered_model c.s.m", "kind": "registered_model"}
    made |= {"objects": ["c.s.m"], "gains": [], "loses": [], "through": [], "members": [], "assumes": []}
    return made | more


def test_what_passes_is_a_number():
    assert policy_text([result(outcome="passed", blocks=False)], PLAIN) == ""
    text = policy_text([result(outcome="passed", blocks=False), result()], PLAIN)
    assert text.startswith("Policy (1 finding; 1 passed)\n  denied[MLP061]: auc fell\n")


def test_what_denies_comes_first_then_warnings_then_what_is_excused():
    exception = {"reason": "migration", "expires": "2026-12-31", "approved_by": "ana"}
    text = policy_text(
        [
            result("MLP001", "excepted", blocks=False, exception=exception),
            result("MLP002", "failed", blocks=False),
            result("MLP003", "unknown"),
        ],
        PLAIN,
    )
    heads = [line.strip().partition(":")[0] for line in text.split("\n") if "[" in line]
    assert heads == ["denied[MLP003] (unknown)", "warning[MLP002]", "excused[MLP001]"]
    assert "excused: migration (until 2026-12-31, approved by ana)" in text


def test_results_that_differ_only_in_what_they_found_stand_together():
    text = policy_text([result(summary="auc fell", hint="h"), result(summary="recall fell", hint="h")], PLAIN)
    assert text.count("[MLP061]") == 1
    assert "  denied[MLP061]: auc fell\n      recall fell\n" in text


def test_an_expired_exception_is_said_to_excuse_no_longer():
    exception = {"reason": "migration", "expires": "2020-01-01", "approved_by": ""}
    assert "no longer excused: migration (until 2020-01-01)" in policy_text([result(exception=exception)], PLAIN)


def test_the_number_of_denials_is_that_of_results_that_block():
    assert Review(policy=[result(), result(blocks=False), result(outcome="passed", blocks=False)]).denied == 1


def test_a_figure_is_marked_by_the_worst_that_is_said_of_it():
    found = [
        result(about="auc"),
        result(about="auc", outcome="passed", blocks=False),
        result(about="recall", outcome="passed", blocks=False),
    ]
    assert marks(found, "model_alias.m.champion") == {"auc": "denied", "recall": "ok"}
    assert marks(found, "model_alias.other") == {}


def test_rights_are_told_as_privileges_and_as_what_they_come_to():
    text = access_text(
        {"rows": [row(loses=["USE_SCHEMA", "load"], through=["schema c.s"], members=["ana", "bo"])], "unknown": ["x"]},
        (),
        PLAIN,
    )
    lines = text.split("\n")
    assert lines[0] == "Who gains or loses (1)"
    assert lines[1] == "  readers  loses USE_SCHEMA; can no longer load  on registered_model c.s.m  (schema c.s)"
    assert lines[2] == "      2 members: ana, bo"
    assert lines[3] == "  unknown: x"


def test_what_the_changed_rows_say_themselves_is_not_said_again():
    direct = row(gains=["EXECUTE"])
    ended = row(loses=["EXECUTE", "load"], through=["deleted"])
    new = row(gains=["load"])
    assert access_text({"rows": [direct, ended], "unknown": []}, (), PLAIN) == ""
    assert access_text({"rows": [new], "unknown": []}, {("registered_model", "c.s.m")}, PLAIN) == ""
