"""Snapshot: everything that a plan of the project reads, recorded, so that plans can be made where the platform is not."""

from dataclasses import dataclass
from typing import Any

from mlplan import __version__
from mlplan.app.document import FORMAT, digest_of, moment
from mlplan.app.planning import plan_from
from mlplan.app.session import Request, Session
from mlplan.app.snapshot_file import bound
from mlplan.app.snapshot_form import ledger_out, recording_out, state_out
from mlplan.app.snapshot_more import record_more
from mlplan.core.diagnostic import has_errors
from mlplan.core.errors import Mistake
from mlplan.core.recording import Recording
from mlplan.engine.options import Options


@dataclass(slots=True)
class Taken:
    """A snapshot that was made."""

    document: dict[str, Any]
    recording: Recording

    def counts(self) -> dict[str, int]:
        """Return how much there is in it."""
        objects = self.recording.objects
        return {
            "objects": sum(found is not None for found in objects.values()),
            "absent": sum(found is None for found in objects.values()),
            "unreadable": len(self.recording.unreadable) + len(self.recording.unread),
            "versions": sum(found is not None for found in self.recording.versions.values()),
            "models": len(self.recording.listed),
            "groups": len(self.recording.groups()),
            "left_out": self.document["left_out"],
        }


def snapshot(request: Request) -> Taken:
    """Return a snapshot of what is there now; nothing is written."""
    from mlplan.providers.recording import recording  # noqa: PLC0415 - reading a snapshot records nothing

    with Session(request) as session:
        state = session.read_state()
        session.provider, into = recording(session.provider)
        planned = plan_from(session, state, Options(parallelism=request.parallelism))
        if has_errors(planned.plan.diagnostics) and not planned.plan.objects:
            raise Mistake(*planned.plan.diagnostics)  # nothing was read that a plan could be made from
        left = record_more(session, into)
        seen = session.declaration
        ledgers = {seen.environment.name: session.ledger(), **session.ledgers_elsewhere()}
        document: dict[str, Any] = {
            "format_version": FORMAT,
            "tool": {"name": "mlplan", "version": __version__},
            "project": seen.project,
            "environment": seen.environment.name,
            "bound": bound(seen),
            **state_out(state),
            "ledgers": [ledger_out(name, ledger) for name, ledger in sorted(ledgers.items())],
            **recording_out(into),
            "left_out": left,
            "created": moment(session.effects.clock.now()),
        }
        document["digest"] = digest_of(document)
        return Taken(document, into)
