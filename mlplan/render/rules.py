"""Rules: the list of a project's rules, and what became of their tests, as text."""

from collections.abc import Sequence
from typing import Protocol

from mlplan.core.policy import Level
from mlplan.render.colour import PLAIN, Palette, Role
from mlplan.render.escape import visible
from mlplan.render.words import count

ROLES: dict[Level, Role] = {"deny": "bad", "warn": "warn", "off": "faint"}


class Listed(Protocol):
    """A rule as the list shows it."""

    @property
    def code(self) -> str:
        """Return its code."""

    @property
    def title(self) -> str:
        """Return what it wants."""

    @property
    def subject(self) -> str:
        """Return what it looks at."""

    @property
    def level(self) -> Level:
        """Return what a failure means."""

    @property
    def origin(self) -> str:
        """Return who says so."""


class Run(Protocol):
    """A test that was run."""

    @property
    def name(self) -> str:
        """Return what it shows."""

    @property
    def differences(self) -> list[str]:
        """Return what came otherwise than expected."""


def rules_text(rules: Sequence[Listed], environment: str, palette: Palette = PLAIN) -> str:
    """Return every rule on a line: code, level, who set it, what it looks at and what it wants."""
    width = max((len(one.code) for one in rules), default=4)
    made = [f"Rules in {visible(environment)}"]
    made += [palette.paint("faint", f"  {'code':<{width}}  level  set by   about      what it wants")] if rules else []
    for one in rules:
        level = palette.paint(ROLES[one.level], f"{one.level:<4}")
        made.append(f"  {one.code:<{width}}  {level}   {one.origin:<7}  {one.subject:<9}  {visible(one.title)}")
    on = sum(one.level != "off" for one in rules)
    return "\n".join([*made, "", f"{on} of {count(len(rules), 'rule')} on; `mlplan explain CODE` tells more.", ""])


def outcomes_text(tests: Sequence[Run], palette: Palette = PLAIN) -> str:
    """Return every test with what came otherwise than expected, then their number."""
    made = []
    for one in tests:
        word = palette.paint("bad", "failed") if one.differences else palette.paint("good", "passed")
        made.append(f"{word}  {visible(one.name)}")
        made += [f"        {visible(line)}" for line in one.differences]
    bad = sum(bool(one.differences) for one in tests)
    return "\n".join([*made, "", f"{len(tests) - bad} passed, {bad} failed", ""])
