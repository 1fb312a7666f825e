"""Ownership: whom to ask about a thing."""

from collections.abc import Iterator

from pydantic import Field

from mlplan.core.kind import Model
from mlplan.policy.reading import is_person
from mlplan.policy.rule import Seen, Verdict, failed, passed, rule


class OwnerTags(Model):
    """The tags that name an owner."""

    tags: list[str] = Field(["owner", "team"], min_length=1, description="One of these tags must be there.")


@rule("MLP030", "experiments name their owner in a tag", "resource", kinds=("experiment",), options=OwnerTags)
def experiment_has_owner(seen: Seen) -> Iterator[Verdict]:
    """Judge whether an experiment's tags say whose it is."""
    tags = seen.values.get("tags") or {}
    wanted = seen.options.tags
    if any(tags.get(one) for one in wanted):
        yield passed()
    else:
        yield failed(f"it has no tag `{'` or `'.join(wanted)}`", hint="say whom to ask: `tags: {team: risk}`")


@rule("MLP031", "objects are owned by a group or a service, not by a person", "resource")
def owned_by_group(seen: Seen) -> Iterator[Verdict]:
    """Judge the declared owner of an object."""
    owner = str(seen.values.get("owner") or "")
    if is_person(owner):
        yield failed(f"{owner} owns it", hint="let a group own it: people leave, and a model's owner moves its aliases")
    elif owner:
        yield passed()
