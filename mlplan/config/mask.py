"""Mask: lines of configuration made safe to print, as any of them may hold a secret by mistake."""

import re

from mlplan.core.secret import REFERENCE, looks_secret

LONGEST = 300
MASK = "***"
_NAME = re.compile(r"([A-Za-z_][\w.-]*)[\"']?\s*[:=]\s*(?=[^\s#])")
_HARMLESS = re.compile(
    rf"[\"']?(?:{REFERENCE.pattern}|\$\{{[^}}]*\}})[\"']?\s*(?:[,}}\]#].*)?"
    r"|\{\s*env:\s*[\"']?[A-Za-z_]\w*[\"']?\s*\}.*"
    r"|[|>][-+0-9]*"
)
_URL_PASSWORD = re.compile(r"://[^/\s@]*:[^/\s@]*@")
_BLOB = re.compile(r"-----BEGIN.*|[A-Za-z0-9+/_=-]{32,}")
_UNSEEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")


def shown(line: str, *, secret: bool = False) -> str:
    """Return a line as it may be printed: cut when long, unseen characters replaced, likely secrets masked."""
    line = _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", line[: LONGEST * 2])
    for found in _NAME.finditer(line):
        if secret or _is_secret(found[1], line[found.end() :]):
            line = line[: found.end()] + MASK
            break
    else:
        line = MASK if secret else line
    line = _BLOB.sub(_blob, _URL_PASSWORD.sub(f"://{MASK}@", line))
    return line if len(line) <= LONGEST else line[:LONGEST] + "..."


def _is_secret(name: str, value: str) -> bool:
    """Tell whether a pair's value should not be seen."""
    if _HARMLESS.fullmatch(value.strip()):
        return False
    return looks_secret("" if name.lower() in ("key", "keys") else name, value)


def _blob(found: re.Match[str]) -> str:
    """Return a long unbroken word masked when it mixes digits and letters, as keys and tokens do."""
    word = found[0]
    mixed = any(c.isdigit() for c in word) and any(c.isupper() for c in word) and any(c.islower() for c in word)
    return MASK if mixed or word.startswith("-----BEGIN") or looks_secret("", word) else word
