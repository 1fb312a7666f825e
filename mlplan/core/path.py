"""Path: the name of a field inside a resource, such as `served_entities[current].workload_size`.

Lists with a key are addressed by it, never by position, so that reordering is not a change.
"""

import re
from typing import Any

Path = tuple[str, ...]
"""Segments from the top; a segment in brackets (`[current]`) is the key of a keyed list's item."""

ANY = "[*]"
_SEGMENT = re.compile(r'(?:^|\.)([A-Za-z_][A-Za-z0-9_-]*)|\["((?:[^"\\]|\\.)*)"\]|(\[[^\]"]+\])')
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def text(path: Path) -> str:
    """Return the path as people write it; odd map keys stand as `["a.b"]`."""
    parts: list[str] = []
    for segment in path:
        if segment.startswith("["):
            parts.append(segment)
        elif _PLAIN.fullmatch(segment):
            parts.append(f".{segment}" if parts else segment)
        else:
            escaped = segment.replace("\\", "\\\\").replace('"', '\\"')
            parts.append(f'["{escaped}"]')
    return "".join(parts)


def parse(written: str) -> Path:
    """Return the path that `written` stands for; ValueError when it is not one."""
    segments: list[str] = []
    at = 0
    while at < len(written):
        match = _SEGMENT.match(written, at)
        if match is None:
            raise ValueError(f"not a field path at character {at + 1}: {written}")
        name, quoted, key = match.groups()
        segments.append(name or key or re.sub(r"\\(.)", r"\1", quoted))
        at = match.end()
    if not segments:
        raise ValueError("a field path is empty")
    return tuple(segments)


def item_key(item: dict[str, Any], names: tuple[str, ...]) -> str:
    """Return the key of a keyed list's item: the one value, or `name=value` pairs of several."""
    if len(names) == 1:
        return str(item.get(names[0], ""))
    return ",".join(f"{name}={item[name]}" for name in names if item.get(name) is not None)


def covers(pattern: Path, path: Path) -> bool:
    """Tell whether `path` is the field that `pattern` names, or lies inside it."""
    if len(pattern) > len(path):
        return False
    return all(
        wanted == found or (wanted == ANY and found.startswith("["))
        for wanted, found in zip(pattern, path, strict=False)
    )
