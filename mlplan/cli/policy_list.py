"""Policy list command: list every rule with its level in an environment."""

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("list", short_help="List every rule with its level in an environment.")
@common
@pass_settings
def command(settings: Settings) -> int:
    """List every rule: its level in the environment, and whether the rule itself or the policy file says so."""
    from mlplan.app.policy import listed  # noqa: PLC0415
    from mlplan.render.approvals import listed_text  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415
    from mlplan.render.rules import rules_text  # noqa: PLC0415

    environment, found, approvals = listed(settings.request())
    terminal = settings.terminal()
    if settings.json:
        rules = [one.as_json() for one in found]
        terminal.data(
            document_text({"format_version": "1.0", "environment": environment, "rules": rules, "approvals": approvals})
        )
    else:
        terminal.data(rules_text(found, environment, terminal.out))
        terminal.data(listed_text(approvals, environment, terminal.out))
    return 0
