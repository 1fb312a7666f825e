"""Completion command: print the completion script of a shell."""

import click

from mlplan.cli.settings import Settings, common, pass_settings

HINTS = {
    "bash": 'add to ~/.bashrc:  eval "$(mlplan completion bash)"',
    "zsh": 'add to ~/.zshrc:  eval "$(mlplan completion zsh)"',
    "fish": "run once:  mlplan completion fish > ~/.config/fish/completions/mlplan.fish",
}


@click.command("completion", short_help="Print the completion script of a shell.")
@common
@click.argument("shell", type=click.Choice(list(HINTS)))
@pass_settings
def command(settings: Settings, *, shell: str) -> int:
    """Print the completion script of a shell."""
    from click.shell_completion import get_completion_class  # noqa: PLC0415

    from mlplan.cli.root import root  # noqa: PLC0415

    found = get_completion_class(shell)
    assert found is not None, shell
    terminal = settings.terminal()
    terminal.data(f"# {HINTS[shell]}\n{found(root, {}, 'mlplan', '_MLPLAN_COMPLETE').source()}\n")
    return 0
