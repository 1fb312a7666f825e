"""Diff command: show what differs in meaning between two environments."""

import click

from mlplan.cli.settings import HUMAN, Settings, common_but_environment, pass_settings


@click.command("diff", short_help="Show what differs in meaning between two environments.")
@common_but_environment
@click.option("-e", "--env", "named", multiple=True, metavar="NAME", help="An environment; say it twice.")
@click.option("--all", "names", is_flag=True, help="Show also the names that each of them has for the same thing.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when they differ.")
@pass_settings
def command(settings: Settings, /, *, named: tuple[str, ...], names: bool, detailed_exitcode: bool) -> int:
    """Show what differs in meaning between two environments, from the project's files alone.

    Resources of the same address are each other's counterparts: that one is called staging.ml.model and the other
    prod.ml.model is no difference. What is on the platforms is not looked at: `mlplan drift` does that.
    """
    from mlplan.app.diff import diff, diff_document  # noqa: PLC0415
    from mlplan.render.contrast import contrast_text  # noqa: PLC0415
    from mlplan.render.contrast_markdown import contrast_markdown  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415

    both = [*([settings.environment] if settings.environment else []), *named]
    if len(both) != 2:  # noqa: PLR2004 - this and that
        raise click.UsageError(f"name two environments, as in `mlplan diff -e staging -e prod`; there are {len(both)}")
    found, terminal = diff(settings.request(), *both), settings.terminal()
    if settings.output == "html":
        raise click.UsageError("this has no html form; there are human, json and markdown")
    if settings.output == HUMAN:
        terminal.data(contrast_text(found, terminal.out, names=names))
    elif settings.output == "markdown":
        terminal.data(contrast_markdown(found, names=names))
    else:
        terminal.data(document_text(diff_document(found)))
    return 2 if detailed_exitcode and not found.empty else 0
