"""Overlay: `environments/<env>.yaml` merged over the rest, and which file each value came from.

Mappings merge key by key, null removes a key, and everything else replaces what was there;
`moved`, `removed` and `import` add up, because they come from several files anyway.
"""

from typing import Any

from mlplan.config.manifest import MANIFEST
from mlplan.core.source import Origin, YamlPath
from mlplan.core.values import Values


def merge(base: Values, over: Values) -> None:
    """Lay `over` upon `base`, in place."""
    for key, value in over.items():
        known = base.get(key)
        if value is None:
            base.pop(key, None)
        elif isinstance(known, dict) and isinstance(value, dict):
            merge(known, value)
        else:
            base[key] = value


def copied(value: Any) -> Any:
    """Return a copy of plain data that shares no container with it."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [copied(item) for item in value]
    return value


def lengthen(base: Values, over: Values) -> None:
    """Bring the aliases of models to one form on both sides, so that they merge field by field."""
    for key, model in _models(over).items():
        other = _models(base).get(key)
        if not isinstance(model, dict) or not isinstance(other, dict):
            continue
        above, below = model.get("aliases"), other.get("aliases")
        if isinstance(above, dict) and isinstance(below, dict):
            for name in above.keys() & below.keys():
                if isinstance(above[name], dict) is not isinstance(below[name], dict):
                    above[name], below[name] = _long(above[name]), _long(below[name])


def _models(tree: Values) -> Values:
    """Return the models of a tree of resources."""
    found = tree.get("registered_models")
    return found if isinstance(found, dict) else {}


def _long(alias: Any) -> Any:
    """Return an alias in its long form; null stays, as it removes."""
    return alias if isinstance(alias, dict) or alias is None else {"version": alias}


class Sources:
    """Knows which file each value came from."""

    def __init__(self) -> None:
        """Begin with a project file and nothing else."""
        self.owners: dict[tuple[str, str], str] = {}
        """The file of each resource, by section and key."""
        self.sections: dict[str, str] = {}
        """The first file that has a section of `resources`."""
        self._file = ""
        self._over: Values = {}

    def lay(self, file: str, over: Values) -> None:
        """Remember what an overlay holds."""
        self._file, self._over = file, copied(over)

    def origin(self, path: YamlPath) -> Origin:
        """Return where the value at a path was written."""
        if self.overlaid(path):
            return Origin(self._file, path)
        return self.home(path)

    def overlaid(self, path: YamlPath) -> bool:
        """Tell whether the overlay wrote the value at a path."""
        return bool(self._file) and _writes(self._over, path)

    def home(self, path: YamlPath) -> Origin:
        """Return where a value stands apart from the overlay; a resource has one file that declares it."""
        if path[0] == "resources" and len(path) > 2:  # noqa: PLR2004 - section and key
            return Origin(self.owners.get((str(path[1]), str(path[2])), MANIFEST), path)
        if path[0] == "resources" and len(path) > 1:
            return Origin(self.sections.get(str(path[1]), MANIFEST), path)
        return Origin(MANIFEST, path)


def _writes(tree: Any, path: YamlPath) -> bool:
    """Tell whether a tree holds the value at a path, or replaces something around it as a whole."""
    for segment in path:
        if isinstance(tree, dict):
            if segment not in tree:
                return False
            tree = tree[segment]
        elif isinstance(tree, list):
            return True
        else:
            return True
    return True
