"""Rollback command: point an alias back at the version before, in the project's files."""

import click

from mlplan.cli.editing import alias_in, editing, run, version_in
from mlplan.cli.settings import Settings, common, pass_settings


@click.command("rollback", short_help="Point an alias back at the version before, in the project's files.")
@common
@editing
@click.option("--to", metavar="VERSION", help="This version; without it, the one that the ledger knows.")
@click.argument("words", nargs=-1, required=True, metavar="MODEL ALIAS")
@pass_settings
def command(
    settings: Settings,
    /,
    *,
    words: tuple[str, ...],
    to: str | None,
    dry_run: bool,
    parallelism: int | None,
    detailed_exitcode: bool,
) -> int:
    """Point an alias back at the version that held it before, in the project's files, and show the plan of that.

    The ledger knows which version that was; one that was left by a rollback is passed over. The platform is changed
    by `mlplan apply`. MODEL is the model's key or its full name; MODEL@ALIAS is one word for both.
    """
    from mlplan.app.rollback import rollback  # noqa: PLC0415

    model, alias, rest = alias_in(words, "")
    if rest:
        raise click.UsageError(f"{rest[0]!r} is one word too many; a version goes with --to")
    version = version_in(to) if to else None
    return run(
        settings,
        lambda request: rollback(request, model, alias, version, dry_run=dry_run),
        parallelism=parallelism, dry_run=dry_run, detailed=detailed_exitcode,
    )  # fmt: skip
