"""Unlock: the lock of an environment broken by someone who knows that its holder is gone."""

from mlplan.app.session import Request, Session
from mlplan.core.backend import Holder


def unlock(request: Request, lease_id: str) -> Holder:
    """Break the lock with exactly this id, and return who held it."""
    with Session(request) as session:
        return session.backend.unlock(lease_id)
