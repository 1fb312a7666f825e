"""Difference: a unified diff as text, its lines coloured by their sign."""

from collections.abc import Sequence

from mlplan.render.colour import PLAIN, Palette, Role
from mlplan.render.escape import visible

ROLES: dict[str, Role] = {"+": "good", "-": "bad", "@": "note"}


def difference_text(lines: Sequence[str], palette: Palette = PLAIN) -> str:
    """Return the lines of a diff, each visible; the names of the files stand out."""
    made = []
    for line in lines:
        name = line.startswith(("--- ", "+++ "))
        made.append(palette.paint("strong" if name else ROLES.get(line[:1]), visible(line)))
    return "".join(f"{line}\n" for line in made)
