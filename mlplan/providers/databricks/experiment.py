"""Experiment: known by its path, addressed by its number; deleting one is soft, and shows as such."""

from collections.abc import Iterable, Iterator, Sequence

from mlplan.core.change import Object
from mlplan.core.errors import Conflict, NotFound
from mlplan.core.kind import Problem
from mlplan.core.provider import Edit
from mlplan.core.values import Values
from mlplan.kinds import spec
from mlplan.kinds.naming import workspace_path
from mlplan.providers.databricks.client import Client
from mlplan.providers.databricks.handler import MLFLOW, DatabricksHandler, touched
from mlplan.providers.databricks.listing import Look, listed
from mlplan.providers.databricks.shaping import proves
from mlplan.providers.databricks.wait import until

EXPERIMENTS = f"{MLFLOW}/experiments"
SYSTEM = "mlflow."
"""Tags that the platform sets itself."""
PAGE = 3000
EVERYTHING: Values = {"view_type": "ALL"}


class ExperimentHandler(DatabricksHandler):
    """Experiments."""

    kind = "experiment"

    def read(self, id: str) -> Object | None:  # noqa: A002 - the word of the house
        """Return the experiment, soft-deleted ones included, or None when there is none."""
        raw = by_name(self.client, id)
        return None if raw is None else self._object(raw)

    def gathered(self, look: Look, ids: Sequence[str]) -> Iterable[Object]:
        """Return those of the experiments that exist, in one search with those that permissions are on."""
        found = look.once("experiments", lambda: experiments(self.client, look, ids))
        return [self._object(found[id_]) for id_ in ids if id_ in found]

    def create(self, id: str, desired: Values) -> Object:  # noqa: A002
        """Make the experiment; Conflict when one of that name exists, or lies in the bin and can be restored."""
        there = by_name(self.client, id)
        if there is not None:
            state = "lies in the bin" if is_deleted(there) else "exists already"
            raise Conflict(f"experiment {id} {state}", hint="plan again: it is restored, or adopted with consent")
        body: Values = {name: desired[name] for name in ("name", "artifact_location") if name in desired}
        tags = [{"key": key, "value": value} for key, value in (desired.get("tags") or {}).items()]
        self.client.write("POST", f"{EXPERIMENTS}/create", {**body, "tags": tags} if tags else body)
        return self.shown(id, desired)

    def update(self, id: str, edit: Edit) -> Object:  # noqa: A002
        """Bring the tags to what is desired, one call each."""
        raw = self._raw(id)
        if "tags" not in touched(edit):
            return self._object(raw)
        wanted, live = edit.desired.get("tags") or {}, _tags(raw)
        number = raw["experiment_id"]
        for key, value in wanted.items():
            if live.get(key) != value:
                body = {"experiment_id": number, "key": key, "value": value}
                self.client.write("POST", f"{EXPERIMENTS}/set-experiment-tag", body)
        for key in live.keys() - wanted.keys():
            self.client.write("POST", f"{EXPERIMENTS}/delete-experiment-tag", {"experiment_id": number, "key": key})
        return self.settled(id, edit)

    def delete(self, id: str, recorded: Values) -> None:  # noqa: A002, ARG002
        """Put the experiment in the bin."""
        raw = by_name(self.client, id)
        if raw is not None and not is_deleted(raw):
            self.client.write("POST", f"{EXPERIMENTS}/delete", {"experiment_id": raw["experiment_id"]})

    def rename(self, id: str, new_id: str, desired: Values) -> Object:  # noqa: A002, ARG002
        """Give the experiment its new name; its runs stay."""
        body = {"experiment_id": self._raw(id)["experiment_id"], "new_name": new_id}
        self.client.write("POST", f"{EXPERIMENTS}/update", body)
        return self.shown(new_id, {"name": new_id})

    def restore(self, id: str) -> Object:  # noqa: A002
        """Bring the experiment back as it was."""
        raw = self._raw(id)
        if is_deleted(raw):
            self.client.write("POST", f"{EXPERIMENTS}/restore", {"experiment_id": raw["experiment_id"]})
        return until(self.reach.clock, lambda: self.need(id), lambda found: found.status == "live")

    def carrying(self, key: str, value: str) -> Iterable[Object]:
        """Return the experiments that carry this tag, in one search; those in the bin are left out."""
        asked = {"filter": f"tags.`{key}` = '{value}'", "view_type": "ACTIVE_ONLY"}
        return [
            self._object(raw) for page in _pages(self.client, asked) for raw in page if _tags(raw).get(key) == value
        ]

    def refuses(self, values: Values) -> Iterator[Problem]:
        """Refuse tags that belong to the platform, which it would set to something else."""
        for key in values.get("tags") or {}:
            if key.startswith(SYSTEM):
                yield Problem(("tags", key), f"tags that start with {SYSTEM} are the platform's own", "remove it")

    def _raw(self, id: str) -> Values:  # noqa: A002
        """Return what the API says of an experiment that must be there."""
        raw = by_name(self.client, id)
        if raw is None:
            raise NotFound(f"experiment {id} does not exist")
        return raw

    def _object(self, raw: Values) -> Object:
        """Return an experiment as the API shows it."""
        values = fields(raw)
        outputs = {"experiment_id": str(raw["experiment_id"])}
        return Object(values["name"], values, outputs, "deleted" if is_deleted(raw) else "live")


def by_name(client: Client, name: str) -> Values | None:
    """Return what the API says of an experiment by its path, or None when there is none."""
    found = client.find(f"{EXPERIMENTS}/get-by-name", {"experiment_name": name})
    return None if found is None else found["experiment"]


def is_deleted(raw: Values) -> bool:
    """Tell whether an experiment is in the bin; reads return those too."""
    return str(raw.get("lifecycle_stage", "")).lower() == "deleted"


def experiments(client: Client, look: Look, ids: Sequence[str]) -> dict[str, Values]:
    """Return the experiments that a plan asks for by their paths: declared ones and those that permissions are on."""
    wanted = look.wanted.get("experiment", {})
    on = (id_.partition("/")[2] for id_ in look.wanted.get("permissions", {}) if id_.startswith("experiment/"))
    names = list(dict.fromkeys([*ids, *wanted, *on]))

    def trusted(name: str, raw: Values) -> bool:
        why = wanted.get(name)
        if is_deleted(raw) or (why is not None and why.declared is None):
            return False
        kind = spec("experiment")
        return why is None or proves(kind, fields(raw), why, kind.shape())

    found, missing = listed(names, lambda: _pages(client), lambda raw: workspace_path(raw["name"]), trusted)
    found += [raw for raw in look.each(lambda name: by_name(client, name), missing) if raw is not None]
    return {workspace_path(raw["name"]): raw for raw in found}


def fields(raw: Values) -> Values:
    """Return the declared fields among raw ones, without the platform's own tags."""
    made = {"name": raw["name"], "artifact_location": raw.get("artifact_location"), "tags": _tags(raw)}
    return spec("experiment").canonical(made)


def _tags(raw: Values) -> dict[str, str]:
    """Return the tags of an experiment, without the platform's own."""
    return {tag["key"]: tag.get("value", "") for tag in raw.get("tags") or () if not tag["key"].startswith(SYSTEM)}


def _pages(client: Client, asked: Values = EVERYTHING) -> Iterator[list[Values]]:
    """Yield each page of a search: of all experiments, those in the bin too, unless something else is asked."""
    token = ""
    while True:
        body = {"max_results": PAGE, **asked} | ({"page_token": token} if token else {})
        found = client.search(f"{EXPERIMENTS}/search", body)
        yield found.get("experiments") or []
        token = found.get("next_page_token") or ""
        if not token:
            return
