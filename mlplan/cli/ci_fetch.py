"""CI fetch command: the plan that was reviewed, after the merge."""

from pathlib import Path

import click

from mlplan.cli.ci_options import author_option, opened, pull_option, teller
from mlplan.cli.settings import Settings, common, pass_settings


@click.command("fetch", short_help="After the merge, fetch the plan that was reviewed.")
@common
@pull_option
@author_option
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", required=True, help="Where to write the plan.")
@click.option(
    "--workflow", default="plan.yml", metavar="NAME", help="The workflow that plans pull requests (plan.yml)."
)
@pass_settings
def command(settings: Settings, *, out: Path, workflow: str, pull: int | None, author: str) -> int:
    """Fetch the plan of the environment that was reviewed in the pull request that was just merged.

    It is the newest artifact mlplan-plan-ENV-COMMIT of the pull request's last commit, kept by the plan workflow of this
    repository, and the comment on the pull request shows its digest; anything else is refused (exit 3). Needs the
    permissions `actions: read`, `pull-requests: read` and `contents: read`.
    """
    from mlplan.app.ci.fetch import Wanted, fetch  # noqa: PLC0415

    tell = teller(settings)
    from mlplan.app.session import Session  # noqa: PLC0415

    with Session(settings.request()) as session:
        seen = session.declaration
    file = workflow if "/" in workflow else f".github/workflows/{workflow}"
    wanted = Wanted(seen.project, seen.environment.name, file, pull, author)
    with opened(settings) as github:
        found = fetch(github, settings.effects, wanted, out)
    plan, number, head = found.document["digest"], found.pull.number, found.pull.head
    text = f"{out}: {plan}, reviewed in pull request {number} at {head[:12]}\n"
    tell(text, pull_request=number, head=head, plan=plan, environment=wanted.environment)
    return 0
