"""Policy: the project's rules, found and read, and a plan judged by them."""

from dataclasses import dataclass, field
from typing import NamedTuple

from mlplan.app.session import Request
from mlplan.config.project import load
from mlplan.core.declaration import Declaration
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.core.policy import Policy, Result, matches
from mlplan.core.values import Values
from mlplan.policy.book import Book
from mlplan.policy.judge import judge
from mlplan.policy.listing import Placed, placed


@dataclass(slots=True)
class Rules:
    """The policy of a project, with all rules that it may name."""

    policy: Policy = field(default_factory=Policy)
    book: Book = field(default_factory=Book)

    def judge(self, document: Values, now: float) -> list[Result]:
        """Return what every rule says of a plan; `core.policy` tells what the document holds."""
        return judge(self.policy, document, now, self.book.installed(self.policy.plugins))

    def placed(self, environment: str, *, protected: bool) -> list[Placed]:
        """Return every rule with the level that it has in an environment."""
        cards = self.book.cards(self.policy.plugins)[0].values()
        return placed(self.policy, cards, environment, protected=protected)

    def codes(self) -> list[str]:
        """Return the code of every rule."""
        return [one.code for one in self.placed("", protected=True)]


def rules_of(declaration: Declaration) -> Rules:
    """Return the rules of a project; Mistake with every finding when its policy file has errors."""
    rules, found = checked(declaration)
    if rules is None:
        raise Mistake(*found)
    return rules


def checked(declaration: Declaration) -> tuple[Rules | None, list[Diagnostic]]:
    """Return the rules of a project, unless there are errors, and what is wrong with its policy file."""
    if not declaration.policy:
        return Rules(), []
    from mlplan.config.policy import read  # noqa: PLC0415 - most projects have no policy file

    book = Book()
    policy, found = read(declaration.policy_root or declaration.root, declaration.policy, book, declaration.root)
    return (None if policy is None else Rules(policy, book)), found


class Listed(NamedTuple):
    """What holds in one environment."""

    environment: str
    rules: list[Placed]
    approvals: list[Values]
    """Who must agree to what: as plans have it, and in place of addresses what is asked about."""


def listed(request: Request) -> Listed:
    """Return every rule with its level in an environment, and who must agree to changes there."""
    loaded = load(request.root, request.environment, request.variables, policy=request.policy)
    if loaded.declaration is None:
        raise Mistake(*loaded.diagnostics)
    environment = loaded.declaration.environment
    rules = rules_of(loaded.declaration)
    asked = [one for one in rules.policy.approvals if matches(one.environments, environment.name)]
    return Listed(
        environment.name,
        rules.placed(environment.name, protected=environment.protected),
        [{**one.required(()), **one.about()} for one in asked],
    )
