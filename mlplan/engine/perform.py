"""Perform: one step against the platform, and the check that it took effect.

What a platform accepts and drops is the failure that nobody sees, so every answer is compared
with what was asked for.
"""

from mlplan.core import address as addresses
from mlplan.core.change import Change, Object
from mlplan.core.effect import Effects
from mlplan.core.errors import Conflict, MlplanError, NotFound, PlatformError, UnknownOutcome
from mlplan.core.path import text
from mlplan.core.plan import STATE_VERBS, Plan, Step
from mlplan.core.provider import Edit, Handler, Provider, Renames, Restores, Waits
from mlplan.core.state import REPLACED, Intent, Outcome, State
from mlplan.core.values import Target, Values, map_unknown
from mlplan.engine import marking
from mlplan.engine.diff import comparable, differences
from mlplan.engine.rollout import ENTITIES
from mlplan.engine.steps import entry_of, sent_fields
from mlplan.kinds import PLURALS, spec

TAKING_DOWN = ("delete", "withdraw", "forget")
CHECKED = ("create", "update", "revert", "wait")
"""Verbs after which the object is as it was asked for, or the step has failed."""
LEADING = ("rename", "restore")
"""Verbs that have taken effect when the object is there under its name, whatever its fields."""


class Performer:
    """Carries out the steps of one plan."""

    def __init__(self, plan: Plan, state: State, provider: Provider, effects: Effects) -> None:
        self.plan = plan
        self.state = state
        self.provider = provider
        self.effects = effects
        self.made: dict[str, Object] = {}
        """Objects as this run left them, by address."""
        self.settles = _settling(plan)
        """The step after which a resource is as declared; what comes before it records what was there."""

    def intent(self, step: Step) -> Intent:
        """Return what to announce: with every reference resolved, as all that it needs is there."""
        change = self.plan.changes[step.address]
        if step.verb in TAKING_DOWN:
            entry = entry_of(change)._replace(id=change.current_id, values=change.recorded or {})
            return Intent(step.number, step.verb, step.address, entry)
        values = self._resolved(change, change.record or {})
        entry = entry_of(change)._replace(id=spec(change.kind).identify(values), values=values)
        if step.verb == "adopt":
            entry = entry._replace(id=change.current_id)
        if step.number < self.settles[step.address]:
            before = self.state.entries.get(step.address)
            rollout = change.rollout if step.verb == "revert" else before.rollout if before else {}
            entry = entry._replace(values=self._known(change, values), rollout=rollout)
        elif entry.rollout.get("percent") and "since" not in entry.rollout:
            entry = entry._replace(rollout={**entry.rollout, "since": int(self.effects.clock.now())})
        beside = step.verb in ("adopt", "record") and step.address + REPLACED in self.plan.changes
        verb = "create" if beside else step.verb  # so that state keeps the one that it replaces
        return Intent(step.number, verb, step.address, entry, change.moved_from)

    def perform(self, step: Step, intent: Intent) -> Outcome:
        """Do the step; every failure becomes an outcome."""
        change = self.plan.changes[step.address]
        try:
            return self._call(step, change, intent)
        except UnknownOutcome as error:
            return self._read_back(step, change, intent, error)
        except MlplanError as error:
            return Outcome(step.number, "failed", error=told(error))

    def _call(self, step: Step, change: Change, intent: Intent) -> Outcome:
        """Make the step's one call and compare its answer with what was asked."""
        if step.verb == "forget" and change.release:
            self.effects.run(f"release {step.address}", lambda: self._release(step, change))
        if step.verb in STATE_VERBS:
            there = self.made.get(step.address) or change.actual
            return Outcome(step.number, "done", intent.entry.id, dict(there.outputs) if there else {})
        handler = self.provider.handler(change.kind)
        assert handler is not None
        desired = self._resolved(change, change.desired or {})
        if step.verb == "revert":
            _unmoved(handler, change)
        first_rows = change.action == "create" and change.actual is not None
        if (step.verb in ("update", "delete", "withdraw") or first_rows) and step.address not in self.made:
            self._unchanged(step, handler, change)
        found = self.effects.run(
            f"{step.verb} {step.address}", lambda: self._verb(step, handler, change, intent.entry.id, desired)
        )
        if found is None:
            return Outcome(step.number, "done", intent.entry.id)
        found = marking.told(change.kind, found)
        self.made[step.address] = found
        error = _dropped(change, desired, found) if step.verb in CHECKED else ""
        return Outcome(step.number, "done", found.id, found.outputs, error)

    def _verb(self, step: Step, handler: Handler, change: Change, id_: str, desired: Values) -> Object | None:
        """Say one verb to the platform."""
        match step.verb:
            case "create":
                return handler.create(id_, marking.sent(change, _sent(change, desired)))
            case "update" | "withdraw" | "revert":
                actual = self.made.get(step.address) or change.actual
                assert actual is not None
                return handler.update(id_, marking.edit(change, actual, _sent(change, desired), sent_fields(change)))
            case "delete":
                handler.delete(change.current_id, change.recorded or {})
            case "restore":
                assert isinstance(handler, Restores)
                return handler.restore(id_)
            case "rename":
                assert isinstance(handler, Renames)
                return handler.rename(change.before_id, id_, desired)
            case "wait":
                assert isinstance(handler, Waits)
                return handler.wait(id_)
        return None

    def _release(self, step: Step, change: Change) -> None:
        """Take the marker off an object that is let go of."""
        handler = self.provider.handler(change.kind)
        assert handler is not None
        assert change.actual is not None
        self._unchanged(step, handler, change)
        handler.update(change.current_id, Edit(change.actual, change.actual.values, sent_fields(change)))

    def _unchanged(self, step: Step, handler: Handler, change: Change) -> None:
        """Refuse to write over what changed since the plan was made."""
        renamed = change.actual is not None and change.actual.id != change.current_id
        there = _read(handler, change.kind, change.actual.id if renamed and change.actual else change.current_id)
        if there is None and step.verb == "delete":
            return
        planned = self.plan.objects.get((change.kind, change.current_id))
        if planned is not None and not renamed and there != planned:
            raise _changed("the plan was made")

    def _read_back(self, step: Step, change: Change, intent: Intent, error: UnknownOutcome) -> Outcome:
        """Find out what became of a call whose answer was lost."""
        handler = self.provider.handler(change.kind)
        assert handler is not None
        unknown = Outcome(step.number, "unknown", error=told(error))
        try:
            found = _read(handler, change.kind, intent.entry.id)
        except PlatformError:
            return unknown
        gone = found is None or found.status == "deleted"
        if step.verb in ("delete", "forget"):
            ended = gone or (step.verb == "forget" and found is not None and found.marker is None)
            return Outcome(step.number, "done", intent.entry.id) if ended else unknown
        if found is None or gone or (step.verb == "wait" and found.status != "live"):
            return unknown
        desired = self._resolved(change, change.desired or {})
        if step.verb not in LEADING and _dropped(change, desired, found):
            return unknown
        self.made[step.address] = found
        return Outcome(step.number, "done", found.id, found.outputs)

    def _resolved(self, change: Change, values: Values) -> Values:
        """Return the fields with every reference answered by what is there now."""
        made = map_unknown(values, lambda unknown: unknown.resolve(self._lookup))
        assert isinstance(made, dict)
        return spec(change.kind).canonical(made) if made != values else values

    def _known(self, change: Change, values: Values) -> Values:
        """Return the fields as they were last applied, or are there, for a step that does not yet bring them about."""
        shape = spec(change.kind).shape()
        if change.recorded is not None:
            return change.recorded | {name: values[name] for name in values if shape[name].identity}
        fresh = comparable(change.actual.values if change.actual else {}, values, {}, shape)
        return {name: values[name] if shape[name].identity else fresh[name] for name in values if name in fresh}

    def _lookup(self, target: Target) -> object:
        """Return the value of a reference."""
        address = addresses.join(PLURALS[target.plural], target.key)
        found = self.made.get(address) or self.plan.changes[address].actual
        known = {} if found is None else found.outputs | found.values
        if target.field not in known:
            raise NotFound(f"{address} has no {target.field} now", code="MLE522")
        return known[target.field]


def _settling(plan: Plan) -> dict[str, int]:
    """Return the step that settles each resource: the last that makes it, or the wait that ends an update."""
    settles: dict[str, int] = {}
    made: set[str] = set()
    for step in plan.steps:
        if step.verb in TAKING_DOWN or (step.verb == "wait" and step.address in made):
            continue
        settles[step.address] = step.number
        if step.verb == "create":
            made.add(step.address)
    return settles


def _sent(change: Change, desired: Values) -> Values:
    """Return the fields that the platform gets to see."""
    shape = spec(change.kind).shape()
    return {name: value for name, value in desired.items() if not shape[name].engine}


def _read(handler: Handler, kind: str, id_: str) -> Object | None:
    """Return an object as it is now, its marker apart."""
    found = handler.read(id_)
    return None if found is None else marking.told(kind, found)


def _unmoved(handler: Handler, change: Change) -> None:
    """Refuse to put back what others have changed since this run did."""
    there = _read(handler, change.kind, change.id)
    made = change.actual
    if made is not None and (there is None or there.values.get(ENTITIES) != made.values.get(ENTITIES)):
        raise _changed("this run changed it")


def _changed(since: str) -> Conflict:
    """Return the refusal to write over what others did."""
    hint = "run mlplan plan again to see what is there now"
    return Conflict(f"it changed since {since}, and is left as it is", code="MLE521", hint=hint)


def _dropped(change: Change, desired: Values, found: Object) -> str:
    """Return which fields the platform accepted and did not keep; empty when all are there."""
    shape = spec(change.kind).shape()
    wanted = _sent(change, desired)
    base = comparable(found.values, wanted, wanted, shape)
    if base == wanted:
        return marking.dropped(change, found)
    names = ", ".join(text(one.field.path) for one in differences(wanted, base, None, shape))
    return f"MLE520: accepted, but the live object differs in {names}"


def told(error: MlplanError) -> str:
    """Return an error in one line, code first."""
    hint = f" ({error.hint})" if error.hint else ""
    return f"{error.code}: {error}{hint}"
