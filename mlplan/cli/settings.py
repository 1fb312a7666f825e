"""Settings: the options that every command has, before its name or after it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mlplan.cli.terminal import Terminal

if TYPE_CHECKING:
    from mlplan.app.session import Request
    from mlplan.core.effect import Effects

F = TypeVar("F", bound=Callable[..., Any])
HUMAN, JSON = "human", "json"
PLAN_FORMS = (HUMAN, JSON, "markdown", "html")
"""The forms of a plan; everything else is a text or a document."""


def _effects() -> "Effects":
    """Return the machine's own time and chance."""
    from mlplan.core.effect import Effects  # noqa: PLC0415 - `--help` has no effects

    return Effects()


@dataclass(slots=True)
class Settings:
    """What the common options said; the last word counts."""

    directory: Path = Path()
    environment: str | None = None
    output: str = HUMAN
    variables: dict[str, str] = field(default_factory=dict)
    colour: bool = True
    parallelism: int | None = None
    policy: Path | None = None
    effects: "Effects" = field(default_factory=_effects)
    patience: float = 0.0

    @property
    def json(self) -> bool:
        """Tell whether a document is wanted instead of a text; UsageError for the forms that only plans have."""
        if self.output not in (HUMAN, JSON):
            raise click.UsageError(f"this has no {self.output} form; `mlplan plan` and `mlplan show FILE` have")
        return self.output == JSON

    def request(self, parallelism: int | None = None) -> "Request":
        """Return which project and environment the command is about."""
        from mlplan.app.session import Request  # noqa: PLC0415 - `--help` needs no project

        at_once = parallelism or self.parallelism
        made = Request(self.directory, self.environment, self.variables, at_once, self.effects, policy=self.policy)
        return replace(made, patience=self.patience, waits=self._waits) if self.patience else made

    def _waits(self, text: str) -> None:
        """Tell what is waited for."""
        from mlplan.render.escape import visible  # noqa: PLC0415 - most runs wait for nobody

        self.terminal().say(f"{visible(text)}\n")

    def terminal(self) -> Terminal:
        """Return where the command writes."""
        return Terminal(colour=self.colour)


pass_settings = click.make_pass_decorator(Settings, ensure=True)
"""Pass a command its Settings, filled by whichever common options were given."""


def common(command: F) -> F:
    """Add the common options to a command; they fill the Settings that it is passed."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def common_but_environment(command: F) -> F:
    """Add the common options to a command that takes its environments in a way of its own."""
    for option in reversed(_OPTIONS):
        command = command if option is _ENVIRONMENT else option(command)
    return command


def _settings(ctx: click.Context) -> Settings:
    """Return the settings of this call."""
    return ctx.ensure_object(Settings)


def _directory(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    """Take in `--chdir`."""
    if value is not None:
        _settings(ctx).directory = Path(value)


def _environment(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    """Take in `--env`."""
    if value is not None:
        _settings(ctx).environment = value


def _output(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    """Take in `--output`."""
    if value is not None:
        _settings(ctx).output = value


def _no_colour(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    """Take in `--no-color`."""
    if value:
        _settings(ctx).colour = False


def _variables(ctx: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> None:
    """Take in each `--var`."""
    for one in value:
        name, found, text = one.partition("=")
        if not found or not name:
            raise click.BadParameter(f"{one!r} is not NAME=VALUE", ctx=ctx, param=parameter)
        _settings(ctx).variables[name] = text


_ENVIRONMENT = click.option(
    "-e", "--env", metavar="NAME", expose_value=False, callback=_environment, help="The environment."
)
_OPTIONS = (
    click.option(
        "-C", "--chdir", metavar="DIR", expose_value=False, callback=_directory, help="The project's directory."
    ),
    _ENVIRONMENT,
    click.option(
        "-o", "--output", type=click.Choice(PLAN_FORMS), expose_value=False, callback=_output,
        help="A text for people, or a JSON document; plans also as Markdown or a page for browsers.",
    ),
    click.option(
        "--var", multiple=True, metavar="NAME=VALUE", expose_value=False, callback=_variables,
        help="Set a variable of the project; may be repeated.",
    ),
    click.option(
        "--no-color", is_flag=True, expose_value=False, callback=_no_colour,
        help="Print no colours; so does a set NO_COLOR.",
    ),
)  # fmt: skip
