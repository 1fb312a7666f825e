"""Past: what the ledgers of a project tell about the versions of a model: who held which alias, here and elsewhere."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from mlplan.app.session import Session
from mlplan.core.change import Change
from mlplan.core.evidence import VersionEvidence
from mlplan.core.ledger import ALIAS, Held, Ledger, Record, holders, returns
from mlplan.core.values import Values

LAST = 10
"""So many holders of an alias are told."""


class Past:
    """The ledger of one environment, and those of the others, where a version may have been before.

    A ledger that cannot be trusted tells nothing: what would follow from it is then unknown, and not good.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def move(self, change: Change, to: int) -> str:
        """Return which sort of move an alias makes; forth again to what a rollback left is a promotion."""
        if change.actual is None:
            return "first"
        if all(one.cause == "drift" for one in change.fields if one.path == ("version",)):
            return "put back"
        return "rollback" if self.returns(change.id, to) else "promotion"

    def returns(self, alias_id: str, version: int) -> bool:
        """Tell whether an alias goes back to a version that held it before."""
        return returns(self._records, alias_id, version)

    def history(self, alias_id: str) -> list[Values]:
        """Return which versions held an alias, oldest first."""
        return [_told(one) for one in holders(self._records, alias_id)[-LAST:]]

    def held(self, model: str, version: int) -> list[Values] | None:
        """Return the aliases that a version has had in this environment; None when the ledger cannot be trusted."""
        if self._ledger.damage:
            return None
        return [_as(name, one) for name, one in _all(self._records, model) if one.version == version and one.since]

    def origin(self, version: VersionEvidence | None) -> Values | None:
        """Return the same version in another environment, and the aliases that it has had there."""
        if version is None:
            return None
        for name, records in self._elsewhere.items():
            known = ((alias, one) for alias, one in _all(records) if one.since)
            found = [(alias, one, how) for alias, one in known if (how := _matches(one, version))]
            if found:
                model, number = found[-1][0].partition("@")[0], found[-1][1].version
                held = [_as(alias.partition("@")[2], one) for alias, one, _ in found if alias.startswith(f"{model}@")]
                return {
                    "environment": name,
                    "model": model,
                    "version": number,
                    "held": held,
                    "matched_by": found[-1][2],
                }
        return None

    @cached_property
    def _ledger(self) -> Ledger:
        """Return the ledger of this environment."""
        return self._session.ledger()

    @cached_property
    def _records(self) -> list[Record]:
        """Return the records of this environment, as far as they can be trusted."""
        return [] if self._ledger.damage else self._ledger.shown

    @cached_property
    def _elsewhere(self) -> dict[str, list[Record]]:
        """Return the records of the other environments, as far as they can be trusted."""
        ledgers = self._session.ledgers_elsewhere()
        return {name: [] if ledger.damage else ledger.shown for name, ledger in ledgers.items()}


def _all(records: Iterable[Record], model: str = "") -> Iterator[tuple[str, Held]]:
    """Yield every holder of every alias: by the alias's id, or of one model by its name."""
    found = list(records)
    for alias in dict.fromkeys(one.id for one in found if one.kind == ALIAS):
        of, _, name = alias.partition("@")
        if model in ("", of):
            yield from ((name if model else alias, one) for one in holders(found, alias))


def _matches(held: Held, version: VersionEvidence) -> str:
    """Return by what a version that held an alias elsewhere is the same; nothing when it is another."""
    if held.run_id and held.run_id == version.run_id:
        return "run"
    return "digest" if held.digest and held.digest == version.digest else ""


def _as(alias: str, held: Held) -> Values:
    """Return a hold as one of the aliases of its version."""
    told = held.as_json()
    return {"alias": alias, "since": told["since"], "until": told["until"]}


def _told(held: Held) -> Values:
    """Return a hold as one of the versions of its alias."""
    told = held.as_json()
    return {name: told[name] for name in ("version", "since", "until", "by")}
