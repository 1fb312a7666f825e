"""Scope: the options that say what a plan is about, and what is agreed to in it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mlplan.cli.settings import Settings

if TYPE_CHECKING:
    from mlplan.app.session import Request
    from mlplan.core.plan import Mode
    from mlplan.engine.options import Options

SAYS = ("target", "exclude", "adopt", "take_over", "allow_destroy", "abort_rollout", "restart_rollout")
"""The options that a saved plan holds."""
F = TypeVar("F", bound=Callable[..., Any])


def scope(command: F) -> F:
    """Add the options of a plan's scope to a command."""
    for option in reversed(_SCOPE):
        command = option(command)
    return command


def consent(command: F) -> F:
    """Add the options that agree to what needs saying."""
    for option in reversed(_CONSENT):
        command = option(command)
    return command


def rollout(command: F) -> F:
    """Add the options that turn a rollout back or begin it anew."""
    for option in reversed(_ROLLOUT):
        command = option(command)
    return command


def source(command: F) -> F:
    """Add the options that say what a plan is made from, if not from the platform and the state."""
    for option in reversed(_SOURCE):
        command = option(command)
    return command


def request_of(settings: Settings, given: dict[str, Any]) -> "Request":
    """Return which project, environment and source a command is about."""
    return replace(settings.request(given["parallelism"]), snapshot=given.get("snapshot"))


def options_of(given: dict[str, Any], mode: "Mode" = "apply") -> "Options":
    """Return the engine's options from those of the command line."""
    from mlplan.engine.options import Options  # noqa: PLC0415 - `--help` needs no engine

    return Options(
        targets=given.get("target", ()),
        excludes=given.get("exclude", ()),
        adopt=frozenset(given.get("adopt", ())),
        take_over=frozenset(given.get("take_over", ())),
        allow_destroy=frozenset(given.get("allow_destroy", ())),
        abort=frozenset(given.get("abort_rollout", ())),
        restart=frozenset(given.get("restart_rollout", ())),
        mode=mode,
        parallelism=given["parallelism"],
    )


def _policy(ctx: click.Context, _parameter: click.Parameter, value: "Path | None") -> None:
    """Take in `--policy`."""
    if value is not None:
        ctx.ensure_object(Settings).policy = value


_SCOPE = (
    click.option(
        "--policy",
        type=click.Path(path_type=Path),
        metavar="FILE|DIR",
        expose_value=False,
        callback=_policy,
        help="The policy that counts, or a project whose policy does: in CI that of the branch that a change goes to.",
    ),
    click.option("--target", multiple=True, metavar="ADDRESS", help="Only this, and what it needs; patterns work."),
    click.option("--exclude", multiple=True, metavar="ADDRESS", help="Everything but this, and what needs it."),
    click.option("--parallelism", type=click.IntRange(1, 256), metavar="N", help="Calls at the same time."),
)
_SOURCE = (
    click.option(
        "--snapshot",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Read this recording, and no platform or state.",
    ),
)
_ROLLOUT = (
    click.option("--abort-rollout", multiple=True, metavar="ADDRESS", help="Return its traffic to the start."),
    click.option("--restart-rollout", multiple=True, metavar="ADDRESS", help="Begin its aborted rollout anew."),
)
_CONSENT = (
    click.option("--adopt", multiple=True, metavar="ADDRESS", help="Take over the object that exists already."),
    click.option("--take-over", multiple=True, metavar="ADDRESS", help="Take it from the project that owns it."),
    click.option("--allow-destroy", multiple=True, metavar="ADDRESS", help="Agree that its object is destroyed."),
)
