"""Snapshot command: record what a plan reads, to plan without the platform."""

from pathlib import Path

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("snapshot", short_help="Record what a plan reads, to plan without the platform.")
@common
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", required=True, help="Where to write it.")
@click.option("--parallelism", type=click.IntRange(1, 256), metavar="N", help="Calls at the same time.")
@pass_settings
def command(settings: Settings, /, *, out: Path, parallelism: int | None) -> int:
    """Record everything that a plan of this project reads, and what a pull request is likely to ask for beside it.

    `mlplan plan --snapshot FILE` then plans without network and without credentials: for pull requests from forks, and
    for tests. The file holds no secret, but names, grants and metrics: keep it where those may be read.
    """
    from mlplan.app.files import write_document  # noqa: PLC0415
    from mlplan.app.snapshot import snapshot  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415
    from mlplan.render.snapshot import snapshot_text  # noqa: PLC0415

    made, terminal = snapshot(settings.request(parallelism)), settings.terminal()
    write_document(settings.effects, out, document_text(made.document), mode=0o644)
    told = {name: made.document[name] for name in ("project", "environment", "created", "digest")} | made.counts()
    terminal.data(document_text(told) if settings.json else snapshot_text(told, str(out), terminal.out))
    return 0
