"""Rebuild: what a lost state is made of, as text."""

from collections.abc import Iterator, Mapping, Sequence

from mlplan.core.rebuilt import How, Rebuilt
from mlplan.kinds import KINDS
from mlplan.render.colour import PLAIN, Palette
from mlplan.render.escape import visible
from mlplan.render.human import heading_text
from mlplan.render.sheet import Heading
from mlplan.render.words import count

MEANS: Mapping[How, str] = {
    "marked": "",
    "adopted": "adopted",
    "renamed": "declared under another name, so that the next plan renames or replaces it",
    "undeclared": "no longer declared, so that the next plan deletes it",
    "replaced": "left over from a replace, so that the next plan deletes it",
}
Line = tuple[str, str, str]
"""Address, id, and what to say of it."""


def rebuild_text(heading: Heading, found: Rebuilt, palette: Palette = PLAIN) -> str:
    """Return what is taken in, what is left alone, and what nobody can tell."""
    made = [heading_text(heading, palette)]
    taken = [(one.address, one.entry.id, MEANS[one.how]) for one in found.taken]
    made += _block("To take into state", taken, palette)
    left = [(one.address or one.kind, one.id, one.why) for one in found.left]
    made += _block("Left alone", left, palette)
    made += _block("Not there; the next plan makes them", [(one, "", "") for one in found.absent], palette)
    made += _notes(found)
    return "\n".join(made) + "\n"


def _block(title: str, lines: Sequence[Line], palette: Palette) -> Iterator[str]:
    """Yield a titled list, its columns aligned."""
    if not lines:
        return
    yield palette.paint("strong", f"{title} ({len(lines)})")
    first, second = (max(len(visible(line[column])) for line in lines) for column in (0, 1))
    for address, id_, why in lines:
        yield f"  {visible(address):<{first}}  {visible(id_):<{second}}  {visible(why)}".rstrip()
    yield ""


def _notes(found: Rebuilt) -> Iterator[str]:
    """Yield what a rebuild cannot know, and the count."""
    if found.unseen:
        kinds = ", ".join(KINDS[kind][0].replace("_", " ") for kind in found.unseen)
        yield f"Not found, as nothing on them says whose they are: {kinds} that are no longer declared."
    yield "Grants and permissions are taken up by the next plan, as by a first one."
    yield "Lost with the state: who made a difference, and `prevent_destroy` of what is no longer declared."
    yield ""
    yield f"Rebuild: {count(len(found.taken), 'object')} to take in, {len(found.left)} left alone; nothing on the platform changes."
