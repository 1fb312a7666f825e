"""Promotion: both versions side by side, who is touched, the way back; and what moves, as a diagram."""

import pytest

from mlplan.core.plan import Step
from mlplan.core.rollout import Move, Rollout

ADDRESS = "model_alias.m.champion"
ALIAS = "prod.ml.m@champion"
FOUND = {
    "address": ADDRESS, "from": 6, "to": 7, "move": "promotion",
    "versions": {
        "6": {"run_id": "a1b2c3d4e5f6", "signature": {"inputs": [1, 2], "outputs": [1]}},
        "7": {"run_id": "b2c3d4e5f6a1", "run_url": "https://host/run", "signature": {"inputs": [1, 2, 3], "outputs": [1]}},
    },
    "metrics": [
        {"name": "auc", "before": 0.941, "after": 0.953, "delta": 0.012},
        {"name": "recall", "before": 0.71, "after": 0.66, "delta": -0.05},
        {"name": "new", "before": None, "after": 1.0, "delta": None},
        {"name": "same", "before": 2.0, "after": 2.0, "delta": 0.0},
    ],
    "params": [{"name": "depth", "before": "3", "after": "4"}, {"name": "seed", "before": None, "after": "1"}],
    "data": {"same": True, "reason": "evaluation data is the same"},
    "code": {"before": {"commit": "5d0c1e7aaaa", "clean": True}, "after": {"commit": "e44b9f0bbbb", "clean": False}, "same": False},
    "signature": {
        "verdict": {"dataframe": "safe", "json": "coerced"},
        "columns": [
            {"side": "input", "name": "mcc", "before": None, "after": "string (optional)", "dataframe": "safe", "json": "safe"},
            {"side": "input", "name": "age", "before": "double", "after": "integer", "dataframe": "safe", "json": "coerced",
             "why": "1.5 becomes 1"},
            {"side": "output", "name": "score", "before": "double", "after": "long", "breaks": True},
        ],
    },
    "requirements": [{"name": "xgboost", "before": "2.0.3", "after": "2.1.1", "change": "minor"}],
    "requirements_summary": {"unchanged": 4},
    "python": {"before": "3.10.1", "after": "3.11.7", "change": "minor"},
    "registered": {"7": {"by": "job", "at": "2026-01-01T00:00:00Z"}},
    "endpoints": [{
        "address": "serving_endpoint.api", "id": "fraud-api", "entity": "current", "follows": True, "from": 6, "to": 7,
        "traffic_before": 100, "traffic_after": 100, "scale_to_zero": True, "inference_table": "prod.logs.t", "rollout": None,
    }],
    "jobs": [{"job": "score_daily", "schedule": "02:00"}],
    "history": [{"version": 6, "since": "2025-12-01T00:00:00Z", "until": None, "by": "ana"}],
    "origin": {"environment": "staging", "model": "staging.ml.m", "version": 19, "held": []},
    "unknown": {"tags": "not permitted"},
    "rollback": "mlplan rollback prod.ml.m champion -e prod",
}  # fmt: skip


@pytest.fixture
def moved(change, field):
    """Return an alias that moves."""

    def make(**more):
        return change(ADDRESS, field("version", 6, 7, 6), risk="traffic", id=ALIAS, **more)

    return make


@pytest.fixture
def text(comment, moved, result):
    rules = [
        result("MLP061", "passed", address=ADDRESS, about="auc"),
        result("MLP061", blocks=True, address=ADDRESS, about="recall"),
        result("MLP051", address=ADDRESS),
        result("MLP047", "passed", address=ADDRESS),
        result("MLP044", "passed", address="model_alias.other.champion"),
    ]
    return comment(moved(after=("serving_endpoint.api",)), evidence={ALIAS: FOUND}, policy=rules)


ROWS = {
    "the versions": "| Evidence | v6 (now) | v7 (proposed) | Δ | Gate |",
    "a metric that passes": "| `auc` | 0.941 | 0.953 | +0.012 | ✅ ok |",
    "a metric that is denied": "| `recall` | 0.71 | **0.66** | **-0.05** | ❌ **denied** `MLP061` |",
    "a new metric": "| `new` | - | 1 |  |  |",
    "an equal metric": "| `same` | 2 | 2 | = |  |",
    "the signature": "| signature | 2 in / 1 out | 3 in / 1 out | 3 columns changed | JSON callers **coerced** |",
    "a column that is coerced": "| ↳ `age` | double | integer | DataFrame safe, JSON coerced, 1.5 becomes 1 |  |",
    "a new column": "| ↳ `mcc` | - | string (optional) | DataFrame safe, JSON safe |  |",
    "an output": "| ↳ `score` (output) | double | long | breaks who reads it |  |",
    "libraries": "| libraries |  |  | 1 changed, 4 the same | ✅ ok |",
    "a library": "| ↳ `xgboost` | 2.0.3 | 2.1.1 | minor |  |",
    "python": "| python | 3.10.1 | 3.11.7 | minor |  |",
    "code": "| code | `5d0c1e7` | `e44b9f0` and changes |  | ⚠️ **warning** `MLP051` |",
    "runs": "| run | `a1b2c3d4` | `b2c3d4e5` |  |  |",
    "data": "- **Data** ✅ evaluation data is the same",
    "parameters": "- **Parameters** `depth` 3 → 4, `seed` 1 (new)",
    "who registered it": "- **Registered** by job at 2026-01-01T00:00:00Z, run `https://host/run`",
    "where it was seen": "- **Seen in** `staging` as `staging.ml.m` v19",
    "who is touched": "- **Blast radius** 1 endpoint · 1 job loads it",
    "an endpoint": "  - `fraud-api` (`serving_endpoint.api`), entity `current`: v6 → v7, 100 % of its traffic, sleeps without traffic, "
    "answers logged to `prod.logs.t`",
    "a job": "  - job `score_daily`, `02:00`",
    "what nobody could tell": "- **Unknown ⚠️** tags: not permitted",
    "who held it": "- **Held before** v6 since 2025-12-01T00:00:00Z, by `ana`",
    "the way back": "- **Rollback** `mlplan rollback prod.ml.m champion -e prod`",
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_the_evidence_is_all_there(text, row):
    assert f"\n{row}\n" in text


def test_the_line_of_a_move_says_when_and_what_is_wrong(text):
    line = (
        "**promote `prod.ml.m@champion` v6 → v7** · once `serving_endpoint.api` serves v7 · ❌ 1 denied · ⚠️ 1 warning"
    )
    assert f"#### Promotions (1)\n\n{line}\n" in text


def test_columns_that_harm_callers_come_first(text):
    assert text.index("`age`") < text.index("`mcc`")


def test_a_move_of_which_nothing_is_known_is_a_line(comment, moved):
    text = comment(moved())
    assert "**promote `prod.ml.m@champion` v6 → v7**\n" in text
    assert "| Evidence |" not in text


MOVES = {
    "rollback": ({"move": "rollback"}, {}, "#### Rollbacks (1)\n\n**roll back `prod.ml.m@champion` v6 → v7**"),
    "later": ({}, {"held": "its endpoint is on its way"}, "⏸ later: its endpoint is on its way"),
    "blocked": ({}, {"blocked": "it is protected"}, "v6 → v7** · ⛔ **blocked**\n"),
}


@pytest.mark.parametrize(("found", "more", "wanted"), MOVES.values(), ids=MOVES)
def test_each_sort_of_move_has_its_words(comment, moved, found, more, wanted):
    assert wanted in comment(moved(**more), evidence={ALIAS: found})


def test_many_metrics_are_counted_and_those_denied_are_kept(comment, moved, result):
    metrics = [{"name": f"m{place}", "before": 1.0, "after": 2.0, "delta": 1.0} for place in range(100)]
    rules = [result("MLP061", blocks=True, address=ADDRESS, about="m99")]
    text = comment(moved(), evidence={ALIAS: {"from": 6, "to": 7, "metrics": metrics}}, policy=rules)
    assert "| `m29` |" in text
    assert "| `m30` |" not in text
    assert "| `m99` | 1 | **2** |" in text
    assert "| _and 69 metrics more_ |" in text


def test_a_rollout_shows_its_steps(comment):
    rollout = Rollout(
        "serving_endpoint.api",
        "fraud-api",
        "steps",
        (Move("current", "6", "7", "next"),),
        ((10, "30m"), (50, "2h")),
        10,
        50,
    )
    text = comment(rollouts={rollout.address: rollout})
    assert (
        "- **`serving_endpoint.api`** `fraud-api` `current` v6 → v7<br>0 % → 10 % → **50 %** → 100 % · moves from 10 % to 50 %"
        in text
    )


def test_the_diagram_leads_from_the_alias_to_who_follows_it(comment, moved, change):
    serves = change("serving_endpoint.api", risk="traffic")
    steps = [Step(1, "update", serves.address), Step(2, "wait", serves.address, (1,)), Step(3, "update", ADDRESS, (2,))]
    text = comment(moved(after=(serves.address,)), serves, evidence={ALIAS: FOUND}, steps=steps)
    diagram = text.partition("```mermaid\n")[2].partition("```")[0]
    assert diagram == (
        "flowchart LR\n"
        '  n0["#126;#160;model_alias.m.champion<br>v6 → v7"]:::updated\n'
        '  n1["#126;#160;serving_endpoint.api"]:::updated\n'
        '  n2["job score_daily"]:::same\n'
        '  n0 -.->|"serves v7"| n1\n'
        '  n0 -.->|"is loaded by"| n2\n'
        "  classDef updated fill:#fff8c5,stroke:#9a6700,color:#1f2328\n"
        "  classDef same fill:#f6f8fa,stroke:#8c959f,color:#1f2328\n"
    )


def test_the_diagram_shows_what_waits_for_what(comment, change):
    changes = [change(f"schema.s{place}", action="create") for place in range(50)]
    steps = [Step(place + 1, "create", one.address, (place,) if place else ()) for place, one in enumerate(changes)]
    text = comment(*changes, steps=steps)
    assert "  n0 --> n1\n" in text
    assert text.count("schema.s") > 40
    assert '  more["and 10 changes more"]\n' in text


def test_steps_are_shown_when_they_are_asked_for(comment, change):
    steps = [Step(1, "create", "schema.s"), Step(2, "record", "schema.t", (1,))]
    text = comment(change("schema.s", action="create"), steps=steps, show_steps=True)
    assert "<b>Steps (2)</b></summary>\n\n- 1 create `schema.s`\n- 2 record `schema.t` after 1\n" in text
    assert "<b>State only (1)</b></summary>\n\n- `schema.t`\n" in text


def test_losses_of_access_come_first(comment):
    row = {
        "kind": "catalog",
        "object": "prod",
        "objects": ["prod"],
        "through": ["group"],
        "members": ["ana"],
        "assumes": [],
    }
    rows = [
        row | {"principal": "bot", "gains": ["SELECT"], "loses": []},
        row | {"principal": "team", "gains": [], "loses": ["load"]},
    ]
    text = comment(access={"rows": rows, "unknown": ["group data is not readable"]})
    gains, loses = (
        "- 🔺 **`bot`** gains `SELECT` on `prod` (`group`)",
        "- 🔻 **`team`** can **no longer** `load` on `prod` (`group`)",
    )
    assert text.index(loses) < text.index(gains) < text.index("- ⚠️ unknown: group data is not readable")
    assert "  - 1 member: `ana`\n" in text
