"""Scenario: a Markdown page of files, commands and their output that is also a test.

A fenced block whose first line names a file (```` ```yaml resources/all.yaml ````) writes that file. A `console`
block holds commands after `$ `, each followed by what it prints, and by `[exit N]` where N is not 0.
Everything else is prose. `replay` runs the page and returns it with the output of this moment, so
that a page that is true comes back as it was.
"""

import os
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from mlplan.state.record import where

Call = Callable[[list[str]], tuple[str, int]]
"""Runs one command and returns what it printed and its exit code."""

FENCE = re.compile(r"^(`{3,})(\S*)[ \t]*(.*)$")
REPLACED = (
    (re.compile(r"sha256:[0-9a-f]{64}"), "sha256:..."),
    (re.compile(rf"(uid \d+|[\w.-]+)@{re.escape(os.uname().nodename)}\b"), "someone@here"),
    (re.compile(rf"{re.escape(where())}(?!\d)"), "process 1"),
)
"""What no page can know beforehand: digests hold the version of mlplan, and who runs it, where."""


class Block(NamedTuple):
    """A part of a page; `fence` is empty for prose."""

    fence: str
    language: str
    name: str
    lines: tuple[str, ...]

    def text(self) -> str:
        """Return the part as it stands in the page."""
        if not self.fence:
            return "\n".join(self.lines)
        head = f"{self.fence}{self.language}{' ' if self.name else ''}{self.name}"
        return "\n".join([head, *self.lines, self.fence])


def parse(page: str) -> Iterator[Block]:
    """Yield the parts of a page in order."""
    prose: list[str] = []
    lines = iter(page.split("\n"))
    for line in lines:
        opened = FENCE.match(line)
        if opened is None:
            prose.append(line)
            continue
        if prose:
            yield Block("", "", "", tuple(prose))
            prose = []
        fence, language, name = opened.groups()
        yield Block(fence, language, name.strip(), tuple(_inside(lines, fence)))
    if prose:
        yield Block("", "", "", tuple(prose))


def replay(page: str, directory: Path, call: Call) -> str:
    """Run a page in `directory` and return it with the output that its commands have now."""
    return "\n".join(_played(block, directory, call).text() for block in parse(page))


def _inside(lines: Iterator[str], fence: str) -> Iterator[str]:
    """Yield the lines up to the end of a fenced block."""
    for line in lines:
        if line.rstrip() == fence:
            return
        yield line
    raise ValueError("a fenced block never ends")


def _played(block: Block, directory: Path, call: Call) -> Block:
    """Write a file, or run a block's commands; prose stays as it is."""
    if block.language == "console":
        return block._replace(lines=tuple(_run(block, call)))
    if block.fence and block.name:
        path = directory / block.name
        if directory.resolve() not in path.resolve().parents:
            raise ValueError(f"{block.name} is not inside of the scenario's directory")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(block.lines) + "\n", encoding="utf-8")
    return block


def _run(block: Block, call: Call) -> Iterator[str]:
    """Yield a console block with the output of its commands."""
    commands = [line for line in block.lines if line.startswith("$ ")]
    if not commands:
        raise ValueError("a console block holds no command")
    for command in commands:
        program, *words = shlex.split(command[2:])
        if program != "mlplan":
            raise ValueError(f"a scenario runs mlplan, not {program}")
        output, code = call(words)
        yield command
        yield from _settled(output).rstrip("\n").split("\n") if output.strip() else ()
        if code:
            yield f"[exit {code}]"


def _settled(output: str) -> str:
    """Return output without what differs from run to run, and without blanks at the ends of lines."""
    for pattern, text in REPLACED:
        output = pattern.sub(text, output)
    return "\n".join(line.rstrip() for line in output.split("\n"))
