"""Local register command: register a model version from a directory that MLflow wrote."""

from pathlib import Path

import click

from mlplan.cli.pairs import numbers, pairs
from mlplan.cli.settings import Settings, common, pass_settings


@click.command("register", short_help="Register a model version from a directory that MLflow wrote.")
@common
@click.argument("model", metavar="CATALOG.SCHEMA.NAME")
@click.option(
    "--from", "source", type=click.Path(path_type=Path), required=True, metavar="DIR", help="With an MLmodel."
)
@click.option("--metric", multiple=True, callback=numbers, metavar="NAME=NUMBER", help="A metric of its run.")
@click.option("--param", multiple=True, callback=pairs, metavar="NAME=VALUE", help="A parameter of its run.")
@click.option("--tag", multiple=True, callback=pairs, metavar="NAME=VALUE", help="A tag of its run.")
@click.option("--git-commit", default="", metavar="SHA", help="The commit that it was trained from.")
@pass_settings
def command(
    settings: Settings,
    *,
    model: str,
    source: Path,
    metric: dict[str, float],
    param: dict[str, str],
    tag: dict[str, str],
    git_commit: str,
) -> int:
    """Register the next version of a model, as a training job would, with the run behind it."""
    from mlplan.app.local import register  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415

    made = register(settings.request(), model, source, metric, param, tag, git_commit)
    text = document_text(made.document()) if settings.json else f"Registered {made.full_name} version {made.version}.\n"
    settings.terminal().data(text)
    return 0
