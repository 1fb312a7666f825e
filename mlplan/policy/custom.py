"""Custom: a rule of the project's own, an expression over plain values that must hold."""

from collections.abc import Iterator

from mlplan.core.policy import Card, Custom
from mlplan.policy.expression import evaluate
from mlplan.policy.rule import Rule, Seen, Verdict, failed, passed, unknown


def made(custom: Custom) -> Rule:
    """Return the rule that judges by a project's expressions."""

    def judge(seen: Seen) -> Iterator[Verdict]:
        """Yield whether `check` holds wherever `when` does."""
        if custom.when:
            about = evaluate(custom.when, custom.subject, seen.subject, seen.plan)
            if about.holds is None:
                yield unknown("`when` cannot be told", detail=about.reason, hint=_HINT)
            if not about.holds:
                return
        yield _verdict(custom, seen)

    return Rule(Card(custom.code, custom.title, custom.subject, custom.level, everywhere=True), judge)


_HINT = "ask with has(...) whether a field is there before reading it"


def _verdict(custom: Custom, seen: Seen) -> Verdict:
    """Return whether `check` holds."""
    answer = evaluate(custom.check, custom.subject, seen.subject, seen.plan)
    if answer.holds is None:
        return unknown("`check` cannot be told", detail=answer.reason, hint=_HINT)
    return passed() if answer.holds else failed(custom.message or custom.title, hint=custom.hint)
