"""Access: who is let in, by which right, and who is locked out."""

from collections.abc import Iterator

from pydantic import Field

from mlplan.core.kind import Model
from mlplan.policy.reading import ROWS, principals, rows
from mlplan.policy.rule import Seen, Verdict, failed, passed, rule

MANAGING = frozenset({"MANAGE", "CAN_MANAGE"})
ALL = "ALL_PRIVILEGES"


class Everyone(Model):
    """Who is everyone, and what everyone may have."""

    principals: list[str] = Field(["account users", "users"], description="Groups that hold everyone.")
    allowed: list[str] = Field(["BROWSE"], description="Privileges that everyone may have.")


@rule("MLP020", "access goes to groups, not to people", "resource", kinds=ROWS)
def groups_not_people(seen: Seen) -> Iterator[Verdict]:
    """Judge whether a row names a person."""
    people = sorted(name for name, _, person in rows(seen.values) if person)
    if people:
        hint = "grant to a group: a person changes teams, and nobody reviews that"
        yield failed(f"it names {', '.join(people)}", hint=hint)
    else:
        yield passed()


@rule("MLP021", "nobody new manages or owns", "resource")
def nobody_manages_anew(seen: Seen) -> Iterator[Verdict]:
    """Judge whether somebody gets MANAGE, CAN_MANAGE or ownership through the plan."""
    had = {(name, right) for name, rights in principals(seen.before) for right in rights}
    gains = [(name, right) for name, rights in principals(seen.values) for right in rights if (name, right) not in had]
    new = sorted((name, right) for name, right in gains if right in MANAGING or (right == "OWNER" and seen.before))
    for name, right in new[:1]:
        told = f"{name} becomes the owner" if right == "OWNER" else f"{name} gets {right}"
        yield failed(told, hint="whoever manages an object may pass it on: have it reviewed by whoever is responsible")
    if not new and any(True for _ in principals(seen.values)):
        yield passed()


@rule("MLP022", "privileges are named, not all of them given", "resource", kinds=("grants",))
def named_privileges(seen: Seen) -> Iterator[Verdict]:
    """Judge whether a row gives ALL_PRIVILEGES."""
    found = sorted(name for name, rights, _ in rows(seen.values) if ALL in rights)
    if found:
        hint = "name the privileges; ALL_PRIVILEGES grows with every new one of the platform"
        yield failed(f"{', '.join(found)} may do everything", hint=hint)
    else:
        yield passed()


@rule("MLP023", "nothing is open to everyone", "resource", level="deny", kinds=ROWS, options=Everyone)
def not_everyone(seen: Seen) -> Iterator[Verdict]:
    """Judge whether everyone in the account or workspace is let in."""
    everyone = {one.casefold() for one in seen.options.principals}
    found = [
        (name, sorted(rights - set(seen.options.allowed)))
        for name, rights, _ in rows(seen.values)
        if name.casefold() in everyone
    ]
    open_ = sorted((name, rights) for name, rights in found if rights)
    for name, rights in open_[:1]:
        yield failed(f"`{name}` gets {', '.join(rights)}", hint="grant to the group that needs it")
    if not open_:
        yield passed()


@rule("MLP024", "nobody loses access", "plan")
def nobody_loses(seen: Seen) -> Iterator[Verdict]:
    """Judge whether the plan takes anything away from anyone, directly or through what it inherits."""
    access = seen.plan.get("access")
    found = (access.get("rows") if isinstance(access, dict) else access) or ()
    losing = [one for one in found if one.get("loses")]
    for one in losing:
        told = f"{one['principal']} loses {', '.join(one['loses'])} on {one['object']}"
        yield failed(told, hint="make sure that no job runs as it, or keep the row")
    if not losing and access is not None:
        yield passed()
