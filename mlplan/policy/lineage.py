"""Lineage: where a version comes from is known, can be found again, and was judged on the same data."""

from collections.abc import Iterator

from mlplan.core.values import Values
from mlplan.policy.reading import gap, version
from mlplan.policy.rule import Seen, Verdict, failed, passed, rule, unknown


@rule("MLP050", "run and commit of the new version are known", "promotion")
def known_origin(seen: Seen) -> Iterator[Verdict]:
    """Judge whether a version names the run that made it and the code that the run ran."""
    commit = str((seen.after.get("git") or {}).get("commit") or "")
    missing = [what for what, found in (("run", seen.after.get("run_id")), ("commit", commit)) if not found]
    if not missing:
        yield passed(f"{version(seen)} comes from commit {commit[:7]}")
        return
    blind = list(gap(seen, f"the {missing[0]} of {version(seen)}", "run", "git"))
    hint = "log the model inside of a run that starts in a git checkout"
    yield from blind or [failed(f"{version(seen)} names no {' and no '.join(missing)}", hint=hint)]


@rule("MLP051", "the code of the new version was committed", "promotion")
def clean_code(seen: Seen) -> Iterator[Verdict]:
    """Judge whether the run ran exactly what its commit holds."""
    clean = (seen.after.get("git") or {}).get("clean")
    blind = list(gap(seen, "the code", "run", "git"))
    if clean is True:
        yield passed("no uncommitted changes")
    elif clean is False:
        hint = "commit, train again, and promote that version"
        yield failed(f"{version(seen)} was trained with uncommitted changes", hint=hint)
    else:
        yield from blind or [unknown("the run does not say whether all changes were committed")]


@rule("MLP052", "both versions were judged on the same data", "promotion")
def same_data(seen: Seen) -> Iterator[Verdict]:
    """Judge whether the figures of both versions can be compared."""
    if seen.subject.get("from") is None:
        return
    data: Values = seen.subject.get("data") or {}
    same, reason = data.get("same"), str(data.get("reason") or "")
    if same is True:
        yield passed(reason)
    elif same is False:
        hint = "evaluate both on the same data; figures of different data say little about the models"
        yield failed("the versions were judged on different data", detail=reason, hint=hint)
    else:
        yield unknown("whether both were judged on the same data is not known", detail=reason)
