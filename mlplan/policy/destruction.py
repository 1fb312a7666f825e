"""Destruction: what a plan takes away for good, and whether anyone can see from what it was made."""

from collections.abc import Iterator

from pydantic import Field

from mlplan.core.kind import Model
from mlplan.core.rule import Risk
from mlplan.policy.rule import Seen, Verdict, failed, passed, rule, unknown

_DESTROYS = ("delete", "replace")


class Risks(Model):
    """What counts as destructive."""

    risks: list[Risk] = Field(["data_loss", "outage"], min_length=1, description="Risks of a change that count.")


@rule("MLP070", "nothing is destroyed", "change", options=Risks)
def destroys_nothing(seen: Seen) -> Iterator[Verdict]:
    """Judge whether a change deletes or replaces something that cannot be had back, or that is in use."""
    action, risk = seen.subject.get("action"), seen.subject.get("risk")
    if action in _DESTROYS and risk in seen.options.risks:
        what = "is deleted" if action == "delete" else "is replaced"
        hint = "leave it, or add an exception that says why it can go"
        yield failed(f"{seen.subject.get('id') or seen.address} {what} ({str(risk).replace('_', ' ')})", hint=hint)
    else:
        yield passed()


@rule("MLP071", "the configuration is committed", "plan", level="off")
def committed(seen: Seen) -> Iterator[Verdict]:
    """Judge whether the project's files are those of a commit."""
    git = seen.plan.get("git")
    if not git:
        yield unknown("the project is not in git, or git cannot be asked")
    elif git.get("clean"):
        yield passed(f"the files are those of commit {str(git.get('commit'))[:7]}")
    else:
        yield failed("the project has uncommitted changes", hint="commit them, so that the plan can be made again")
