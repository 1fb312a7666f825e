"""Evidence: both versions of a promotion side by side, each row with what the rules say of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mlplan.render.dossier import SHORT, WAYS, Dossier
from mlplan.render.markdown.text import bold, code
from mlplan.render.value import show
from mlplan.render.words import count

METRICS = 30
"""So many metrics are shown beside those that a rule complains about."""
FEW = 6
"""So many libraries or columns are named in a cell."""
SEVERITY = ("denied", "warning", "excused", "ok")
SIGNS = {"denied": "❌", "warning": "⚠️", "excused": "☑️", "ok": "✅"}
LOOKED_AT = {
    "signature": ("MLP042", "MLP043", "MLP044"),
    "libraries": ("MLP045", "MLP046", "MLP047"),
    "python": ("MLP048",),
    "run": ("MLP050",),
    "code": ("MLP051",),
    "data": ("MLP052",),
}
"""Which rules look at which row."""
Results = Sequence[tuple[str, Mapping[str, Any]]]
"""What the rules say of one promotion, each with what it comes to."""


class Row(NamedTuple):
    """A line of the table."""

    label: str
    before: str = ""
    after: str = ""
    delta: str = ""
    gate: str = ""


def table(found: Dossier, results: Results) -> str:
    """Return the table of a promotion; empty when nothing is known of either version."""
    rows = [*_metrics(found, results), *(row for part in _PARTS for row in part(found, results))]
    if not rows:
        return ""
    before, after = found.get("from"), found.get("to")
    heads = Row("Evidence", f"v{before} (now)" if before is not None else "now", f"v{after} (proposed)", "Δ", "Gate")
    return "".join([_line(heads), "|---|--:|--:|---|---|\n", *map(_line, rows)])


def gate(results: Results, codes: Sequence[str] = (), about: str = "") -> str:
    """Return the worst that the rules say of a row: the sign, the word, and the rule that says so."""
    said = [(word, one) for word, one in results if (one["about"] == about if about else one["code"] in codes)]
    if not said:
        return ""
    word, worst = min(said, key=lambda each: SEVERITY.index(each[0]))
    return f"{SIGNS[word]} ok" if word == "ok" else f"{SIGNS[word]} {bold(word)} {code(worst['code'], 40)}"


def columns(found: Dossier) -> list[str]:
    """Return each column of the signature that changed, and for whom that is what."""
    return [_column(one) for one in (found.get("signature") or {}).get("columns") or ()]


def _metrics(found: Dossier, results: Results) -> Iterator[Row]:
    """Yield the metrics, in their order."""
    about = {one["about"] for _, one in results if one["about"]}
    bad = {one["about"] for word, one in results if word != "ok"}
    metrics = found.get("metrics") or []
    quiet = 0
    for row in metrics:
        quiet += row["name"] not in bad
        if row["name"] in bad or quiet <= METRICS:
            yield _metric(row, gate(results, about=row["name"]) if row["name"] in about else "", row["name"] in bad)
    if quiet > METRICS:
        yield Row(f"_and {count(quiet - METRICS, 'metric')} more_")


def _metric(row: Mapping[str, Any], said: str, loud: bool) -> Row:  # noqa: FBT001 - one caller, and it says which
    """Return one metric; what a rule complains about stands out."""
    delta = row["delta"]
    told = "" if delta is None else "=" if not delta else f"{delta:+.4g}"
    before, after = _number(row["before"]), _number(row["after"])
    if loud:
        after, told = bold(after), bold(told) if told else ""
    return Row(code(row["name"], 80), before, after, told, said)


def _signature(found: Dossier, results: Results) -> Iterator[Row]:
    """Yield the size of both signatures, what changed between them, and what becomes of callers."""
    signature = found.get("signature")
    if not signature:
        return
    verdict = signature.get("verdict") or {}
    worst = [f"{words} {bold(verdict[way])}" for way, words in WAYS.items() if verdict.get(way, "safe") != "safe"]
    said = gate(results, LOOKED_AT["signature"])
    told = "; ".join(worst) or ("callers safe" if verdict else "")
    changed = columns(found)
    delta = f"{count(len(changed), 'column')} changed" if changed else "="
    yield Row("signature", _sides(found, "from"), _sides(found, "to"), delta, f"{said} {told}".strip())


def _sides(found: Dossier, side: str) -> str:
    """Return how many columns a version takes and gives."""
    known = ((found.get("versions") or {}).get(str(found.get(side))) or {}).get("signature") or {}
    return f"{len(known.get('inputs') or ())} in / {len(known.get('outputs') or ())} out" if known else "-"


def _libraries(found: Dossier, results: Results) -> Iterator[Row]:
    """Yield the requirements that differ, side by side."""
    rows, rest = found.get("requirements") or [], found.get("requirements_summary") or {}
    same = [f"{rest['unchanged']} the same"] if rest.get("unchanged") else []
    if not rows and not same:
        return
    shown, more = rows[:FEW], [f"and {len(rows) - FEW} more"] if len(rows) > FEW else []
    sides = ["<br>".join(_pinned(row, side) for row in shown) for side in ("before", "after")]
    steps = [code(row["change"], 40) for row in shown]
    yield Row(
        "libraries", sides[0], sides[1], "<br>".join([*steps, *more, *same]), gate(results, LOOKED_AT["libraries"])
    )


def _pinned(row: Mapping[str, Any], side: str) -> str:
    """Return one requirement on one side."""
    return code(f"{row['name']} {row[side]}", 60) if row[side] is not None else "-"


def _python(found: Dossier, results: Results) -> Iterator[Row]:
    """Yield the version of Python where it differs."""
    python = found.get("python") or {}
    if python.get("after") and python.get("change") != "same":
        sides = [code(str(python[side]), 20) if python.get(side) else "-" for side in ("before", "after")]
        yield Row("python", sides[0], sides[1], code(str(python["change"]), 20), gate(results, LOOKED_AT["python"]))


def _code(found: Dossier, results: Results) -> Iterator[Row]:
    """Yield the commits of both, and the runs."""
    versions = found.get("versions") or {}
    known = [versions.get(str(found.get(side))) or {} for side in ("from", "to")]
    stood = found.get("code") or {}
    commits = [_commit(stood.get(side) or {}) for side in ("before", "after")]
    if any(commits):
        same = "=" if stood.get("same") else ""
        yield Row("code", commits[0] or "-", commits[1] or "-", same, gate(results, LOOKED_AT["code"]))
    runs = [code(str(one["run_id"])[:SHORT]) if one.get("run_id") else "" for one in known]
    if any(runs):
        yield Row("run", runs[0] or "-", runs[1] or "-", "", gate(results, LOOKED_AT["run"]))


def _commit(stood: Mapping[str, Any]) -> str:
    """Return a commit in short, and whether the tree held more than it."""
    if not stood.get("commit"):
        return ""
    return f"{code(str(stood['commit'])[:7])}{' and changes' if stood.get('clean') is False else ''}"


def _column(one: Mapping[str, Any]) -> str:
    """Return one column that changed."""
    side = "" if one["side"] == "input" else f"{code(one['side'], 20)} "
    moved = f"{code(one['before'], 60) if one['before'] else '(absent)'} → {code(one['after'], 60) or '(gone)'}"
    told = [f"{WAYS[way].split()[0]} {bold(code(one[way], 20))}" for way in WAYS if one.get(way)]
    told = ["breaks who reads it"] if one.get("breaks") else told
    why = f" ({code(one['why'])})" if one.get("why") else ""
    return f"{side}{code(str(one['name']), 80)} {moved}{': ' if told else ''}{', '.join(told)}{why}"


def _number(value: object) -> str:
    """Return a metric in the digits that matter."""
    if isinstance(value, int | float):
        return f"{value:.6g}"
    return "-" if value is None else code(show(value), 20)


def _line(row: Row) -> str:
    """Return a row as Markdown."""
    return f"| {' | '.join(row)} |\n"


_PARTS = (_signature, _libraries, _python, _code)
