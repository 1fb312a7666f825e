"""Policy: the file that `policy:` in mlplan.yaml names, read as strictly as any other, all mistakes together."""

from collections.abc import Iterator, Mapping
from fnmatch import filter as matching
from pathlib import Path
from typing import Any, NamedTuple

from mlplan.config.finding import Finding, Findings
from mlplan.config.manifest import MANIFEST
from mlplan.config.policy_approval import faults_of_approval
from mlplan.config.policy_build import policy
from mlplan.config.policy_check import faults_of_custom, faults_of_exception, faults_of_gate
from mlplan.config.policy_file import PolicyFile, RuleBlock
from mlplan.config.single import single
from mlplan.config.validate import Fault, faults
from mlplan.config.words import kind_of_value, listed, suggest
from mlplan.core.diagnostic import Diagnostic, has_errors
from mlplan.core.policy import Card, Policy, Rulebook
from mlplan.core.source import Origin, YamlPath
from mlplan.core.values import Unknown, Values


class Read(NamedTuple):
    """What a policy file says, unless there are errors, and everything there is to say about it."""

    policy: Policy | None
    diagnostics: list[Diagnostic]


def read(root: Path, file: str, book: Rulebook, project: Path | None = None) -> Read:
    """Return the policy in a file under a root; its codes and expressions are those of the book.

    `project` is where the project's environments are declared, if that is not the root, too.
    """
    found = Findings()
    data = single(root, file, found)
    if data is not None:
        _Checker(file, data, book, found).check(_environments(project or root))
    diagnostics = found.diagnostics(root)
    return Read(None if data is None or has_errors(diagnostics) else policy(data), diagnostics)


def _environments(root: Path) -> list[str]:
    """Return the names of the project's environments; none when they cannot be told."""
    data = single(root, MANIFEST, Findings()) or {}
    declared = data.get("environments")
    return list(declared) if isinstance(declared, dict) else []


class _Checker:
    """Looks for everything that is wrong with one policy file."""

    def __init__(self, file: str, data: Values, book: Rulebook, found: Findings) -> None:
        """Take what the file holds."""
        self.file = file
        self.data = data
        self.book = book
        self.found = found

    def check(self, environments: list[str]) -> None:
        """Report every mistake."""
        for fault in faults(PolicyFile, self.data):
            self.report((), fault)
        cards = self._cards()
        custom = {str(one.get("code")) for _, one in self._blocks("custom")}
        for code, written in self._section("rules").items():
            self._rule(code, written, cards, custom)
        for path, gate in self._blocks("gates"):
            self._all(path, faults_of_gate(gate))
        for path, block in self._blocks("custom"):
            self._all(path, faults_of_custom(block, cards, self._before("custom", path), self.book))
        for path, block in self._blocks("exceptions"):
            self._all(path, faults_of_exception(block))
            self._known(path, block.get("rule"), [*cards, *sorted(custom)])
        for path, block in self._blocks("approvals"):
            self._all(path, faults_of_approval(block, self._before("approvals", path, "name")))
        for path, name in self._named_environments():
            self._environment(path, name, environments)

    def _cards(self) -> Mapping[str, Card]:
        """Return every rule that can be set; plugins that do not work are reported."""
        named = self.data.get("plugins")
        names = [one for one in named if isinstance(one, str)] if isinstance(named, list) else []
        cards, problems = self.book.cards(names)
        for path, summary, _ in problems:
            hint = "install it beside mlplan, or remove it from `plugins`"
            self.report(("plugins",), Fault(path, "MLE327", summary, hint))
        return cards

    def _rule(self, code: str, written: Any, cards: Mapping[str, Card], custom: set[str]) -> None:
        """Report what is wrong with the setting of one rule."""
        path: YamlPath = ("rules", code)
        card = cards.get(code)
        if code in custom or (card and card.gate):
            hint = "set its level where it is declared, under `custom`" if code in custom else "write it under `gates`"
            self.report(path, Fault((), "MLE321", f"{code} is not set under `rules`", hint, at_key=True))
        elif card is None:
            self._unknown(path, code, cards)
        else:
            for inner, block in self._forms(path, written):
                self._all(inner, faults(RuleBlock, block))
                self._options(inner, block.get("options"), card)

    def _forms(self, path: YamlPath, written: Any) -> Iterator[tuple[YamlPath, Values]]:
        """Yield the blocks of a setting in any of its forms."""
        if isinstance(written, dict):
            yield path, written
        elif isinstance(written, list):
            for place, one in enumerate(written):
                yield from self._forms((*path, place), one) if isinstance(one, dict) else self._odd((*path, place), one)
        elif isinstance(written, str):
            self._all(path, (one._replace(path=()) for one in faults(RuleBlock, {"level": written})))
        else:
            yield from self._odd(path, written)

    def _odd(self, path: YamlPath, written: Any) -> Iterator[tuple[YamlPath, Values]]:
        """Report a setting that is none."""
        summary = f"a rule is set by a level or a mapping, not by {kind_of_value(written)}"
        self.report(path, Fault((), "MLE202", summary, 'write "off", warn or deny'))
        yield from ()

    def _options(self, path: YamlPath, options: Any, card: Card) -> None:
        """Report options that a rule does not have."""
        if not isinstance(options, dict):
            return
        inner: YamlPath = (*path, "options")
        if card.options is not None:
            self._all(inner, faults(card.options, options))
        elif options:
            self.report(inner, Fault((), "MLE322", f"{card.code} has no options", "remove them", at_key=True))

    def _known(self, path: YamlPath, code: Any, known: list[str]) -> None:
        """Report an exception to a rule that does not exist."""
        if isinstance(code, str) and not isinstance(code, Unknown) and code not in known:
            self._unknown((*path, "rule"), code, known, at_key=False)

    def _unknown(self, path: YamlPath, code: str, known: Any, *, at_key: bool = True) -> None:
        """Report a code that no rule has."""
        hint = suggest(code, known) or "`mlplan policy list` shows every rule"
        self.report(path, Fault((), "MLE320", f"there is no rule `{code[:60]}`", hint, at_key=at_key))

    def _environment(self, path: YamlPath, name: str, known: list[str]) -> None:
        """Report an environment that the project does not have: what is said of it would never apply."""
        if known and not matching(known, name):
            hint = suggest(name, known) or f"there are {listed(known)}"
            self.report(path, Fault((), "MLE329", f"no environment is named `{name[:60]}`", hint))

    def _named_environments(self) -> Iterator[tuple[YamlPath, str]]:
        """Yield each environment that the file names, and where."""
        settings = [
            one for code, written in self._section("rules").items() for one in _blocks_of(("rules", code), written)
        ]
        for path, block in [*settings, *(one for name in _LISTS for one in self._blocks(name))]:
            for place, name in enumerate(block.get("environments") or ()):
                if isinstance(name, str) and not isinstance(name, Unknown):
                    yield (*path, "environments", place), name
            held = block.get("held")
            if isinstance(held, dict) and isinstance(held.get("environment"), str):
                yield (*path, "held", "environment"), held["environment"]

    def _before(self, name: str, path: YamlPath, by: str = "code") -> set[str]:
        """Return the codes, or what else they are known by, of the blocks before one."""
        return {str(one.get(by)) for other, one in self._blocks(name) if other < path}

    def _blocks(self, name: str) -> Iterator[tuple[YamlPath, Values]]:
        """Yield the mappings of a list, each with its path."""
        section = self.data.get(name)
        for place, one in enumerate(section if isinstance(section, list) else ()):
            if isinstance(one, dict):
                yield (name, place), one

    def _section(self, name: str) -> Values:
        """Return a mapping of the file, empty when it is not one."""
        found = self.data.get(name)
        return found if isinstance(found, dict) else {}

    def _all(self, path: YamlPath, found: Any) -> None:
        """Report every fault below a path."""
        for fault in found:
            self.report(path, fault)

    def report(self, path: YamlPath, fault: Fault) -> None:
        """Report one fault."""
        origin = Origin(self.file, (*path, *fault.path))
        self.found.add(Finding(fault.code, fault.summary, origin, hint=fault.hint, at_key=fault.at_key))


_LISTS = ("gates", "custom", "exceptions", "approvals")


def _blocks_of(path: YamlPath, written: Any) -> Iterator[tuple[YamlPath, Values]]:
    """Yield the mappings of a rule's setting."""
    if isinstance(written, dict):
        yield path, written
    for place, one in enumerate(written if isinstance(written, list) else ()):
        if isinstance(one, dict):
            yield (*path, place), one
