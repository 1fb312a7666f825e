"""Policy test command: run the tests of the project's rules."""

from pathlib import Path

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("test", short_help="Run the tests of the project's rules.")
@common
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@pass_settings
def command(settings: Settings, *, files: tuple[Path, ...]) -> int:
    """Judge the plans in FILES, and compare with what they expect; exit with 1 when something differs.

    Without FILES: the file beside the policy, policy_test.yaml for policy.yaml.
    """
    from mlplan.app.policy_test import tested  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415
    from mlplan.render.rules import outcomes_text  # noqa: PLC0415

    found, terminal = tested(settings.request(), files), settings.terminal()
    if settings.json:
        terminal.data(document_text({"format_version": "1.0", "cases": [one.as_json() for one in found]}))
    else:
        terminal.data(outcomes_text(found, terminal.out))
    return 1 if any(one.differences for one in found) else 0
