"""The crash enumerator itself: it must catch engines that are wrong, each at the very moments where they are."""

import json

import pytest

from mlplan.testing.crash import enumerate_crashes

DESIRED = ("a", "b", "c")


def lines(path):
    return path.read_text().splitlines() if path.exists() else []


class Toy:
    """A store whose creates are never refused, so that blind repeats make duplicates; someone else's object is in it."""

    silent = True

    def __init__(self):
        self.name = type(self).__name__

    def prepare(self, root):
        (root / "store").write_text("foreign\n")

    def observe(self, root):
        return {"store": sorted(lines(root / "store")), "state": sorted(set(lines(root / "state")))}

    def create(self, root, effects, name):
        def call():
            with (root / "store").open("a") as store:
                store.write(f"{name}\n")

        effects.run(f"create {name}", call)

    def append(self, root, effects, file, text):
        with (root / file).open("ab") as opened:
            effects.write(f"{file}:append", opened.fileno(), f"{text}\n".encode())


class JournalAfter(Toy):
    """Writes down what it made once it is made: wrong."""

    def run(self, root, effects):
        for name in DESIRED:
            if name not in lines(root / "state"):
                self.create(root, effects, name)
                self.append(root, effects, "state", f"\n{name}")


class IntentBefore(Toy):
    """Announces what it is about to make, and looks at the store before it repeats anything: right."""

    def run(self, root, effects):
        for name in DESIRED:
            if name in lines(root / "state"):
                continue
            if name not in lines(root / "intents"):
                self.append(root, effects, "intents", f"\n{name}")
                self.create(root, effects, name)
            elif name not in lines(root / "store"):
                self.create(root, effects, name)
            self.append(root, effects, "state", f"\n{name}")

    def observe(self, root):
        return {"store": sorted(lines(root / "store")), "state": sorted({*lines(root / "state")} & {*DESIRED})}


class Restless(IntentBefore):
    """Writes although there is nothing to do."""

    def run(self, root, effects):
        super().run(root, effects)
        self.append(root, effects, "log", "done")


class Ruthless(IntentBefore):
    """Cleans up after a stop, and takes away what is not its own."""

    def run(self, root, effects):
        if lines(root / "intents") and len(lines(root / "store")) < len(DESIRED):
            kept = [name for name in lines(root / "store") if name in DESIRED]
            effects.run("clean", lambda: (root / "store").write_text("".join(f"{name}\n" for name in kept)))
        super().run(root, effects)


class Helpless(IntentBefore):
    """Gives up where it finds a torn line."""

    def run(self, root, effects):
        torn = (root / "state").exists() and not (root / "state").read_text().endswith("\n")
        if torn:
            raise ValueError("torn")
        super().run(root, effects)


class Moody(IntentBefore):
    """Takes a longer way the first time, so that its moments mean nothing."""

    def run(self, root, effects):
        super().run(root, effects)
        if root.name == "clean":
            effects.run("once", lambda: None)


def enumerated(toy, tmp_path, **options):
    return enumerate_crashes(toy, tmp_path / toy.name, **options)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_a_right_engine_has_no_bad_moment(tmp_path, workers):
    report = enumerated(IntentBefore(), tmp_path, workers=workers)
    assert report.moments == report.points == len(DESIRED) * 8
    assert report.problems == []


def test_journal_after_success_is_caught_at_three_moments_per_create(tmp_path):
    report = enumerated(JournalAfter(), tmp_path)
    stops = sorted(problem.stops[0] for problem in report.problems)
    assert stops == sorted(
        [f"after create {name}" for name in DESIRED] + ["before state:append", "torn state:append"] * 3
    )
    assert all("/store should be" in problem.what for problem in report.problems)


def test_pairs_are_tried_from_where_the_first_stop_left_off(tmp_path):
    report = enumerated(IntentBefore(), tmp_path, depth=2)
    assert report.points > report.moments**2 / 3
    assert report.problems == []
    assert any(len(problem.stops) == 2 for problem in enumerated(JournalAfter(), tmp_path, depth=2).problems)


@pytest.mark.parametrize(
    ("toy", "says"),
    [
        (Restless(), "the third run writes: log:append"),
        (Ruthless(), '"foreign"'),
        (Helpless(), "the next run failed: ValueError: torn"),
        (Moody(), "was not stopped there"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_other_wrongs_are_caught_too(tmp_path, toy, says):
    problems = enumerated(toy, tmp_path).problems
    assert any(says in str(problem) for problem in problems), problems


def test_a_scenario_that_fails_undisturbed_is_no_result(tmp_path):
    class Broken(Toy):
        def run(self, root, _effects):
            json.loads(f"no JSON in {root}")

    with pytest.raises(RuntimeError, match="an undisturbed run failed: JSONDecodeError"):
        enumerated(Broken(), tmp_path)
