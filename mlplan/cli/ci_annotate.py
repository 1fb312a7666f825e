"""CI annotate command: show findings beside the lines that they are about."""

from pathlib import Path

import click

from mlplan.cli.ci_options import teller
from mlplan.cli.settings import Settings, common, pass_settings


@click.command("annotate", short_help="Show findings beside the lines that they are about.")
@common
@click.option("--prefix", default="", metavar="DIR", help="Where the project is in the repository, if not at its top.")
@click.argument("file", type=click.Path(path_type=Path))
@pass_settings
def command(settings: Settings, *, prefix: str, file: Path) -> int:
    """Print the findings of a saved plan, or of `validate -o json`, as commands that GitHub shows as annotations.

    It needs no token.
    """
    from mlplan.app.ci.annotate import annotations  # noqa: PLC0415

    tell = teller(settings)
    found = annotations(file, prefix)
    tell("".join(f"{line}\n" for line in found), annotations=found)
    return 0
