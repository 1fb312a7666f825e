"""Routes: every operation that the server answers to, from the files that each hold a group."""

from mlplan.testing.server import (
    bindings,
    catalogs,
    endpoints,
    experiments,
    files,
    grants,
    groups,
    identity,
    models,
    permissions,
    registry,
    runs,
    schemas,
    volume_files,
    volumes,
)
from mlplan.testing.server.route import Table

GROUPS = (
    catalogs,
    schemas,
    volumes,
    models,
    grants,
    bindings,
    experiments,
    runs,
    registry,
    files,
    volume_files,
    permissions,
    endpoints,
    identity,
    groups,
)


def table() -> Table:
    """Return the table of all routes."""
    return Table(route for group in GROUPS for route in group.routes())
