"""Hostile: texts that try to be more than text, and a plan that holds one wherever it can hold any.

Names and values come from files and platforms that others write. Whatever they hold has to stay text on a terminal,
in JSON, in Markdown, in a browser and in the log of a CI runner.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from mlplan.core.change import Change, FieldChange
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.plan import Plan, Step
from mlplan.core.rollout import Move, Rollout
from mlplan.core.source import Source
from mlplan.core.values import Values
from mlplan.render.review import Review
from mlplan.render.sheet import Heading, Sheet

TERMINAL = (
    "\x1b[2J\x1b[31mred",
    "\x1b]8;;https://evil.test\x07link\x1b]8;;\x07",
    "\x9b31m",
    "\x90q\x9c",
    "\x07\x08\x7f",
    "all\rnone",
)
UNSEEN = ("abc\u202edcba", "\u2066x\u2069", "a\u200bb", "\ufeff", "\u00ad", "a\u2028b\u2029", "\U000e0041", "\u0085")
HTML = (
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    "<img src=x onerror=window.pwned=1>",
    '"><svg onload=window.pwned=1>',
    "--><svg onload=window.pwned=1>",
    "' onmouseover='window.pwned=1",
    "</textarea></style></title><script>window.pwned=1</script>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'>",
    '<a href="javascript:window.pwned=1">x</a>',
    "<!--",
    "<details><summary>",
    "]]>",
    "&lt;script&gt;&#x41;&amp;",
    "<base href=https://evil.test/><link rel=stylesheet href=//evil.test/a.css>",
    "{{constructor.constructor('window.pwned=1')()}}${window.pwned=1}<%= 1 %>",
)
MARKDOWN = (
    "`",
    "```",
    "``````\n```",
    "~~~~",
    "@octocat @org/team",
    "#1 GH-1 org/repo#1",
    "![x](https://evil.test/a.png)",
    "[click](javascript:alert(1))",
    "| a | b |\n|---|---|",
    "\\|\\`\\",
    "# title\n- [x] done\n> quote\n---",
    "https://evil.test www.evil.test a@evil.test",
    "**bold** _it_ ~~gone~~ :smile: $x^2$",
    "%%{init: {}}%%\nclick a href 'javascript:alert(1)'",
)
RUNNER = (
    "::error::x",
    "\n::set-output name=a::b",
    "  ::stop-commands::x",
    "\n##[error]x",
    "##vso[task.setvariable variable=a]b",
    "${{ secrets.GITHUB_TOKEN }}",
    "a<<EOF\nEOF\nPATH=/evil",
)
PIECES = (*TERMINAL, *UNSEEN, *HTML, *MARKDOWN, *RUNNER)
"""Every known trick, once."""
LONG = ("x", "line\n", "\u6f22")
TIMES = 900
"""So often is one of LONG repeated."""

Texts = Callable[[], str]


def texts() -> st.SearchStrategy[str]:
    """Return texts that hold a trick, several of them in a row, or any characters at all."""
    known = st.sampled_from(PIECES)
    free = st.text(st.characters(codec="utf-8"), max_size=40)
    long = st.sampled_from(LONG).map(lambda one: one * TIMES)
    return known | st.lists(known | free, min_size=1, max_size=3).map("".join) | free | long


def sheets() -> st.SearchStrategy[Sheet]:
    """Return plans in which every text is drawn from `texts`."""
    return st.lists(texts(), min_size=1, max_size=12).map(lambda found: sheet(_in_turn(found)))


def sheet(text: Texts) -> Sheet:
    """Return a plan that has, for each of its places that can hold a text, one of `text()`."""
    changes = _changes(text)
    plan = Plan(
        changes={one.address: one for one in changes},
        steps=[Step(1, "update", text()), Step(2, "wait", text(), (1,)), Step(3, "record", text(), (2,))],
        diagnostics=[
            Diagnostic(
                "MLE601", text(), detail=text(), address=text(), hint=text(), source=Source(text(), 3, 2, text())
            )
        ],
        rollouts={"serving_endpoint.e": _rollout(text)},
    )
    review = Review({"main.ml.m@champion": _dossier(text)}, _access(text), _policy(text), [_approval(text)])
    return Sheet(
        plan,
        Heading(text(), text(), text(), text(), protected=True, snapshot=text()),
        review,
        _document(plan, review, text),
    )


def _in_turn(found: list[str]) -> Texts:
    """Return a source of the texts, one after another and again from the first."""
    from itertools import cycle  # noqa: PLC0415 - one use

    return cycle(found).__next__


def _field(place: tuple[str, ...], before: object, after: object, text: Texts) -> FieldChange:
    """Return the change of a field that was the platform's and the configuration's doing."""
    return FieldChange(place, before, after, recorded=text(), cause="both", note=text())


def _changes(text: Texts) -> list[Change]:
    """Return changes of several kinds, with texts and lists and maps in their fields."""
    moved = FieldChange(("version",), 6, 7, 6, "both", note=text())
    tags = _field(("tags",), {text(): text()}, {text(): text(), "a": text()}, text)
    return [
        Change("model_alias.m.champion", "model_alias", "main.ml.m@champion", "update", "traffic", text(), (moved,),
               after=("serving_endpoint.e",), blocked=text(), held=text()),
        Change("registered_model.m", "registered_model", text(), "update", "safe", text(), (
            _field(("comment",), text(), text(), text), _field(("tags", text()), text(), text(), text), tags)),
        Change("experiment.e", "experiment", text(), "create", "safe", text(), (
            _field(("tags",), None, {text(): text()}, text),)),
        Change("serving_endpoint.e", "serving_endpoint", text(), "update", "traffic", text(), (
            _field(("tags", f"[{text()}]", "value"), text(), text(), text),), before_id=text()),
        Change("grants.m", "grants", text(), "update", "access", text(), (
            _field(("grants", f"[{text()}]"), None, {"principal": text(), "privileges": [text()]}, text),)),
        Change("catalog.c", "catalog", text(), "delete", "data_loss", text(), blocked=text(), moved_from=text()),
    ]  # fmt: skip


def _rollout(text: Texts) -> Rollout:
    """Return a rollout that waits."""
    moves = (Move(text(), text(), text(), text()),)
    return Rollout("serving_endpoint.e", text(), "waits", moves, ((10, text()), (50, text())), 10, 10, 1e9, text())


def _dossier(text: Texts) -> Values:
    """Return evidence with a text in each of its parts."""
    column = {"side": "input", "name": text(), "before": text(), "after": text(), "change": "changed"}
    return {
        "address": "model_alias.m.champion", "model": "main.ml.m", "alias": "champion", "from": 6, "to": 7, "move": "promotion",
        "versions": {"7": {"run_id": text(), "run_url": text()}},
        "registered": {"7": {"by": text(), "at": text()}},
        "metrics": [{"name": text(), "before": 0.5, "after": 0.4, "delta": -0.1}],
        "params": [{"name": text(), "before": text(), "after": text()}],
        "data": {"same": False, "reason": text()},
        "code": {"before": {"clean": True}, "after": {"clean": False}, "same": False, "reason": text()},
        "requirements": [{"name": text(), "before": text(), "after": text(), "change": text(), "reason": text()}],
        "requirements_summary": {"worst": "major", "unchanged": 2, "unpinned": [], "reason": text()},
        "python": {"before": text(), "after": text(), "change": text(), "reason": ""},
        "mlflow": {"before": text(), "after": text(), "change": text(), "reason": ""},
        "baselines": [],
        "unknown": {text(): text()},
        "signature": {
            "verdict": {"dataframe": "coerced", "json": "rejected", "bare": "unknown"},
            "columns": [{**column, "dataframe": "coerced", "json": "rejected", "bare": "unknown", "why": text()}],
            "unchanged": 1,
            "reason": text(),
        },
        "endpoints": [{
            "address": "serving_endpoint.e", "id": text(), "entity": text(), "follows": False, "from": 6, "to": 7,
            "traffic_before": 100, "traffic_after": 100, "scale_to_zero": True, "inference_table": text(), "rollout": None,
        }],
        "jobs": [{"job": text(), "schedule": text(), "note": text()}],
        "history": [{"version": 6, "since": text(), "until": text(), "by": text()}],
        "held": [],
        "origin": {"environment": text(), "model": text(), "version": 3, "held": [{"alias": text(), "since": text()}]},
        "rollback": text(),
    }  # fmt: skip


def _access(text: Texts) -> Values:
    """Return who gains and who loses."""
    row = {"principal": text(), "object": text(), "kind": "registered_model", "objects": [text()], "through": [text()]}
    return {"rows": [{**row, "gains": [text(), "EXECUTE"], "loses": [text()], "members": [text()], "assumes": [text()]}],
            "unknown": [text()]}  # fmt: skip


def _policy(text: Texts) -> list[dict[str, Any]]:
    """Return a result of each outcome."""
    excused = {"reason": text(), "expires": text(), "approved_by": text()}
    rows = (("failed", True, None), ("failed", False, None), ("unknown", True, excused), ("excepted", False, excused),
            ("passed", False, None))  # fmt: skip
    return [
        {"code": "MLP061", "title": text(), "level": "deny", "outcome": outcome, "address": text(), "summary": text(),
         "detail": text(), "hint": text(), "blocks": blocks, "exception": exception, "about": text()}
        for outcome, blocks, exception in rows
    ]  # fmt: skip


def _approval(text: Texts) -> dict[str, Any]:
    """Return what a policy asks people to agree to, and who has."""
    asked = {"users": [text()], "teams": [text()]}
    return {"name": text(), "from": asked, "count": 2, "addresses": [text()], "author": "excluded", "distinct": True,
            "given": [text()]}  # fmt: skip


def _document(plan: Plan, review: Review, text: Texts) -> Values:
    """Return what would be saved of the plan."""
    from mlplan.app.document import digest_of, summary  # noqa: PLC0415 - only plans need it, not texts

    found: dict[str, Any] = {
        "format_version": "1.0", "tool": {"name": "mlplan", "version": "0"}, "project": text(), "environment": text(),
        "protected": True, "mode": "apply", "git": {"commit": text(), "clean": False},
        "changes": [one.as_json() for one in plan.active()], "summary": summary(plan),
        "rollouts": [one.as_json() for one in plan.rollouts.values()], "evidence": dict(review.evidence),
        "access": dict(review.access), "provider": {"name": text(), "version": "1", "where": text()},
        "options": {"targets": [text()], "excludes": [text()], "adopt": [text()], "allow_destroy": [text()],
                    "abort_rollout": [], "restart_rollout": [], "variables": {text(): text()}},
        "config": {"digest": "0" * 64, "files": [text()]}, "state": {"lineage": "0" * 32, "serial": 7}, "reads": {},
        "steps": [one.as_json() for one in plan.steps], "policy": list(review.policy), "approvals": list(review.approvals), "snapshot": text(),
        "snapshot_time": text(),
        "diagnostics": [one.as_json() for one in plan.diagnostics], "created": "2026-01-01T00:00:00Z",
        "expires": "2026-01-02T00:00:00Z",
    }  # fmt: skip
    return {**found, "digest": digest_of(found)}
