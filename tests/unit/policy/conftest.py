"""Shared by the tests of rules: plans in as few words as they need."""

from datetime import datetime

import pytest

from mlplan.core.policy import Gate, Policy, Setting
from mlplan.policy.judge import judge

NOW = datetime.fromisoformat("2026-11-20T09:00:00Z").timestamp()


@pytest.fixture
def plan():
    """Return a plan of a protected environment, with whatever else is given."""
    return lambda **parts: {"environment": "prod", "protected": True, **parts}


@pytest.fixture
def promotion(plan):
    """Return a plan that moves champion from 6 to 7; `new` and `old` tell of the versions."""

    def make(new=None, old=None, **parts):
        dossier = {
            "address": "model_alias.fraud.champion", "model": "prod.ml.fraud", "alias": "champion",
            "from": 6, "to": 7, "move": "promotion", "versions": {"6": old or {}, "7": new or {}}, **parts,
        }  # fmt: skip
        return plan(evidence={"prod.ml.fraud@champion": dossier})

    return make


@pytest.fixture
def said():
    """Return what one rule says of a plan, as outcomes."""

    def ask(code, document, policy=None, now=NOW):
        return [one for one in judge(policy or Policy(), document, now) if one.code == code]

    return ask


@pytest.fixture
def outcome(said):
    """Return the only outcome of one rule, or None when it says nothing."""

    def ask(code, document, *, gate=None, now=NOW, **options):
        gates = (Gate(code, options=gate),) if gate is not None else ()
        settings = {code: (Setting(options=options),)} if options else {}
        found = said(code, document, Policy(settings=settings, gates=gates), now)
        assert len(found) <= 1, found
        return found[0].outcome if found else None

    return ask
