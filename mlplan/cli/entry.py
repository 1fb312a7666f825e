"""Entry: run the command line once and turn whatever happens into output and an exit code."""

import os
from collections.abc import Sequence

import click

from mlplan.cli.root import root
from mlplan.cli.settings import Settings
from mlplan.cli.terminal import Terminal
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import MlplanError

DEBUG = "MLPLAN_DEBUG"


def run(arguments: Sequence[str], settings: Settings | None = None) -> int:
    """Return the exit code of one command; `settings` are what its options start from."""
    terminal = Terminal(colour="--no-color" not in arguments)
    try:
        code = root.main(list(arguments), prog_name="mlplan", standalone_mode=False, obj=settings)
    except click.ClickException as error:
        return _usage(error, terminal)
    except (click.Abort, KeyboardInterrupt):
        terminal.say("\nstopped\n")
        return 1
    except MlplanError as error:
        return _failed(error, terminal)
    except Exception as error:  # noqa: BLE001 - the last place where a bug can be told apart from a mistake
        return _bug(error, terminal)
    return code if isinstance(code, int) else 0


def _usage(error: click.ClickException, terminal: Terminal) -> int:
    """Report wrong words on the command line; click's own exit code 2 would mean `changes present`."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "mlplan"
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        terminal.say(f"{error.format_message()}\n")
        return 1
    summary = error.format_message().rstrip(".")
    found = Diagnostic("MLE700", summary[:1].lower() + summary[1:], hint=f"`{path} --help` lists what can be said")
    terminal.findings([found])
    return 1


def _failed(error: MlplanError, terminal: Terminal) -> int:
    """Report what ended the command, with the code that its class stands for."""
    if DEBUG in os.environ:
        _traceback(error, terminal)
    terminal.findings(error.diagnostics())
    return error.exit_code


def _bug(error: Exception, terminal: Terminal) -> int:
    """Report a bug of mlplan; the traceback may hold values, so it is shown only when asked for."""
    if DEBUG in os.environ:
        _traceback(error, terminal)
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{os.path.basename(place.tb_frame.f_code.co_filename)}:{place.tb_lineno}" if place else "?"  # noqa: PTH119
    summary = f"mlplan has a bug: {type(error).__name__} at {where}"
    hint = f"run again with {DEBUG}=1 and report the traceback; state is safe, and the next run goes on from it"
    terminal.findings([Diagnostic("MLE900", summary, hint=hint)])
    return 1


def _traceback(error: BaseException, terminal: Terminal) -> None:
    """Write the traceback, control characters made visible."""
    import traceback  # noqa: PLC0415 - only a person who debugs needs it

    from mlplan.render.escape import block  # noqa: PLC0415

    terminal.say(block("".join(traceback.format_exception(error))))
