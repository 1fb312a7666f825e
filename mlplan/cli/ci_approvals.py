"""CI approvals command: find out who approved a plan."""

from pathlib import Path

import click

from mlplan.cli.ci_options import author_option, opened, pull_option
from mlplan.cli.settings import Settings, common, pass_settings


@click.command("approvals", short_help="Find out who approved a plan, and whether that is enough.")
@common
@pull_option
@author_option
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the record that apply takes.")
@click.argument("file", type=click.Path(path_type=Path))
@pass_settings
def command(settings: Settings, *, file: Path, out: Path | None, pull: int | None, author: str) -> int:
    """Find out who approved the pull request of a plan, and exit with 6 when that is not enough.

    A person's last word counts, when it is about the last commit, was said after the plan was made, and the person wrote no
    part of it. Needs the permissions
    `pull-requests: read` and `contents: read`; who is in a team only a token that may read members can tell.
    """
    from mlplan.app.ci.approvals import approvals  # noqa: PLC0415
    from mlplan.app.files import write_document  # noqa: PLC0415
    from mlplan.app.saved import read_plan  # noqa: PLC0415
    from mlplan.render.approvals import missing, record_text  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415

    document, terminal, as_document = read_plan(file), settings.terminal(), settings.json
    with opened(settings) as github:
        record = approvals(github, document, pull, author, settings.effects.clock.now())
    if out:
        write_document(settings.effects, out, document_text(record))
    terminal.data(document_text(record) if as_document else record_text(record, terminal.out))
    return 6 if any(missing(one) for one in record["approvals"]) else 0
