"""Init command: write a small working project to start from."""

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("init", short_help="Write a small working project to start from.")
@common
@pass_settings
def command(settings: Settings) -> int:
    """Write a small working project to start from.

    Nothing is overwritten: when one of its files is there already, nothing is written at all.
    """
    from mlplan.app.init import init  # noqa: PLC0415

    made = init(settings.directory, settings.effects)
    lines = [f"Project {made.project} is ready:", *(f"  {name}" for name in made.files), "", "Next:"]
    lines += ["  mlplan plan     shows what would be made", "  mlplan apply    makes it"]
    settings.terminal().data("\n".join(lines) + "\n")
    return 0
