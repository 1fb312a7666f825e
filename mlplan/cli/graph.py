"""Graph command: print the resources and what they need as a diagram."""

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("graph", short_help="Print the resources and what they need as a diagram.")
@common
@click.option("--format", "form", type=click.Choice(["mermaid", "dot"]), default="mermaid", help="The notation.")
@pass_settings
def command(settings: Settings, *, form: str) -> int:
    """Print the declared resources and what each needs, as a Mermaid flowchart or for Graphviz."""
    from mlplan.app.graph import graph  # noqa: PLC0415
    from mlplan.render.graph import dot, mermaid  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415

    found = graph(settings.request())
    text = document_text(found) if settings.json else (mermaid if form == "mermaid" else dot)(found)
    settings.terminal().data(text)
    return 0
