"""Editing: what the commands that change a version in the project's files share: words, difference, plan, exit code."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mlplan.cli.outcome import outcome
from mlplan.cli.scope import options_of
from mlplan.cli.settings import Settings

if TYPE_CHECKING:
    from mlplan.app.editing import Edited
    from mlplan.app.session import Request
    from mlplan.cli.terminal import Terminal

F = TypeVar("F", bound=Callable[..., Any])
A_DAY = 86_400.0


def editing(command: F) -> F:
    """Add the options of a command that edits a version."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def alias_in(words: tuple[str, ...], rest: str) -> tuple[str, str, tuple[str, ...]]:
    """Return the model, the alias and what follows; both stand in one word or in two. UsageError for too few."""
    from mlplan.app.aliases import named  # noqa: PLC0415

    model, alias = named(words[0])
    more = words[1:] if alias else words[2:]
    alias = alias or "".join(words[1:2])
    if not model or not alias or words[0].endswith("@"):
        raise click.UsageError(f"name MODEL ALIAS or MODEL@ALIAS{rest}")
    return model, alias, more


def version_in(word: str) -> int:
    """Return the version that a word names: 7, or v7 as plans write it; UsageError when it names none."""
    digits = word.removeprefix("v")
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits[:19]) < 10**18):
        raise click.UsageError(f"{word!r} is not a version such as 7")
    return int(digits)


def run(
    settings: Settings, work: "Callable[[Request], Edited]", *, parallelism: int | None, dry_run: bool, detailed: bool
) -> int:
    """Edit, show what changed, then plan what the alias does, and return the exit code of that plan."""
    from mlplan.render.json import document_text  # noqa: PLC0415

    request, terminal = settings.request(parallelism), settings.terminal()
    made = work(request)
    if not settings.json:
        _tell(terminal, made)
    shown, code = (None, 2 if detailed and made.lines else 0) if dry_run else _plan(settings, request, made, detailed)
    if settings.json:
        terminal.data(document_text({"format_version": "1.0", "edit": made.document(), "plan": shown}))
    return code


def _tell(terminal: "Terminal", made: "Edited") -> None:
    """Show what was edited, and say where and why."""
    from mlplan.render.difference import difference_text  # noqa: PLC0415
    from mlplan.render.escape import visible  # noqa: PLC0415

    if made.why:
        terminal.say(f"{visible(made.why)}.\n")
    if not made.lines:
        terminal.say(f"{visible(made.id)} is v{made.after} in {visible(made.file)} already.\n")
    if made.over:
        terminal.say(
            f"{visible(made.over)} is for every environment; {visible(made.file)} overrides it for this one.\n"
        )
    terminal.data(difference_text(made.lines, terminal.out))


def _plan(settings: Settings, request: "Request", made: "Edited", detailed: bool) -> tuple[dict[str, Any] | None, int]:  # noqa: FBT001
    """Plan the move of the alias, and show it unless a document is wanted."""
    from mlplan.app.document import plan_document  # noqa: PLC0415
    from mlplan.app.plan import plan  # noqa: PLC0415
    from mlplan.render.escape import visible  # noqa: PLC0415
    from mlplan.render.human import plan_text  # noqa: PLC0415

    found = plan(request, options_of({"target": (made.address,), "parallelism": request.parallelism}))
    code = outcome(found, detailed=detailed)
    if settings.json:
        return plan_document(found, settings.variables, settings.effects.clock.now(), A_DAY), code
    terminal = settings.terminal()
    terminal.data(("\n" if made.lines else "") + plan_text(found.plan, found.heading(), terminal.out, found.review()))
    if made.written:
        terminal.say(f"\n{_next(visible(made.file), found.declaration.environment.name, code)}\n")
    return None, code


def _next(file: str, environment: str, code: int) -> str:
    """Return what to do after an edit."""
    if code in (0, 2):
        return f"{file} is edited. Once it is merged: mlplan apply -e {environment}"
    return f"{file} is edited all the same; `git checkout {file}` takes that back."


_OPTIONS = (
    click.option("--dry-run", is_flag=True, help="Print the edit alone: no file is written, nothing is planned."),
    click.option("--parallelism", type=click.IntRange(1, 256), metavar="N", help="Calls at the same time."),
    click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there are changes."),
)
