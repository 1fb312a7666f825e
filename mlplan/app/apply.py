"""Apply: lock, plan, ask, run, save; in that order, so that what was agreed to is what happens."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, Protocol

from mlplan.app.about import about
from mlplan.app.approval import objection
from mlplan.app.binding import check_same, check_within, unplannable
from mlplan.app.document import plan_document, summary
from mlplan.app.interrupt import Interrupt
from mlplan.app.overtaken import check_not_overtaken
from mlplan.app.planning import Planned, plan_from
from mlplan.app.saved import Document, Stale, check_applicable
from mlplan.app.session import Request, Session
from mlplan.core.backend import Lease
from mlplan.core.change import Change
from mlplan.core.diagnostic import Diagnostic, has_errors
from mlplan.core.errors import Mistake
from mlplan.core.plan import Step
from mlplan.core.rollout import Rollout
from mlplan.core.state import Outcome, State
from mlplan.engine.applier import Applied, run
from mlplan.engine.options import Options
from mlplan.render.words import count

Status = Literal["nothing to do", "applied", "partly applied", "failed", "declined", "refused", "denied"]
EXIT: dict[Status, int] = {
    "nothing to do": 0,
    "applied": 0,
    "partly applied": 5,
    "failed": 1,
    "declined": 1,
    "refused": 1,
    "denied": 6,
}


class Watcher(Protocol):
    """Whoever shows an apply to people."""

    def planned(self, planned: Planned) -> bool:
        """See the plan before anything is changed; False declines it."""

    def begins(self, steps: int) -> None:
        """Hear that the steps begin."""

    def started(self, step: Step, change: Change) -> None:
        """Hear that a step begins."""

    def finished(self, step: Step, change: Change, outcome: Outcome) -> None:
        """Hear what became of a step."""

    def skipped(self, step: Step, change: Change, why: str) -> None:
        """Hear that a step will not be tried."""

    def said(self, text: str) -> None:
        """Hear what a signal does."""

    def waits(self, rollouts: Sequence[Rollout], until: float) -> None:
        """Hear that nothing is done until a moment, in seconds since the epoch."""

    def ends(self) -> None:
        """Hear that no step is left."""


@dataclass(slots=True)
class ApplyResult:
    """What an apply did."""

    planned: Planned
    status: Status
    state: State
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    skipped: dict[int, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    """What an apply adds to the findings of its plan."""

    @property
    def exit_code(self) -> int:
        """Return the exit code of the semantics."""
        return EXIT[self.status] or int(has_errors(self.diagnostics))

    def document(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        plan, seen = self.planned.plan, self.planned.declaration
        found = [*plan.diagnostics, *self.diagnostics]
        return {
            "format_version": "1.0",
            "project": seen.project,
            "environment": seen.environment.name,
            "status": self.status,
            "state": {"lineage": self.state.lineage, "serial": self.state.serial},
            "steps": [self._step(step) for step in plan.steps],
            "summary": summary(plan),
            "diagnostics": [one.as_json() for one in found],
        }

    def _step(self, step: Step) -> dict[str, object]:
        """Return what became of one step."""
        outcome = self.outcomes.get(step.number)
        status = outcome.status if outcome else "skipped"
        message = outcome.error if outcome else self.skipped.get(step.number, self.status)
        if status == "done" and message:
            status = "failed"
        return {"number": step.number, "verb": step.verb, "address": step.address, "status": status, "message": message}


def apply(
    request: Request, options: Options, watcher: Watcher, command: str = "apply", *, agreed: bool = False
) -> ApplyResult:
    """Make the platform match the project; what goes on with something `agreed` needs no approvals of its own."""
    bound = Bound(None, approved=agreed)
    with Session(request, writable=True) as session:
        return _locked(session, command, lambda lease: _apply(session, options, watcher, lease, bound))


class Bound(NamedTuple):
    """A plan that was agreed to, by whom, and what the plan of this moment must be beside it; Stale when it is not."""

    document: Document | None
    check: Callable[[Document, Document], None] = check_same
    record: Document | None = None
    """Who agreed, as `approval_record` has it."""
    approved: bool = False
    """It is a part of something that was approved as a whole."""
    once: bool = False
    """What was done under this plan, and was changed by other applies since, is not done again."""


def apply_saved(
    request: Request, document: Document, watcher: Watcher, digest: str = "", record: Document | None = None
) -> ApplyResult:
    """Apply a saved plan, after making it anew and finding it the same; of any digest, or of one only."""
    check_environment(document, request)
    request, options = request_in(document, request), options_in(document, request.parallelism)
    return _apply_bound(request, options, Bound(document, check_same, record), watcher, digest)


def apply_reviewed(
    request: Request,
    document: Document,
    watcher: Watcher,
    digest: str = "",
    record: Document | None = None,
    options: Options | None = None,
) -> ApplyResult:
    """Apply the plan of this moment, after finding that it does what a reviewed one does, or less.

    Whoever hands over the file may be somebody else than who merged the change: variables and consents are those of the
    command line alone, and the file has to say the same.
    """
    check_environment(document, request)
    request = replace(request, environment=document["environment"])
    bound = Bound(document, check_within, record, once=True)
    return _apply_bound(request, options or Options(parallelism=request.parallelism), bound, watcher, digest)


def check_environment(document: Document, request: Request) -> None:
    """Refuse a saved plan where another environment is asked for."""
    if request.environment not in (None, document["environment"]):
        summary = f"the saved plan is for {document['environment']}, not for {request.environment}"
        raise Stale([Diagnostic("MLE423", summary, hint="leave out --env, or make a plan for that environment")])


def _apply_bound(request: Request, options: Options, bound: Bound, watcher: Watcher, digest: str) -> ApplyResult:
    """Apply what a document agrees to; what can be said against the document alone is said before anything is read."""
    assert bound.document is not None
    check_applicable(bound.document, request.effects.clock.now(), digest)
    with _plannable():
        session = Session(request, writable=True)
    with session:
        return _locked(session, "apply", lambda lease: _apply(session, options, watcher, lease, bound))


@contextmanager
def _plannable() -> Iterator[None]:
    """Refuse what was agreed to where mistakes in the project leave nothing to compare it with."""
    try:
        yield
    except Mistake as mistake:
        raise Stale(unplannable(mistake)) from mistake


def request_in(document: Document, request: Request) -> Request:
    """Return the request with the environment and the variables of a saved plan."""
    variables = {**document["options"]["variables"], **request.variables}
    return replace(request, environment=document["environment"], variables=variables)


def options_in(document: Document, parallelism: int | None) -> Options:
    """Return the options that a saved plan was made with."""
    saved = document["options"]
    return Options(
        targets=tuple(saved["targets"]),
        excludes=tuple(saved["excludes"]),
        adopt=frozenset(saved["adopt"]),
        take_over=frozenset(saved["take_over"]),
        allow_destroy=frozenset(saved["allow_destroy"]),
        abort=frozenset(saved["abort_rollout"]),
        restart=frozenset(saved["restart_rollout"]),
        mode=document["mode"],
        parallelism=parallelism,
    )


def _locked(session: Session, command: str, work: Callable[[Lease], ApplyResult]) -> ApplyResult:
    """Do the work as the only writer."""
    lease = session.lock(command)
    try:
        return work(lease)
    finally:
        lease.release()


def _apply(session: Session, options: Options, watcher: Watcher, lease: Lease, bound: Bound) -> ApplyResult:
    """Plan from what is there now, show it, and run it when it is agreed to."""
    state = session.backend.read()
    planned = _checked(session, state, options, bound)
    agreed = watcher.planned(planned)
    if planned.refused:
        return ApplyResult(planned, "refused", state, diagnostics=_blocked(planned))
    denied = _denied(planned, bound)
    if denied is not None:
        return ApplyResult(planned, "denied", state, diagnostics=[denied])
    if planned.plan.steps and not agreed:
        return ApplyResult(planned, "declined", state)
    lease.about = about(planned, session, bound.document["digest"] if bound.document else "", bound.record)
    return _run(session, planned, state, watcher, lease)


def _checked(session: Session, state: State, options: Options, bound: Bound) -> Planned:
    """Return the plan of this moment; Stale when something else was agreed to."""
    if bound.document is None:
        return plan_from(session, state, options)
    with _plannable():
        planned = plan_from(session, state, options)
    bound.check(bound.document, plan_document(planned, session.request.variables, session.effects.clock.now()))
    if bound.once:
        check_not_overtaken(session.ledger().shown, bound.document, planned.plan)
    return planned


def _run(session: Session, planned: Planned, state: State, watcher: Watcher, lease: Lease) -> ApplyResult:
    """Run the steps of an agreed plan; an interrupt lets what is in flight finish."""
    watcher.begins(len(planned.plan.steps))
    provider = session.provider
    at_once = planned.options.parallelism or provider.parallelism
    with Interrupt(watcher.said) as interrupt:
        observer = _Observer(watcher, interrupt)
        applied = run(planned.plan, state, provider, lease, session.effects, observer, at_once)
    watcher.ends()
    return ApplyResult(planned, _status(planned, applied), applied.state, applied.outcomes, applied.skipped)


@dataclass(frozen=True, slots=True)
class _Observer:
    """The applier's view of watcher and interrupt."""

    watcher: Watcher
    interrupt: Interrupt

    def started(self, step: Step, change: Change) -> None:
        """Pass it on."""
        self.watcher.started(step, change)

    def finished(self, step: Step, change: Change, outcome: Outcome) -> None:
        """Pass it on."""
        self.watcher.finished(step, change, outcome)

    def skipped(self, step: Step, change: Change, why: str) -> None:
        """Pass it on."""
        self.watcher.skipped(step, change, why)

    def stopping(self) -> bool:
        """Tell whether a signal asked to stop."""
        return self.interrupt.stopping


def _status(planned: Planned, applied: Applied) -> Status:
    """Return how it went as a whole."""
    if not planned.plan.steps:
        return "nothing to do"
    if not applied.failed:
        return "applied"
    touched = any(one.status != "failed" for one in applied.outcomes.values())
    return "partly applied" if touched else "failed"


def _denied(planned: Planned, bound: Bound) -> Diagnostic | None:
    """Return what to say of a plan that the rules do not let pass, or that nobody agreed to who must; None of any other.

    What was reviewed under other rules has to pass those, too: a pull request may have changed them.
    """
    if planned.plan.empty:
        return None
    reviewed = bound.document["policy"] if bound.document else []
    codes = [one.code for one in planned.policy if one.blocks] + [one["code"] for one in reviewed if one["blocks"]]
    if not codes:
        left = {change.address for change in planned.plan.active()}
        return None if bound.approved else objection(planned.approvals, left, bound.document, bound.record)
    codes = list(dict.fromkeys(codes))
    summary = f"{', '.join(codes)} {'denies' if len(codes) == 1 else 'deny'} this plan; nothing was changed"
    hint = f"`mlplan explain {codes[0]}` tells what it wants; an exception with a reason and a date can excuse it"
    return Diagnostic("MLE441", summary, hint=hint)


def _blocked(planned: Planned) -> list[Diagnostic]:
    """Return what to say of changes that lack a consent."""
    blocked = [change.address for change in planned.plan.blocked]
    if not blocked:
        return []
    summary = f"{count(len(blocked), 'change')} cannot be applied as things are; nothing was changed"
    hint = "the plan says at each what stands in its way, and what lifts it"
    return [Diagnostic("MLE440", summary, detail="\n".join(blocked), hint=hint)]
