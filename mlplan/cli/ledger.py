"""Ledger: what `mlplan history` does with the ledger as a whole: check it, print it."""

from mlplan.cli.settings import Settings


def verify(settings: Settings) -> int:
    """Check the ledger."""
    from mlplan.app.history import verified  # noqa: PLC0415
    from mlplan.render.history import verified_text  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415

    found, terminal = verified(settings.request()), settings.terminal()
    if settings.json:
        terminal.data(document_text(found.document()))
    elif not found.diagnostics:
        terminal.data(verified_text(len(found.ledger.shown), found.end, terminal.out))
    terminal.findings(found.diagnostics)
    return 1 if found.diagnostics else 0


def export(settings: Settings) -> int:
    """Print the lines of the ledger."""
    from mlplan.app.history import verified  # noqa: PLC0415
    from mlplan.core.chain import line_of  # noqa: PLC0415

    found, terminal = verified(settings.request()), settings.terminal()
    for record in found.ledger.shown:
        terminal.data(line_of(record).decode("ascii"))
    terminal.findings(found.diagnostics)
    return 1 if found.diagnostics else 0
