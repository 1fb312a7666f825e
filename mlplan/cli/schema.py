"""Schema command: print or write the JSON Schemas of files and documents."""

from pathlib import Path

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("schema", short_help="Print or write the JSON Schemas of files and documents.")
@common
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Write all of them here.")
@click.argument("name", required=False)
@pass_settings
def command(settings: Settings, *, out: Path | None, name: str | None) -> int:
    """Print the schema of NAME, or their names; editors read them for completion and checks."""
    from mlplan.app import schema  # noqa: PLC0415
    from mlplan.render.json import schema_text  # noqa: PLC0415

    terminal = settings.terminal()
    if out is not None:
        for written in schema.write(settings.effects, out):
            terminal.say(f"{out / written}\n")
    elif name is not None:
        terminal.data(schema_text(schema.one(name)))
    else:
        terminal.data("".join(f"{known.removesuffix('.schema.json')}\n" for known in schema.documents()))
    return 0
