"""Local register command: register a model version from a directory that MLflow wrote."""

from pathlib import Path
from typing import Any

import click

from mlplan.cli.pairs import datasets, numbers, pairs
from mlplan.cli.settings import Settings, common, pass_settings

STATUSES = ("READY", "PENDING_REGISTRATION", "FAILED_REGISTRATION")


@click.command("register", short_help="Register a model version from a directory that MLflow wrote.")
@common
@click.argument("model", metavar="CATALOG.SCHEMA.NAME")
@click.option(
    "--from", "source", type=click.Path(path_type=Path), required=True, metavar="DIR", help="With an MLmodel."
)
@click.option("--metric", "metrics", multiple=True, callback=numbers, metavar="NAME=NUMBER", help="Its run's metric.")
@click.option("--param", "params", multiple=True, callback=pairs, metavar="NAME=VALUE", help="Its run's parameter.")
@click.option("--tag", "tags", multiple=True, callback=pairs, metavar="NAME=VALUE", help="Its run's tag.")
@click.option("--git-commit", default="", metavar="SHA", help="The commit that it was trained from.")
@click.option(
    "--dataset", "datasets", multiple=True, callback=datasets, metavar="NAME=DIGEST[:CONTEXT]",
    help="Data that its run logged; CONTEXT is what for, such as training.",
)  # fmt: skip
@click.option("--version-tag", multiple=True, callback=pairs, metavar="NAME=VALUE", help="The version's own tag.")
@click.option("--status", type=click.Choice(STATUSES), default=STATUSES[0], show_default=True, help="Of the version.")
@pass_settings
def command(
    settings: Settings, /, *, model: str, source: Path, version_tag: dict[str, str], status: str, **logged: Any
) -> int:
    """Register the next version of a model, as a training job would, with the run behind it.

    Whether its code was clean stands in the tag that MLflow writes: --tag mlflow.source.git.dirty=false.
    """
    from mlplan.app.local import register  # noqa: PLC0415
    from mlplan.providers.local.register import Logged  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415

    made = register(settings.request(), model, source, Logged(**logged), version_tag, status)
    text = document_text(made.document()) if settings.json else f"Registered {made.full_name} version {made.version}.\n"
    settings.terminal().data(text)
    return 0
