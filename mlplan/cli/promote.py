"""Promote command: point an alias at a version, in the project's files."""

import click

from mlplan.cli.editing import alias_in, editing, run, version_in
from mlplan.cli.settings import Settings, common, pass_settings


@click.command("promote", short_help="Point an alias at another version, in the project's files.")
@common
@editing
@click.option(
    "--from", "source", metavar="SOURCE", help="The same version as CATALOG.SCHEMA.MODEL@ALIAS (or /VERSION)."
)
@click.argument("words", nargs=-1, required=True, metavar="MODEL ALIAS [VERSION]")
@pass_settings
def command(
    settings: Settings,
    /,
    *,
    words: tuple[str, ...],
    source: str | None,
    dry_run: bool,
    parallelism: int | None,
    detailed_exitcode: bool,
) -> int:
    """Point an alias at a version, in the project's files, and show the plan of that.

    One value changes in one file: in environments/NAME.yaml, if several environments share the other one. The
    platform is changed by `mlplan apply`. MODEL is the model's key or its full name; MODEL@ALIAS, or the alias's
    address, is one word for both.
    """
    from mlplan.app.promote import promote, promote_from  # noqa: PLC0415

    model, alias, rest = alias_in(words, ", then VERSION or --from SOURCE")
    if not rest and not source:
        raise click.UsageError(f"to which VERSION of {model} shall {alias} point? Name it last, or --from SOURCE")
    if rest[0 if source else 1 :]:
        raise click.UsageError(f"{rest[-1]!r} is one word too many after MODEL ALIAS")
    if source:
        return run(
            settings,
            lambda request: promote_from(request, model, alias, source, dry_run=dry_run),
            parallelism=parallelism, dry_run=dry_run, detailed=detailed_exitcode,
        )  # fmt: skip
    version = version_in(rest[0])
    return run(
        settings,
        lambda request: promote(request, model, alias, version, dry_run=dry_run),
        parallelism=parallelism, dry_run=dry_run, detailed=detailed_exitcode,
    )  # fmt: skip
