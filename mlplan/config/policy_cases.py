"""Policy cases: files that test a policy: a plan, or a part of one, and what the rules are expected to say of it."""

from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import ConfigDict, Field

from mlplan.config.finding import Finding, Findings
from mlplan.config.policy_file import Name, Text
from mlplan.config.single import single
from mlplan.config.validate import Fault, faults
from mlplan.config.words import suggest
from mlplan.core.diagnostic import Diagnostic, has_errors
from mlplan.core.kind import Model
from mlplan.core.source import Origin, YamlPath
from mlplan.core.values import Values

Expected = Literal["passed", "failed", "unknown", "excepted", "none"]


class CaseBlock(Model):
    """One test of a policy."""

    name: Text = Field(description="What it shows.")
    plan: Name | None = Field(
        None, description="A saved plan, relative to the project's root; `input` is laid over it."
    )
    input: dict[str, Any] = Field({}, description="The plan's parts that matter: resources, changes, evidence, ...")
    now: Name | None = Field(None, description='When it is judged: "2026-11-20T09:00:00Z"; now when unset.')
    expect: dict[Name, Expected] = Field(
        {}, description="The worst outcome per code, or per code and address; none: the rule says nothing."
    )
    approvals: list[Name] | None = Field(
        None, description="The names of the approvals that are asked for, all of them."
    )


class CasesFile(Model):
    """A file that `mlplan policy test` runs."""

    model_config = ConfigDict(title="mlplan policy test")

    cases: list[CaseBlock] = Field(min_length=1, description="The tests, each on its own.")


class Case(NamedTuple):
    """One test as it was read."""

    name: str
    file: str
    plan: str
    input: Values
    now: float | None
    expect: dict[str, Expected]
    origin: Origin
    approvals: list[str] | None = None


class Cases(NamedTuple):
    """The tests of one file, unless there are errors, and what is wrong with it."""

    cases: list[Case]
    diagnostics: list[Diagnostic]


def read_cases(root: Path, file: str, codes: Collection[str]) -> Cases:
    """Return the tests in a file under a project's root; `codes` are those of the rules that there are."""
    found = Findings()
    data = single(root, file, found)
    if data is not None:
        for fault in [*faults(CasesFile, data), *_odd(data, codes)]:
            origin = Origin(file, fault.path)
            found.add(Finding(fault.code, fault.summary, origin, hint=fault.hint, at_key=fault.at_key))
    diagnostics = found.diagnostics(root)
    if data is None or has_errors(diagnostics):
        return Cases([], diagnostics)
    return Cases([_case(file, place, block) for place, block in enumerate(data["cases"])], diagnostics)


def _case(file: str, place: int, block: Values) -> Case:
    """Return one test."""
    now = block.get("now")
    at = datetime.fromisoformat(now).timestamp() if now else None
    given, origin = block.get("input", {}), Origin(file, ("cases", place))
    return Case(
        block["name"], file, block.get("plan") or "", given, at, block.get("expect", {}), origin, block.get("approvals")
    )


def _odd(data: Values, codes: Collection[str]) -> Iterator[Fault]:
    """Yield codes that no rule has, and times that are none."""
    cases = data.get("cases")
    for place, block in enumerate(cases if isinstance(cases, list) else ()):
        path: YamlPath = ("cases", place)
        if not isinstance(block, dict):
            continue
        expect = block.get("expect")
        if not expect and block.get("approvals") is None:
            hint = "add `expect`, the outcome of a rule, or `approvals`, the names of those that are asked for"
            yield Fault((*path, "expect"), "MLE201", "the test expects nothing", hint, at_key=True)
        for key in expect if isinstance(expect, dict) else ():
            code = key.partition(" ")[0]
            if code not in codes:
                hint = suggest(code, codes) or "`mlplan policy list` shows every rule"
                yield Fault((*path, "expect", key), "MLE320", f"there is no rule `{code[:60]}`", hint, at_key=True)
        now = block.get("now")
        if isinstance(now, str) and not _is_moment(now):
            hint = 'write a time such as "2026-11-20T09:00:00Z"'
            yield Fault((*path, "now"), "MLE324", f"`now` cannot be `{now[:40]}`", hint)


def _is_moment(text: str) -> bool:
    """Tell whether a text is a time with its offset."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
