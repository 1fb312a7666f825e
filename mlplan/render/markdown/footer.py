"""Footer: which plan this is: what apply accepts, what it was made from, and how long it holds."""

from collections.abc import Iterator

from mlplan.render.markdown.headline import refusals
from mlplan.render.markdown.text import code, plain
from mlplan.render.sheet import Sheet


def footer(sheet: Sheet) -> str:
    """Return the last lines of a comment."""
    found = sheet.document
    lead = "Plan" if refusals(sheet) or found.get("snapshot") else "`apply` accepts only the plan"
    held = f"{lead} {code(found['digest'], 80)}<br>" if found.get("digest") else ""
    return f"---\n{held}{' · '.join(_facts(sheet))}\n"


def _facts(sheet: Sheet) -> Iterator[str]:
    """Yield what the plan was made from, and when."""
    found = sheet.document
    git = found.get("git")
    if git:
        dirty = "" if git["clean"] else " with changes that are not committed"
        yield f"commit {code(str(git['commit'])[:10])}{dirty}"
    yield code(sheet.heading.provider, 100)
    yield plain(sheet.heading.state, 80)
    if found.get("created"):
        yield f"made {plain(found['created'], 40)}, holds until {plain(found['expires'], 40)}"
    if found.get("tool"):
        yield plain(f"mlplan {found['tool']['version']}", 40)
