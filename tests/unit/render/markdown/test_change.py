"""Change: what is destroyed is open, what is safe is folded, and fields are tables."""


def test_what_is_destroyed_is_shown_in_full(comment, change, field):
    gone = change(
        "registered_model.m",
        field("comment", "scores", None, "scores"),
        action="delete",
        risk="data_loss",
        reason="no longer declared",
    )
    text = comment(gone)
    assert (
        "#### 🔥 Destroys or interrupts (1)\n\n- `-` **`registered_model.m`** `prod.ml.x` · no longer declared\n"
        in text
    )
    assert "  | `-` | `comment` | `scores` |\n" in text
    assert "<details>" not in text


def test_of_many_that_are_destroyed_the_fields_are_folded(comment, change, field):
    gone = [
        change(f"schema.s{place}", field("comment", "x", None), action="delete", risk="data_loss") for place in range(7)
    ]
    text = comment(*gone)
    assert "Destroys or interrupts (7)\n\n<details><summary><code>-</code> <code>schema&#46;s0</code>" in text


def test_a_replace_is_destroyed_whatever_its_risk(comment, change):
    assert "Destroys or interrupts (1)" in comment(change("experiment.e", action="replace"))


def test_fields_are_folded_below_their_change(comment, change, field):
    text = comment(change("registered_model.m", field("comment", "old", "new words"), risk="traffic"))
    assert "#### Traffic (1)\n\n<details><summary><code>~</code> <code>registered&#95;model&#46;m</code>" in text
    assert '\n| `~` | `comment` | `old` → `"new words"` |\n' in text


def test_texts_of_several_lines_are_told_line_by_line(comment, change, field):
    text = comment(change("registered_model.m", field("comment", "a\nb", "a\nc"), risk="traffic"))
    assert "`- b`<br>`+ c`" in text


def test_a_change_without_fields_is_a_line(comment, change):
    assert "- `x` **`experiment.e`** `prod.ml.x` · no longer declared\n" in comment(
        change("experiment.e", action="forget", risk="traffic", reason="no longer declared")
    )


def test_what_is_safe_is_folded_as_a_whole(comment, change):
    text = comment(change("experiment.a", action="create"), change("experiment.b", action="create"))
    assert "<details><summary><b>Safe (2)</b></summary>\n\n- `+` **`experiment.a`**" in text


def test_rows_are_told_by_what_they_are_on(comment, change):
    text = comment(change("grants.m", risk="access", id="registered_model/prod.ml.m"))
    assert "`on registered_model prod.ml.m`" in text


def test_drift_is_told_by_itself(comment, change, field):
    mine = field("comment", "theirs", "mine", "mine", cause="drift")
    text = comment(change("registered_model.m", mine))
    assert (
        "#### Drift since the last apply (1)\n\n- ⚠️ `registered_model.m`: `comment` changed outside of mlplan\n" in text
    )


def test_many_fields_are_counted(comment, change, field):
    many = [field(f"tags.t{place}", None, "x") for place in range(45)]
    text = comment(change("registered_model.m", *many))
    assert text.count("| `+` |") == 40
    assert "_and 5 more_" in text
