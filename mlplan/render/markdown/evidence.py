"""Evidence: both versions of a promotion side by side, each row with what the rules say of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mlplan.render.dossier import SHORT, WAYS, Dossier
from mlplan.render.markdown.text import bold, code, plain
from mlplan.render.value import show
from mlplan.render.words import count

METRICS = 30
"""So many metrics are shown beside those that a rule complains about."""
FEW = 6
"""So many libraries or columns are named, the others are counted."""
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


def gate(results: Results, codes: Sequence[str] = (), about: str = "", ok: str = "ok") -> str:
    """Return the worst that the rules say of a row: the sign, the word, and the rule that says so; `ok` is when none does."""
    said = [(word, one) for word, one in results if (one["about"] == about if about else one["code"] in codes)]
    if not said:
        return ""
    word, worst = min(said, key=lambda each: SEVERITY.index(each[0]))
    return f"{SIGNS[word]} {ok}" if word == "ok" else f"{SIGNS[word]} {bold(word)} {code(worst['code'], 40)}"


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
    """Yield the size of both signatures, what becomes of callers, and below it each column that changed."""
    signature = found.get("signature")
    if not signature:
        return
    verdict = signature.get("verdict") or {}
    worst = [
        f"{words} {bold(plain(verdict[way]))}" for way, words in WAYS.items() if verdict.get(way, "safe") != "safe"
    ]
    told = "; ".join(worst) or ("callers safe" if verdict else "")
    said = gate(results, LOOKED_AT["signature"], ok="" if told else "ok")
    changed = sorted(signature.get("columns") or (), key=_harm)
    delta = f"{count(len(changed), 'column')} changed" if changed else "="
    yield Row(
        "signature", _sides(found, "from"), _sides(found, "to"), delta, f"{said} {told}".replace("  ", " ").strip()
    )
    yield from map(_column, changed[:FEW])
    if len(changed) > FEW:
        yield Row(f"↳ _and {len(changed) - FEW} more_")


def _harm(column: Mapping[str, Any]) -> int:
    """Return the place of a column among others: those that harm callers first."""
    harmed = [way for way in WAYS if column.get(way, "safe") != "safe"]
    return -len(harmed) - bool(column.get("breaks"))


def _sides(found: Dossier, side: str) -> str:
    """Return how many columns a version takes and gives."""
    known = ((found.get("versions") or {}).get(str(found.get(side))) or {}).get("signature") or {}
    return f"{len(known.get('inputs') or ())} in / {len(known.get('outputs') or ())} out" if known else "-"


def _libraries(found: Dossier, results: Results) -> Iterator[Row]:
    """Yield how many requirements differ, and below it each of them."""
    rows, rest = found.get("requirements") or [], found.get("requirements_summary") or {}
    same = rest.get("unchanged") or 0
    if not rows and not same:
        return
    parts = [f"{len(rows)} changed"] if rows else []
    parts += [f"{same} the same"] if same else []
    yield Row("libraries", delta=", ".join(parts), gate=gate(results, LOOKED_AT["libraries"]))
    for row in rows[:FEW]:
        yield Row(f"↳ {code(row['name'], 60)}", _side(row["before"]), _side(row["after"]), plain(row["change"], 40))
    if len(rows) > FEW:
        yield Row(f"↳ _and {len(rows) - FEW} more_")


def _side(value: object) -> str:
    """Return a value of one version."""
    return "-" if value is None else plain(str(value), 60)


def _python(found: Dossier, results: Results) -> Iterator[Row]:
    """Yield the version of Python where it differs."""
    python = found.get("python") or {}
    if python.get("after") and python.get("change") != "same":
        sides = [_side(python.get(side) or None) for side in ("before", "after")]
        yield Row("python", sides[0], sides[1], plain(str(python["change"]), 20), gate(results, LOOKED_AT["python"]))


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


def _column(one: Mapping[str, Any]) -> Row:
    """Return one column that changed, and for whom that is what."""
    side = "" if one["side"] == "input" else f" ({plain(one['side'], 20)})"
    told = [f"{WAYS[way].split()[0]} {plain(one[way], 20)}" for way in WAYS if one.get(way)]
    told = ["breaks who reads it"] if one.get("breaks") else told
    told += [plain(one["why"])] if one.get("why") else []
    return Row(f"↳ {code(str(one['name']), 80)}{side}", _side(one["before"]), _side(one["after"]), ", ".join(told))


def _number(value: object) -> str:
    """Return a metric in the digits that matter."""
    if isinstance(value, int | float):
        return f"{value:.6g}"
    return "-" if value is None else code(show(value), 20)


def _line(row: Row) -> str:
    """Return a row as Markdown."""
    return f"| {' | '.join(row)} |\n"


_PARTS = (_signature, _libraries, _python, _code)
