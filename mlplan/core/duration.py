"""Duration: a length of time as people write it: 90s, 30m, 24h or 7d."""

import re

PATTERN = r"^[0-9]{1,6}[smhd]$"
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


def seconds(text: str) -> float | None:
    """Return the seconds that a text stands for; None when it is not a duration."""
    return int(text[:-1]) * _SECONDS[text[-1]] if re.fullmatch(PATTERN, text) else None
