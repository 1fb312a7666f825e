"""History: what the ledger of one environment tells: who moved what, when, and what held an alias then."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mlplan.app.aliases import MODEL, aliases_of, full_name, knows, named
from mlplan.app.document import moment as written
from mlplan.app.session import Request, Session
from mlplan.app.suggest import nearest
from mlplan.core.declaration import Declaration
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.core.ledger import ALIAS, Held, Ledger, Record, at, holders
from mlplan.core.values import Values

SHOWN = 20
"""Findings of a damaged ledger that are worth reading."""


@dataclass(slots=True)
class History:
    """The ledger, or the part of it that is about one model or one of its aliases."""

    declaration: Declaration
    ledger: Ledger
    model: str = ""
    """Full name; empty for everything."""
    alias: str = ""

    @property
    def id(self) -> str:
        """Return the alias as the ledger knows it."""
        return f"{self.model}@{self.alias.lower()}"

    @property
    def records(self) -> list[Record]:
        """Return the records that were asked for, oldest first."""
        return [one for one in self.ledger.shown if self._asked(one)]

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """Return what is wrong with the ledger."""
        return findings(self.ledger)

    def document(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        made = head(self.declaration) | {"model": self.model or None, "alias": self.alias or None}
        if self.alias:
            made["held"] = [one.as_json() for one in holders(self.ledger.shown, self.id)]
        made["records"] = [one._asdict() for one in self.records]
        return {**made, "diagnostics": [one.as_json() for one in self.diagnostics]}

    def _asked(self, one: Record) -> bool:
        """Tell whether a record is about what was asked for."""
        if self.alias:
            return one.id == self.id and one.kind == ALIAS
        return not self.model or one.id == self.model or (one.kind == ALIAS and one.id.startswith(f"{self.model}@"))


@dataclass(slots=True)
class Moment:
    """What held an alias at a time."""

    declaration: Declaration
    id: str
    time: str
    """RFC 3339 in UTC."""
    held: Held | None
    begins: str
    """When the ledger begins; empty when it holds nothing."""

    def document(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        model, _, alias = self.id.partition("@")
        held = self.held.as_json() if self.held else None
        return head(self.declaration) | {"model": model, "alias": alias, "at": self.time, "held": held}


@dataclass(slots=True)
class Verified:
    """Whether a ledger is whole."""

    declaration: Declaration
    ledger: Ledger

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """Return what is wrong with it; nothing when it is whole."""
        return findings(self.ledger)

    @property
    def end(self) -> Values:
        """Return number and checksum of the last record, which are worth noting elsewhere."""
        last = self.ledger.shown[-1] if self.ledger.shown else None
        return {"seq": last.seq, "sha256": last.sha256} if last else {"seq": 0, "sha256": ""}

    def document(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        told = {"whole": not self.diagnostics, "records": len(self.ledger.shown), "lost": self.ledger.lost}
        damage = [one._asdict() for one in self.ledger.damage]
        return head(self.declaration) | told | {"end": self.end, "damage": damage}


def history(request: Request, model: str = "", alias: str = "") -> History:
    """Return what was tried in an environment, or of it what is about a model or an alias.

    Mistake for a name that is neither declared nor in the ledger: history outlives what it tells of.
    """
    with Session(request) as session:
        found = History(session.declaration, session.backend.ledger())
    if not model:
        return found
    word, inner = named(model)
    if "@" in model and (not inner or alias):
        hint = "write MODEL ALIAS, or MODEL@ALIAS alone"
        raise Mistake(Diagnostic("MLE624", f"{f'{model} {alias}'.strip()} names no alias", hint=hint))
    found.model, found.alias = full_name(found.declaration, word), inner or alias
    _refuse_unknown(found, word)
    return found


def held_at(request: Request, time: str, model: str, alias: str) -> Moment:
    """Return what held an alias at a time; StateError when the ledger cannot be relied on."""
    moment = moment_of(time)
    if moment > written(request.effects.clock.now()):
        hint = "leave out --at to see what holds it now"
        raise Mistake(Diagnostic("MLE622", f"{moment} is still to come: nobody knows what will hold it", hint=hint))
    found = history(request, model, alias)
    if not found.alias:
        hint = "mlplan history --at TIME MODEL ALIAS"
        raise Mistake(Diagnostic("MLE624", "name the alias: at a time, one version holds one alias", hint=hint))
    records = found.ledger.records()
    begins = records[0].time if records else ""
    return Moment(found.declaration, found.id, moment, at(records, moment, found.id), begins)


def _refuse_unknown(found: History, word: str) -> None:
    """Raise Mistake for a model or an alias of which nothing is known."""
    if found.records:
        return
    seen = found.declaration
    if not knows(seen, found.model) and not any(one.id.startswith(f"{found.model}@") for one in found.ledger.shown):
        keys = [one.address.partition(".")[2] for one in seen.resources.values() if one.kind == MODEL]
        summary = f"{seen.environment.name} neither declares a model {word[:100]} nor has one in its ledger"
        raise Mistake(Diagnostic("MLE340", summary, hint=nearest(word, keys) or "check -e and the name"))
    aliases = [str(one.values["alias"]) for one in aliases_of(seen, found.model)]
    if found.alias and found.alias.lower() not in aliases:
        summary = f"{found.id} is neither declared nor in the ledger"
        raise Mistake(Diagnostic("MLE341", summary, hint=nearest(found.alias, aliases)))


def verified(request: Request) -> Verified:
    """Return whether the ledger of an environment is whole."""
    with Session(request) as session:
        return Verified(session.declaration, session.backend.ledger())


def findings(ledger: Ledger) -> list[Diagnostic]:
    """Return what is wrong with a ledger, the first few things of it."""
    found = [Diagnostic("MLE620", f"{ledger.name}: {one.what}") for one in ledger.damage[:SHOWN]]
    if len(ledger.damage) > SHOWN:
        found[-1] = found[-1]._replace(detail=f"and {len(ledger.damage) - SHOWN} more")
    if ledger.lost:
        which = "record 1 is" if ledger.lost == 1 else f"records 1 to {ledger.lost} are"
        hint = "they were put away or lost as a whole; if there is a backup, put its lines back before these"
        found.append(Diagnostic("MLE621", f"{ledger.name}: {which} not there", hint=hint))
    return found


def moment_of(text: str) -> str:
    """Return a time that a person typed as RFC 3339 in UTC; without an offset it is UTC already."""
    try:
        found = datetime.fromisoformat(text.strip().replace(" UTC", "Z"))
    except ValueError:
        hint = "write it like 2026-01-31T14:00:00Z, 2026-01-31 14:00 (UTC) or 2026-01-31"
        raise Mistake(Diagnostic("MLE622", f"{text[:60]!r} is no time", hint=hint)) from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    try:
        return found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        return "0001-01-01T00:00:00Z" if found.year == 1 else "9999-12-31T23:59:59Z"


def head(declaration: Declaration) -> dict[str, Any]:
    """Return what each of these reports begins with."""
    return {
        "format_version": "1.0",
        "project": declaration.project,
        "environment": declaration.environment.name,
    }
