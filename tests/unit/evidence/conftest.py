"""A project on a local workspace, to take real plans from."""

from pathlib import Path

import pytest

from mlplan.core.declaration import Target
from mlplan.core.effect import Effects
from mlplan.providers.local.register import Logged, register
from mlplan.providers.registry import Context, open_provider
from mlplan.testing.project import Project

MODEL = Path(__file__).parents[3] / "examples/fraud/models/fraud_score/v1"


class Fraud(Project):
    """A project with the words that these tests say most."""

    def settled(self, resources):
        self.declare(resources)
        applied = self.apply()
        assert not applied.failed, [one.error for one in applied.outcomes.values()]

    def drop(self, *addresses):
        for address in addresses:
            del self.resources[address]

    def versions(self, model, count):
        for _ in range(count):
            register(self.provider.workspace, model, MODEL, Logged(), self.effects.clock)


@pytest.fixture
def project(tmp_path):
    effects = Effects()
    provider = open_provider(Target("local"), Context(tmp_path, "fraud", "dev", effects))
    made = Fraud(provider, tmp_path, effects)
    made.settled(
        {
            "catalog.prod": {"name": "prod", "owner": "platform@example.com"},
            "schema.ml": {"catalog_name": "prod", "name": "ml", "owner": "platform@example.com"},
            "registered_model.score": {
                "catalog_name": "prod",
                "schema_name": "ml",
                "name": "score",
                "owner": "ml-owners",
            },
        }
    )
    yield made
    provider.close()
