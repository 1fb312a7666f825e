"""Rights: what a principal needs or lacks, one object per line."""

from collections.abc import Iterable, Mapping

from mlplan.render.escape import visible

FEW = 3
"""So many resources are named beside a need; the others are counted."""


def needs_text(needs: Iterable[tuple[str, tuple[str, ...], tuple[str, ...]]], purpose: str) -> str:
    """Return needed privileges by object, each with the resources that ask for them."""
    lines: list[str] = []
    for on, privileges, addresses in needs:
        more = f" and {len(addresses) - FEW} more" if len(addresses) > FEW else ""
        lines.append(f"{visible(on)}: {', '.join(privileges)}")
        lines.append(f"    for {', '.join(addresses[:FEW])}{more}")
    if not lines:
        return f"No privileges are needed to {purpose}.\n"
    lines += ["", "Who makes an object owns it: MANAGE and CAN_MANAGE are for objects that someone else made."]
    return "\n".join(lines) + "\n"


def identity_text(rows: Mapping[str, str], lacks: Mapping[str, list[str] | None]) -> str:
    """Return who acts where, and what it is known to lack."""
    width = max(map(len, rows), default=0)
    lines = [f"{name:<{width}}  {visible(value)}" for name, value in rows.items() if value]
    for purpose, missing in lacks.items():
        if missing is None:
            lines.append(f"may {purpose}: unknown, as it may not read its own privileges")
        elif missing:
            lines.append(f"may {purpose}: not everything; it lacks")
            lines += [f"    {visible(one)}" for one in missing]
        else:
            lines.append(f"may {purpose}: yes, as far as Unity Catalog tells")
    return "\n".join(lines) + "\n"
