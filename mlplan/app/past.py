"""Past: what the ledgers of a project tell about the versions of a model: who held which alias, here and elsewhere."""

from mlplan.app.session import Session
from mlplan.core.change import Change
from mlplan.core.evidence import VersionEvidence
from mlplan.core.values import Values


class Past:
    """The ledger of one environment, and of the others where a version may have been before."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def move(self, change: Change, to: int) -> str:
        """Return which sort of move an alias makes."""
        if change.actual is None:
            return "first"
        drift = all(one.cause == "drift" for one in change.fields if one.path == ("version",))
        return "put back" if drift else "promotion"

    def history(self, alias_id: str) -> list[Values]:
        """Return which versions held an alias, oldest first."""
        return []

    def held(self, model: str, version: int) -> list[Values]:
        """Return the aliases that a version has had in this environment."""
        return []

    def origin(self, version: VersionEvidence | None) -> Values | None:
        """Return the same version in another environment, and the aliases that it has had there."""
        return None
