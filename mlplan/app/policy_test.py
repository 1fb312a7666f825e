"""Policy test: the tests of a project's policy, each judged and compared with what it expects."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from mlplan.app.files import read_document
from mlplan.app.policy import Rules, rules_of
from mlplan.app.session import Request
from mlplan.config.locate import locate
from mlplan.config.policy_cases import Case, Cases, read_cases
from mlplan.config.project import load
from mlplan.core.declaration import Declaration
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake, MlplanError
from mlplan.core.policy import OUTCOMES, Result
from mlplan.core.values import Values
from mlplan.policy.approvals import required

SUFFIX = "_test.yaml"


class Tested(NamedTuple):
    """What became of one test."""

    file: str
    name: str
    differences: list[str]
    """What came otherwise than expected; nothing when it passed."""

    def as_json(self) -> dict[str, object]:
        """Return the form that documents carry."""
        return {**self._asdict(), "passed": not self.differences}


def tested(request: Request, files: Iterable[Path]) -> list[Tested]:
    """Run the tests in files, or in the one beside the policy file; Mistake when one cannot be run."""
    loaded = load(request.root, request.environment, request.variables, policy=request.policy)
    if loaded.declaration is None:
        raise Mistake(*loaded.diagnostics)
    seen = loaded.declaration
    rules, now = rules_of(seen), request.effects.clock.now()
    named = [os.path.relpath(file.resolve(), seen.root.resolve()) for file in files] or [_beside(seen)]
    read = [read_cases(seen.root, name, rules.codes()) for name in named]
    problems = [one for found in read for one in found.diagnostics]
    if problems:
        raise Mistake(*problems)
    return [_tested(rules, case, seen, now) for case in _every(read)]


def _every(read: list[Cases]) -> Iterator[Case]:
    """Yield the tests of all files."""
    for one in read:
        yield from one.cases


def _beside(seen: Declaration) -> str:
    """Return the file that holds a policy's tests when none is named."""
    name = f"{(seen.policy or 'policy.yaml').removesuffix('.yaml')}{SUFFIX}"
    if not (seen.root / name).exists():
        hint = f"write tests into {name}, or name their files"
        raise Mistake(Diagnostic("MLE330", "there are no tests of the policy", hint=hint))
    return name


def _tested(rules: Rules, case: Case, seen: Declaration, now: float) -> Tested:
    """Run one test."""
    environment = {"environment": seen.environment.name, "protected": seen.environment.protected}
    document = {**environment, **_saved(case, seen), **case.input}
    results = rules.judge(document, now if case.now is None else case.now)
    asked = [one["name"] for one in required(rules.policy.approvals, document)]
    return Tested(case.file, case.name, [*_differences(case, results), *_other_approvals(case, asked)])


def _other_approvals(case: Case, asked: list[str]) -> Iterator[str]:
    """Yield how those who must agree are not the expected ones."""
    if case.approvals is not None and sorted(case.approvals) != sorted(asked):
        wanted, got = (", ".join(sorted(names)) or "none" for names in (case.approvals, asked))
        yield f"approvals: expected {wanted}, got {got}"


def _differences(case: Case, results: list[Result]) -> Iterator[str]:
    """Yield each outcome that is not the expected one, with what the rule said."""
    for key, expected in case.expect.items():
        code, _, address = key.partition(" ")
        found = [one for one in results if one.code == code and address in ("", one.address)]
        worst = min(found, key=lambda one: OUTCOMES.index(one.outcome), default=None)
        got = worst.outcome if worst else "none"
        if got != expected:
            told = f": {worst.address} {worst.summary}".replace(":  ", ": ") if worst else ""
            yield f"{key}: expected {expected}, got {got}{told}"


def _saved(case: Case, seen: Declaration) -> Values:
    """Return the saved plan that a test begins with; nothing when it names none."""
    if not case.plan:
        return {}
    try:
        document: Any = json.loads(read_document(seen.root / case.plan))
    except (MlplanError, ValueError, RecursionError) as error:
        raise _unreadable(case, seen, str(error)) from None
    if not isinstance(document, dict):
        raise _unreadable(case, seen, "it holds no JSON object")
    return document


def _unreadable(case: Case, seen: Declaration, why: str) -> Mistake:
    """Return the mistake for a plan that cannot be read."""
    source = locate(seen.root, case.origin, ("plan",))
    hint = "name a file that `mlplan plan --out FILE` wrote"
    return Mistake(Diagnostic("MLE331", f"{case.plan} is not a saved plan: {why}", source=source, hint=hint))
