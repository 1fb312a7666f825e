"""Planner: from what is declared, remembered and there, to what will be done.

Reads only. Every finding that keeps a plan from being applied is collected, never raised alone.
"""

from collections.abc import Iterator, Mapping
from functools import partial

from mlplan.core import address as addresses
from mlplan.core.change import Change, Object
from mlplan.core.declaration import Declaration, Resource
from mlplan.core.diagnostic import Diagnostic, has_errors
from mlplan.core.plan import Plan
from mlplan.core.provider import Blocks, Provider, Wanted
from mlplan.core.rule import Shape
from mlplan.core.state import Entry, Intent, State
from mlplan.core.values import Target, Unknown, Values, has_unknown, map_unknown
from mlplan.engine import follow, promotion
from mlplan.engine.decide import Situation, decide, decide_removal
from mlplan.engine.graph import CycleError, order
from mlplan.engine.guard import guard
from mlplan.engine.live import Live
from mlplan.engine.marking import foreign
from mlplan.engine.moves import collisions, follow_moves
from mlplan.engine.options import Options
from mlplan.engine.ownership import claimed, orphans
from mlplan.engine.recover import recover
from mlplan.engine.scope import matches, select, unknown_patterns
from mlplan.engine.steps import lay_out
from mlplan.engine.survey import Returns, Survey, idle, never
from mlplan.engine.versions import look_at
from mlplan.kinds import PLURALS, spec
from mlplan.kinds.model_alias import HANDED_OVER


def make_plan(
    declaration: Declaration,
    state: State,
    provider: Provider,
    options: Options,
    now: float = 0.0,
    returns: Returns = never,
) -> Plan:
    """Return what an apply of this moment would do; the plan holds every reason not to.

    `now`, in seconds since the epoch, tells which step of a rollout is due, and `returns` whether a move is a
    rollback, which takes no steps.
    """
    planner = _Planner(declaration, state, provider, options)
    planner.survey.now, planner.survey.returns = now, returns
    return planner.plan()


class _Planner:
    """One plan in the making."""

    def __init__(self, declaration: Declaration, state: State, provider: Provider, options: Options) -> None:
        self.declaration = declaration
        self.options = options
        self.provider = provider
        self.state = state
        self.live = Live(provider, options.parallelism or provider.parallelism)
        self.declared: Mapping[str, Resource] = {} if options.mode == "destroy" else declaration.resources
        self.found: list[Diagnostic] = []
        self.changes: dict[str, Change] = {}
        self.entries: dict[str, Entry] = {}
        self.origins: dict[str, str] = {}
        self.recovered: dict[str, Intent] = {}
        self.ids: dict[str, str] = {}
        self.by_id: dict[tuple[str, str], str] = {}
        self.needs: dict[str, tuple[str, ...]] = {}
        self.imports = {one.address: one.id for one in declaration.imports}
        self.renames: dict[tuple[str, str], str] = {}
        self.replaces = False
        self.going: set[str] = set()
        self.units = promotion.units(self.declared)
        self.survey = Survey(self.declared, self.live, options, self._version_of, self._adopts)

    def plan(self) -> Plan:
        """Go through the whole of it once."""
        self._supported()
        if has_errors(self.found):
            return Plan(changes={}, diagnostics=self.found, mode=self.options.mode)
        self._remember()
        self._prefetch()
        self._survey()
        for address in self._order():
            self.changes[address] = decide(self._situation(address))
            self._note_rename(self.changes[address])
        self._removals()
        self._aliases_last()
        self._refused_by_platform()
        return self._scoped()

    def _supported(self) -> None:
        """Find what this provider cannot apply and read back."""
        for address, resource in self.declared.items():
            handler = self.provider.handler(resource.kind)
            if handler is None:
                summary = f"provider {self.provider.name} has no {resource.kind}"
                self._add("MLE403", summary, address, "remove it for this environment, or choose another provider")
                continue
            for problem in handler.refuses(resource.values):
                path = ".".join(str(one) for one in problem.path)
                self._add("MLE403", f"{path}: {problem.summary}", address, problem.hint)

    def _remember(self) -> None:
        """Take in state: unfinished work of a stopped run, and addresses that moved."""
        known, self.recovered = recover(self.state, self.live)
        self.found += collisions(known, self.declaration.moved)
        self.entries, self.origins = follow_moves(known, self.declaration.moved)
        self.origins |= {address: one.moved_from for address, one in self.recovered.items() if one.moved_from}
        for address, resource in self.declared.items():
            self.ids[address] = spec(resource.kind).identify(resource.values)
            self.by_id[resource.kind, self.ids[address]] = address
        self.going = set(self._going())

    def _going(self) -> Iterator[str]:
        """Yield the ids of the aliases that this plan deletes, which nothing can follow any more."""
        kept = {one.address for one in self.declaration.removed if not one.destroy}
        for address, entry in self.entries.items():
            observed = entry.values.get("managed_by") == "observe"
            if entry.kind == "model_alias" and not (address in self.declared or address in kept or observed):
                yield entry.id

    def _prefetch(self) -> None:
        """Read all that is declared, all that is in state, and all aliases that are followed."""
        wanted: dict[str, dict[str, Wanted]] = {}
        for entry in self.entries.values():
            wanted.setdefault(entry.kind, {})[entry.id] = Wanted(None, entry.values, self.declaration.owner)
        for address, id_ in self.ids.items():
            if not isinstance(id_, Unknown):
                resource, known = self.declared[address], self.entries.get(address)
                wanted.setdefault(resource.kind, {})[id_] = Wanted(
                    resource.values, known.values if known else None, self.declaration.owner
                )
        for resource in self.declared.values():
            if follow.can_follow(resource.kind):
                for alias in follow.alias_ids(resource.values, spec(resource.kind).shape()):
                    wanted.setdefault("model_alias", {}).setdefault(alias, Wanted())
        self.live.announce(wanted)

    def _survey(self) -> None:
        """Find out what is rolled out step by step, and what stays where it is meanwhile."""
        self.survey.look(self.units, self.entries)
        self.found += self.survey.found

    def _order(self) -> list[str]:
        """Return the declared addresses, each after what it needs."""
        try:
            self.needs = {address: self._needs(address) for address in self.declared}
            return order(self.needs)
        except CycleError as cycle:
            self._add("MLE404", f"resources wait for each other: {cycle}", cycle.path[0], "break the circle")
            return []

    def _needs(self, address: str) -> tuple[str, ...]:
        """Return the declared resources that must be there first: referenced ones and containers."""
        resource = self.declared[address]
        needs = set(resource.needs)
        for link in spec(resource.kind).links(resource.values):
            owner = self.by_id.get((link.kind, link.id))
            if owner is not None and owner != address:
                needs.add(owner)
        return tuple(sorted(needs))

    def _situation(self, address: str) -> Situation:
        """Gather all that bears on one declared resource."""
        resource = self.declared[address]
        kind = spec(resource.kind)
        values = self._resolved(resource)
        followed = follow.Followed(values)
        if follow.can_follow(resource.kind):
            followed = self._followed(address, values, kind.shape())
        for path, alias in followed.missing:
            self._add(
                "MLE405",
                f"{'.'.join(path)}: the alias {alias} "
                + ("is no longer declared, and goes" if alias in self.going else "does not exist and is not declared"),
                address,
                "declare the alias, or name a version number",
            )
        it = Situation(
            address=address,
            spec=kind,
            id=kind.identify(followed.values),
            desired=followed.values,
            lifecycle=resource.lifecycle,
            owner=self.declaration.owner,
            needs=self.needs[address],
            entry=self.entries.get(address),
            moved_from=self.origins.get(address, ""),
            notes=followed.notes,
            left=(("version",),) if values.get("managed_by") in HANDED_OVER else (),
        )
        self._locate(it)
        return it

    def _followed(self, address: str, values: Values, shape: Shape) -> follow.Followed:
        """Return an endpoint's fields with the versions that it serves after this plan."""
        followed = follow.resolve(values, shape, self._version_of)
        return self.survey.followed(address, followed)

    def _adopts(self, address: str) -> bool:
        """Tell whether an object that is not in state is taken over."""
        return address in self.imports or matches(address, self.options.adopt | self.options.take_over)

    def _locate(self, it: Situation) -> None:
        """Find the resource's object: under its own name, or the one that it is known by until now."""
        imported = self.imports.get(it.address)
        it.current_id = it.entry.id if it.entry else it.id
        if it.entry is None and imported is not None:
            it.current_id = imported
            it.consent = f"adopted as {imported}, by the `import:` entry"
            if self._read(it.spec.kind, imported) is None:
                self._add("MLE407", f"there is no {it.spec.kind} {imported} to import", it.address, "check the id")
        elif it.entry is None and self._adopts(it.address):
            it.consent = "it exists and is adopted"
        if it.address in self.recovered and it.address not in self.state.entries:
            it.consent = "made by a run that was stopped; taken in"
        it.object = self._read(it.spec.kind, it.current_id)
        taken = foreign(it.object, self.declaration.owner) if matches(it.address, self.options.take_over) else None
        if taken is not None and it.consent:
            it.consent = f"taken over from {taken}"
        it.replaced_parent = self._replaced_parent(it) if self.replaces else ""
        if it.current_id != it.id:
            self._follow_rename(it)

    def _follow_rename(self, it: Situation) -> None:
        """Settle a resource whose name differs from the one in state."""
        parent = next((link for link in it.spec.links(it.desired) if (link.kind, link.id) in self.renames), None)
        if parent is not None and it.object is not None:
            old = self.renames[parent.kind, parent.id]
            if it.current_id.replace(old, parent.id) == it.id:
                identity = {name: it.desired[name] for name, rule in it.spec.shape().items() if rule.identity}
                it.object = Object(it.id, it.object.values | identity, it.object.outputs, it.object.status)
                return
        if it.object is None or it.object.status == "deleted":
            it.current_id, it.object = it.id, self._read(it.spec.kind, it.id)
            if it.object is not None and it.address not in self.recovered:
                it.entry = None
        else:
            it.taken_by_other = self._read(it.spec.kind, it.id) is not None

    def _replaced_parent(self, it: Situation) -> str:
        """Return the container of the resource that this plan replaces, if there is one."""
        for link in it.spec.links(it.desired):
            owner = self.by_id.get((link.kind, link.id)) if link.contains else None
            if owner in self.changes and self.changes[owner].action == "replace":
                return owner
        return ""

    def _read(self, kind: str, id_: str) -> Object | None:
        """Return a live object; a name that is not known yet has none."""
        return None if isinstance(id_, Unknown) else self.live.get(kind, id_)

    def _resolved(self, resource: Resource) -> Values:
        """Return a resource's fields with the references that live objects can answer."""
        if not has_unknown(resource.values):
            return resource.values
        made = map_unknown(resource.values, lambda text: text.resolve(self._lookup))
        assert isinstance(made, dict)
        return spec(resource.kind).canonical(made)

    def _lookup(self, target: Target) -> object:
        """Return what a reference stands for now; itself when only apply can tell."""
        change = self.changes.get(addresses.join(PLURALS[target.plural], target.key))
        unknown = Unknown(f"${{resources.{target.plural}.{target.key}.{target.field}}}")
        if change is None or change.actual is None or change.action in ("create", "replace"):
            return unknown
        known = change.actual.outputs | change.actual.values
        return known.get(target.field, unknown)

    def _version_of(self, alias_id: str) -> int | None:
        """Return the version that an alias will have: the declared one, or the live one."""
        owner = self.by_id.get(("model_alias", alias_id))
        live = self._read("model_alias", alias_id)
        declared = self.declared[owner].values if owner else {}
        if owner is None and alias_id in self.going:
            return None
        if live is not None and (owner is None or self._left_to_others(self.declared[owner])):
            return int(live.values["version"])
        version = None if declared.get("managed_by") == "observe" else declared.get("version")
        return None if version is None or isinstance(version, Unknown) else int(version)

    def _left_to_others(self, alias: Resource) -> bool:
        """Tell whether mlplan never moves an alias that is there."""
        return alias.values.get("managed_by") in HANDED_OVER or ("version",) in alias.lifecycle.ignore_changes

    def _note_rename(self, change: Change) -> None:
        """Remember what bears on the resources that come after; report what others moved."""
        self.replaces = self.replaces or change.action == "replace"
        if change.before_id and change.action in ("update", "move", "import"):
            self.renames[change.kind, change.id] = change.before_id
        change.rollout = self.survey.record(change.address)
        change.held = self.survey.holds(change)
        if change.desired and change.desired.get("managed_by") in HANDED_OVER:
            self._report_handed_over(change)

    def _report_handed_over(self, change: Change) -> None:
        """Say what a bot did with an alias, and leave an observed one alone."""
        declared = self.declared[change.address].values
        if declared["managed_by"] == "observe" and change.action == "create":
            change.action, change.fields, change.reason = "no-op", (), "observed only; it is not there"
        live = change.actual.values["version"] if change.actual else None
        if live is not None and live != declared["version"]:
            summary = f"{change.id} points at v{live}, declared is v{declared['version']}"
            hint = f"managed_by is {declared['managed_by']}: mlplan reports it and does not move it"
            self.found.append(Diagnostic("MLE430", summary, "note", address=change.address, hint=hint))

    def _removals(self) -> None:
        """Decide on what is in state and no longer declared."""
        destroying = self.options.mode == "destroy"
        forget = set() if destroying else {one.address for one in self.declaration.removed if not one.destroy}
        why = "everything is to be destroyed" if destroying else "no longer declared"
        claims = {(one.kind, one.current_id): one for one in self.changes.values()}
        for address, entry in self.entries.items():
            if address in self.declared:
                continue
            found = self._read(entry.kind, entry.id)
            claim, other = claims.get((entry.kind, entry.id)), foreign(found, self.declaration.owner)
            asked = bool(claim) or address in forget or other is not None
            change = decide_removal(address, spec(entry.kind), entry, found, forget=asked, why=why)
            change.release = change.release and not (claim or other)
            if other is not None and change.action == "forget":
                change.reason = f"it is owned by {other}; it stays as it is"
            if claim and change.actual is not None and change.actual.status != "deleted":
                self._same_object(change, claim, allowed=address in forget)
            self.changes[address] = change

    def _same_object(self, old: Change, new: Change, *, allowed: bool) -> None:
        """Let go of an address whose object is declared under another one; it is a rename, which has a word."""
        old.reason = f"its object is declared as {new.address} now"
        if new.address not in self.entries and not allowed:
            new.blocked = f"state has it as {old.address}; to rename it, write `moved: [{{from: {old.address}, to: {new.address}}}]`"

    def _aliases_last(self) -> None:
        """Let every alias wait for all endpoints of its unit, so that it never points ahead of them; report skew."""
        for unit in self.units:
            owners = [self.by_id.get(("model_alias", alias), "") for alias in unit.aliases]
            promotion.link(unit, [self.changes[one] for one in owners if one in self.changes], self.changes)
            for address in (one for one in unit.endpoints if one in self.changes and one not in self.survey.courses):
                declared, alias_of = self.declared[address].values, partial(self._read, "model_alias")
                self.found += promotion.skew(self.changes[address], declared, alias_of)

    def _refused_by_platform(self) -> None:
        """Block the changes that a handler would refuse, before anything is done."""
        handlers: dict[str, object] = {kind: self.provider.handler(kind) for kind in self._kinds()}
        blocking = {kind: found for kind, found in handlers.items() if isinstance(found, Blocks)}
        for change in self.changes.values():
            handler = blocking.get(change.kind)
            if handler is None or change.actual is None or change.desired is None or change.blocked:
                continue
            if change.fields and not has_unknown(change.desired):
                change.blocked = handler.blocks(change.actual, change.desired)

    def _kinds(self) -> set[str]:
        """Return the kinds of all changes."""
        return {change.kind for change in self.changes.values()}

    def _scoped(self) -> Plan:
        """Return the plan with its scope, its consents and its steps."""
        self.found += unknown_patterns(self.changes, self.options)
        selected = select(self.changes, self.options)
        left = [one for address, one in self.changes.items() if address not in selected and one.action != "no-op"]
        plan = Plan(selected, diagnostics=self.found, objects=self.live.objects, mode=self.options.mode)
        plan.unselected = len(left)
        plan.units = self.units
        plan.rollouts = {address: one for address, one in self.survey.rollouts.items() if address in selected}
        plan.void = frozenset(one.address for one in self.state.pending if one.address not in self.changes)
        self.found += idle(self.options, plan.rollouts)
        self.found += claimed(plan, self.declaration.owner, self.options)
        self.found += () if self.state.lineage else orphans(plan)
        guard(plan, self.changes, self.declaration, self.entries, self.options)
        look_at(plan, self.provider, self.live.parallelism)
        try:
            plan.steps = lay_out(plan, self.state, self._dependents(), self.provider)
        except CycleError as cycle:
            self._add("MLE404", f"steps wait for each other: {cycle}", "", "apply a part with --target first")
        return plan

    def _dependents(self) -> Iterator[tuple[str, str]]:
        """Yield each pair of an address in state and what it was made from."""
        for address, entry in self.entries.items():
            for need in entry.needs:
                yield address, need

    def _add(self, code: str, summary: str, address: str, hint: str) -> None:
        """Collect an error about a resource."""
        self.found.append(Diagnostic(code=code, summary=summary, address=address, hint=hint))
