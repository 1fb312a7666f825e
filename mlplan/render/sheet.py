"""Sheet: all that there is to show of a plan, and the forms that it is shown in.

Each form is a module of this room with a function `render(sheet, palette) -> str`: the same plan for a terminal,
for a program, for a comment in a pull request and for a browser.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from mlplan.core.plan import Plan
from mlplan.render.colour import PLAIN, Palette

if TYPE_CHECKING:
    from mlplan.render.review import Review

FORMS: dict[str, str] = {
    "human": "mlplan.render.human",
    "json": "mlplan.render.json",
    "markdown": "mlplan.render.markdown",
    "html": "mlplan.render.html",
}
"""Each form by its name, with the module that writes it."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a plan is about, for its first line."""

    project: str
    environment: str
    provider: str
    state: str
    protected: bool = False
    snapshot: str = ""
    """When the recording was made that it is from; empty when it is from the platform itself."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A plan with everything that was found out about it."""

    plan: Plan
    heading: Heading
    review: "Review"
    document: Mapping[str, Any] = field(default_factory=dict)
    """The plan as it is saved, with digest, times and commit; only people at a terminal do without it."""
    steps: bool = False
    """Show the explicit steps, too."""


class Renderer(Protocol):
    """Writes a plan in one form."""

    def __call__(self, sheet: Sheet, palette: Palette) -> str:
        """Return the text, which ends with a line break."""


def rendered(form: str, sheet: Sheet, palette: Palette = PLAIN) -> str:
    """Return a plan in one of the FORMS; its module is imported now."""
    return cast("Renderer", import_module(FORMS[form]).render)(sheet, palette)
