"""Digest: one number that changes whenever anything that bears on a plan does."""

import hashlib
import json

from mlplan.core import path
from mlplan.core.declaration import DEFAULT_LIFECYCLE, Declaration, Lifecycle
from mlplan.core.values import Values


def digest(declaration: Declaration, policy: Values | None = None) -> str:
    """Return the sha256 of a declaration's canonical JSON and of what its policy file says.

    Files, places in them and comments do not count.
    """
    environment = declaration.environment
    head = {
        "project": declaration.project,
        "environment": [
            environment.name,
            environment.provider.name,
            environment.provider.options,
            environment.protected,
        ],
        "state": [declaration.state.name, declaration.state.options],
        "moved": [[one.from_address, one.to_address] for one in declaration.moved],
        "removed": [[one.address, one.destroy] for one in declaration.removed],
        "imports": [[one.address, one.id] for one in declaration.imports],
        "policy": [declaration.policy, policy] if declaration.policy else "",
    }
    body = [
        [one.address, one.values, one.needs, None if one.lifecycle is DEFAULT_LIFECYCLE else _lifecycle(one.lifecycle)]
        for one in sorted(declaration.resources.values(), key=lambda one: one.address)
    ]
    text = json.dumps([head, body], sort_keys=True, ensure_ascii=False, check_circular=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _lifecycle(block: Lifecycle) -> list[object]:
    """Return a lifecycle as JSON."""
    ignored = [path.text(one) for one in block.ignore_changes]
    return [block.prevent_destroy, ignored, block.create_before_destroy]
