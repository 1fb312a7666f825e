"""Section: what is worth most is taken first, and what does not fit is counted."""

from mlplan.render.markdown.section import MUST, RESERVE, Item, Section, fitted


def item(short, full=None):
    return Item(lambda: f"{short}\n", (lambda: f"{full}\n") if full else None)


def never():
    raise AssertionError("made though there is no room for it")


def test_all_of_it_when_there_is_room():
    sections = [Section(1, [item("a"), item("b", "b in full")], "head\n\n", full=2)]
    assert fitted(sections, "foot\n", 2_000) == "head\n\na\nb in full\n\nfoot\n"


def test_the_lower_rank_is_taken_first_wherever_it_stands():
    low, high = item("x" * 300), item("y" * 300)
    text = fitted([Section(2, [low], one="late"), Section(1, [high], one="early")], "", 2 * RESERVE + 350)
    assert "y" * 300 in text
    assert "x" not in text.replace("fit", "")
    assert "_Left out to fit: 1 late; all of it is" in text


def test_items_are_shown_from_the_first_and_the_rest_is_counted():
    items = [item(f"{place:0200}") for place in range(9)]
    text = fitted([Section(1, items, one="change")], "", RESERVE + 650)
    assert text.count("00000") > 3
    assert f"{2:0200}" in text
    assert f"{3:0200}" not in text
    assert "_+6 changes in the report" in text


def test_details_give_way_before_items_do():
    items = [item("a", "A" * 400), item("b", "B" * 400)]
    text = fitted([Section(1, items, full=9, one="change")], "", RESERVE + 500)
    assert "A" * 400 in text
    assert "\nb\n" in text
    assert "_the details of 1 change are" in text


def test_what_must_stay_stays():
    text = fitted([Section(MUST, [item("must" * 100)]), Section(1, [item("may" * 100)])], "foot\n", 500)
    assert "must" * 100 in text
    assert text.endswith("foot\n")
    assert "may" * 100 not in text


def test_nothing_is_made_beyond_the_first_that_does_not_fit():
    items = [item("x" * 1_000), Item(never, never)]
    assert "2 items" in fitted([Section(1, items)], "", RESERVE + 100)


def test_bytes_are_counted():
    text = fitted([Section(1, [item("\u6f22" * 300)])], "", RESERVE + 700)
    assert "\u6f22" not in text
