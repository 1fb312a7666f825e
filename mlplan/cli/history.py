"""History command: show who moved what and when, and which version held an alias at a time."""

import click

from mlplan.cli.settings import Settings, common, pass_settings

VERIFY, EXPORT = "verify", "export"


@click.command("history", short_help="Show who changed what and when, from the ledger.")
@common
@click.argument("model", required=False, metavar="[MODEL")
@click.argument("alias", required=False, metavar="[ALIAS]] | verify | export")
@click.option("--at", "time", metavar="TIME", help="Tell which version held the alias then.")
@click.option(
    "--limit", type=click.IntRange(0), default=50, metavar="N", help="Only the last N records (50); 0 for all."
)
@pass_settings
def command(settings: Settings, *, model: str | None, alias: str | None, time: str | None, limit: int) -> int:
    """Show every step of every apply, or those about a model or one of its aliases.

    MODEL is a key, an address or a full name. `history --at TIME MODEL ALIAS` tells which version held the
    alias at a time; `history verify` checks that no record was changed or taken out; `history export` prints the
    ledger as JSON Lines, byte for byte, each line with the checksum of the one before.
    """
    from mlplan.app.history import held_at, history  # noqa: PLC0415
    from mlplan.cli.ledger import export, verify  # noqa: PLC0415
    from mlplan.render.history import held_text, history_text  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415

    terminal = settings.terminal()
    if model in (VERIFY, EXPORT):
        if alias is not None or time is not None:
            raise click.UsageError(f"`history {model}` takes no more words: it is about the whole ledger")
        return verify(settings) if model == VERIFY else export(settings)
    if time is not None:
        if model is None:
            raise click.UsageError("--at TIME needs a MODEL and an ALIAS")
        then = held_at(settings.request(), time, model, alias or "")
        text = held_text(then.id, then.time, then.held, then.begins)
        terminal.data(document_text(then.document()) if settings.json else text)
        return 0
    found = history(settings.request(), model or "", alias or "")
    text = history_text(found.records, found.model, limit, terminal.out)
    terminal.data(document_text(found.document()) if settings.json else text)
    terminal.findings(found.diagnostics)
    return 1 if found.diagnostics else 0
