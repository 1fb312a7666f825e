"""State rebuild command: make lost state anew from what is declared and from the markers that objects carry."""

import click

from mlplan.cli.patience import patience
from mlplan.cli.settings import Settings, common, pass_settings


@click.command("rebuild", short_help="Make lost state anew from the markers that objects carry.")
@common
@patience
@click.option(
    "--adopt", multiple=True, metavar="ADDRESS", help="Take in this too, though nothing says that it is ours."
)
@click.option("--dry-run", is_flag=True, help="Only show what would be taken in.")
@click.option("--auto-approve", is_flag=True, help="Do not ask; needed where there is no terminal.")
@pass_settings
def command(settings: Settings, *, adopt: tuple[str, ...], dry_run: bool, auto_approve: bool) -> int:
    """Make lost state anew from what is declared and from the markers that objects carry.

    Objects that carry the marker of this project and environment are taken in, declared or not; what
    is declared and has no marker is taken in with --adopt (patterns work: '*' is all of it). Nothing
    on the platform changes: the next plan shows what differs. Where there is state, it is refused.
    """
    from mlplan.app.rebuild import Rebuilding, preview, rebuild_state  # noqa: PLC0415
    from mlplan.cli.asking import asked  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415
    from mlplan.render.rebuild import rebuild_text  # noqa: PLC0415

    request, terminal, json = settings.request(), settings.terminal(), settings.json

    def agrees(made: Rebuilding) -> bool:
        if not json:
            terminal.data(rebuild_text(made.heading, made.found, terminal.out))
        if dry_run or not made.found.taken:
            return False
        where = f"{made.heading.project} · {made.heading.environment}"
        instead = "look at it with --dry-run, then give --auto-approve"
        return auto_approve or asked(terminal, f"Take this into the state of {where}?", instead)

    made = preview(request, adopt, agrees) if dry_run else rebuild_state(request, adopt, agrees)
    if json:
        terminal.data(document_text(made.document()))
    elif made.written:
        terminal.say(f"\nWritten as state serial {made.state.serial}; see what differs with: mlplan plan\n")
    elif made.found.taken and not dry_run:
        terminal.say("Declined; nothing was written.\n")
    return int(bool(made.found.taken) and not (made.written or dry_run))
