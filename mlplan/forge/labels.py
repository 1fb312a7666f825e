"""Labels: those of a pull request that begin with our own prefix; no other is touched."""

from collections.abc import Collection

from mlplan.forge.client import GitHub, part

LONGEST = 50
"""Characters of a label's name on GitHub."""


def set_labels(github: GitHub, number: int, prefix: str, wanted: Collection[str]) -> bool:
    """Make the labels under a prefix be exactly these, and tell whether any was not yet so."""
    path = f"/repos/{github.repository}/issues/{number}/labels"
    names = {name[:LONGEST] for name in wanted}
    there = {str(one["name"]) for one in github.pages(path)}
    ours = {name for name in there if name == prefix or name.startswith(f"{prefix}:")}
    for name in sorted(ours - names):
        github.remove(f"{path}/{part(name)}")
    missing = sorted(names - there)
    if missing:
        github.write("POST", path, {"labels": missing})
    return bool(missing or ours - names)


def label_issue(github: GitHub, number: int, name: str) -> None:
    """Put a label on an issue; one that is there already stays."""
    github.write("POST", f"/repos/{github.repository}/issues/{number}/labels", {"labels": [name[:LONGEST]]})
