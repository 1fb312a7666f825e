"""Page: what `mlplan explain` prints: a code's page as it is, a kind or field as a table."""

from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap
from typing import Protocol

from mlplan.render.colour import PLAIN, Palette

WIDTH = 96


class Told(Protocol):
    """A field as a page tells of it."""

    @property
    def path(self) -> str:
        """Return its name."""

    @property
    def type(self) -> str:
        """Return its type in words."""

    @property
    def description(self) -> str:
        """Return what it means."""

    @property
    def required(self) -> bool:
        """Tell whether it must be set."""

    @property
    def traits(self) -> tuple[str, ...]:
        """Return how it behaves."""


def index_text(codes: Mapping[str, str], kinds: Iterable[str]) -> str:
    """Return every code with its title, and every kind."""
    made = ["Codes", *(f"  {code}  {title}" for code, title in codes.items())]
    made += ["", "Kinds", *(f"  {kind}" for kind in kinds)]
    return "\n".join([*made, "", "`mlplan explain NAME` tells more; a field is KIND.FIELD.", ""])


def page_text(title: str, text: str, facts: Mapping[str, str], fields: Sequence[Told], palette: Palette = PLAIN) -> str:
    """Return a page."""
    if text.startswith("# "):
        head, _, rest = text.partition("\n")
        return f"{palette.paint('strong', head)}\n{rest}"
    width = max(map(len, facts), default=0)
    made = [palette.paint("strong", title), *wrap(text, WIDTH), ""]
    made += [f"  {name:<{width}}  {fact}" for name, fact in facts.items()]
    if fields:
        made += ["", "Fields"]
    for one in fields:
        must = ", required" if one.required else ""
        made.append(f"  {palette.paint('strong', one.path)}  ({one.type}{must})")
        about = "; ".join([one.description.rstrip("."), *one.traits]) + "."
        made += wrap(about, WIDTH, initial_indent="      ", subsequent_indent="      ")
    return "\n".join([*made, ""])
