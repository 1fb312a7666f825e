"""Policy build: a policy out of a file's data that has passed every check; gates become rules with options."""

from collections.abc import Iterator
from typing import Any

from mlplan.core.policy import Approval, Custom, Exemption, Gate, Policy, Scope, Setting
from mlplan.core.values import Values

FLOOR, REGRESSION, PATH, SOAK, CHALLENGER, TAG = "MLP060", "MLP061", "MLP062", "MLP063", "MLP064", "MLP065"


def policy(data: Values) -> Policy:
    """Return the policy that a file's data means."""
    return Policy(
        settings={code: tuple(_settings(written)) for code, written in data.get("rules", {}).items()},
        gates=tuple(gate for block in data.get("gates", ()) for gate in _gates(block)),
        custom=tuple(map(_custom, data.get("custom", ()))),
        exceptions=tuple(map(_exemption, data.get("exceptions", ()))),
        approvals=tuple(map(_approval, data.get("approvals", ()))),
        plugins=tuple(data.get("plugins", ())),
    )


def _settings(written: Any) -> Iterator[Setting]:
    """Yield the settings of one rule in any of its forms."""
    if isinstance(written, str):
        written = {"level": written}
    for block in written if isinstance(written, list) else [written]:
        yield Setting(
            level=block.get("level"),
            scope=_scope(block),
            unknown=block.get("unknown", "deny"),
            options=block.get("options", {}),
        )


def _gates(block: Values) -> Iterator[Gate]:
    """Yield the rules that a gate stands for."""
    for code, options in _asked(block):
        yield Gate(
            code=code,
            level=block.get("level", "deny"),
            alias=block.get("alias", "*"),
            model=block.get("model", "*"),
            environments=tuple(block.get("environments", ())),
            unknown=block.get("unknown", "deny"),
            options=options,
        )


def _asked(block: Values) -> Iterator[tuple[str, Values]]:
    """Yield each rule of a gate with its options."""
    if block.get("metric"):
        limits = _given(block, "min", "max")
        change = _given(block, "max_drop", "max_rise")
        if limits:
            yield FLOOR, {"metric": block["metric"], **limits}
        if change:
            yield REGRESSION, {"metric": block["metric"], **change, "same_data": block.get("same_data") is True}
    if block.get("tag"):
        yield TAG, {"tags": block["tag"]}
    if block.get("held"):
        yield from _held(block["held"])


def _held(held: Values) -> Iterator[tuple[str, Values]]:
    """Yield the rules about an alias that was held before, here or elsewhere."""
    options = {"alias": held.get("alias") or "", "environment": held.get("environment") or ""}
    yield (PATH if options["environment"] else CHALLENGER), options
    if held.get("at_least"):
        yield SOAK, {**options, "at_least": held["at_least"]}


def _given(block: Values, *names: str) -> Values:
    """Return the numbers that a block gives, each as a float."""
    return {name: float(block[name]) for name in names if block.get(name) is not None}


def _custom(block: Values) -> Custom:
    """Return a rule of the project's own."""
    return Custom(
        code=block["code"],
        title=block["title"],
        subject=block["for"],
        check=block["check"],
        when=block.get("when") or "",
        message=block.get("message") or "",
        hint=block.get("hint") or "",
        level=block.get("level", "deny"),
        scope=_scope(block),
        unknown=block.get("unknown", "deny"),
    )


def _exemption(block: Values) -> Exemption:
    """Return an entry of `exceptions`."""
    return Exemption(
        rule=block["rule"],
        resource=block["resource"],
        reason=block["reason"],
        expires=block["expires"],
        approved_by=block.get("approved_by") or "",
        environments=tuple(block.get("environments", ())),
    )


def _approval(block: Values) -> Approval:
    """Return an entry of `approvals`."""
    listed = ("users", "teams", "environments", "kinds", "resources", "actions", "risks")
    return Approval(
        name=block["name"],
        count=block.get("count", 1),
        allow_author=block.get("allow_author") is True,
        distinct=block.get("distinct") is True,
        **{name: tuple(block.get(name, ())) for name in listed},
    )


def _scope(block: Values) -> Scope:
    """Return where a block applies."""
    return Scope(tuple(block.get("environments", ())), tuple(block.get("resources", ())))
