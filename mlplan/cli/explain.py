"""Explain command: tell more about a code, a kind or a field."""

from dataclasses import asdict

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("explain", short_help="Tell more about a code, a kind or a field.")
@common
@click.argument("name", required=False, metavar="[CODE|KIND|KIND.FIELD]")
@pass_settings
def command(settings: Settings, *, name: str | None) -> int:
    """Tell what a code means and what to do, or how a kind or one of its fields behaves.

    Without an argument: all codes and kinds.
    """
    from mlplan.app.explain import codes, explain  # noqa: PLC0415
    from mlplan.kinds import KINDS  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415
    from mlplan.render.page import index_text, page_text  # noqa: PLC0415

    terminal = settings.terminal()
    if name is None:
        listed = {"format_version": "1.0", "codes": codes(), "kinds": list(KINDS)}
        terminal.data(document_text(listed) if settings.json else index_text(codes(), KINDS))
        return 0
    page = explain(name)
    told = {"format_version": "1.0", **asdict(page)}
    text = page_text(page.title, page.text, page.facts, page.fields, terminal.out)
    terminal.data(document_text(told) if settings.json else text)
    return 0
