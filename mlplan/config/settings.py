"""Settings: the project file for one environment: its provider, its state, and what variables stand for."""

from collections.abc import Mapping
from typing import Any, Final

from mlplan.config import target
from mlplan.config.finding import Finding, Findings
from mlplan.config.manifest import INCLUDE, MANIFEST, SECTIONS, Project
from mlplan.config.overlay import Sources, merge
from mlplan.config.reference import Names
from mlplan.config.validate import Fault, faults
from mlplan.config.variables import Variables
from mlplan.config.words import listed, suggest
from mlplan.core.declaration import Environment, Target
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.source import Origin, YamlPath
from mlplan.core.values import Unknown, Values

_NOWHERE: Final = Target("local")


class Settings:
    """What `mlplan.yaml` says, apart from resources."""

    def __init__(self, manifest: Values, sources: Sources, found: Findings) -> None:
        """Take the file's content."""
        self.manifest = manifest
        self.environment = ""
        """The chosen environment's name; empty when there is none to choose."""
        self._sources = sources
        self._found = found

    def choose(self, wanted: str | None) -> str:
        """Choose the environment: the one asked for, the default, or the only one."""
        declared = self._section("environments")
        if not declared:
            return ""
        name = (
            wanted or self.manifest.get("default_environment") or (next(iter(declared)) if len(declared) == 1 else None)
        )
        if isinstance(name, str) and name in declared:
            self.environment = name
        elif name is None:
            hint = f"use -e NAME or set default_environment; there are {listed(declared)}"
            self._found.add(
                Finding(
                    "MLE221", "no environment is chosen", Origin(MANIFEST, ("environments",)), hint=hint, at_key=True
                )
            )
        elif not isinstance(name, Unknown):
            self._unknown_environment(str(name), declared, given=bool(wanted))
        return self.environment

    def _unknown_environment(self, name: str, declared: Values, *, given: bool) -> None:
        """Report an environment that is not declared."""
        hint = suggest(name, declared) or f"there are {listed(declared)}"
        summary = f"there is no environment `{name[:60]}`"
        if given:
            self._found.add(Diagnostic("MLE220", summary, hint=hint))
        else:
            self._found.add(Finding("MLE220", summary, Origin(MANIFEST, ("default_environment",)), hint=hint))

    def lay(self, over: Values) -> None:
        """Lay the environment's own file over the project's; plain values of variables are the environment's."""
        rest = {name: value for name, value in over.items() if name not in SECTIONS}
        given = rest.get("variables")
        if isinstance(given, dict):
            block = self._block()
            values = {name: value for name, value in given.items() if not isinstance(value, dict)}
            rest["variables"] = {name: value for name, value in given.items() if isinstance(value, dict)}
            block["variables"] = {**(block.get("variables") or {}), **values}
        merge(self.manifest, rest)

    def check(self) -> None:
        """Report what the project's model refuses."""
        values = {name: value for name, value in self.manifest.items() if name not in SECTIONS}
        for fault in faults(Project, values):
            self._report((), fault)

    @property
    def project(self) -> str:
        """Return the project's name."""
        return str(self.manifest.get("project", ""))

    @property
    def policy(self) -> str:
        """Return the policy file's name; empty when there is none, or none that may be read."""
        written = self.manifest.get("policy")
        if isinstance(written, str) and (written.startswith(("/", "~")) or ".." in written.split("/")):
            self._report(("policy",), Fault((), "MLE104", "the policy file lies under the project's root"))
            return ""
        return written if isinstance(written, str) else ""

    @property
    def patterns(self) -> list[Any]:
        """Return the include patterns."""
        written = self.manifest.get("include", list(INCLUDE))
        return written if isinstance(written, list) else []

    @property
    def explicit(self) -> bool:
        """Tell whether the project names its files itself."""
        return "include" in self.manifest

    def variables(self, given: Mapping[str, str], environ: Mapping[str, str]) -> Values:
        """Return the value of every variable."""
        declared, block = self._section("variables"), self._section_of(self._block(), "variables")
        names = Names(self.environment or Unknown(""), None, None)
        for name, one in declared.items():
            if isinstance(one, dict) and "default" in one:
                one["default"] = self._filled(one["default"], names, ("variables", name, "default"))
            else:
                declared[name] = self._filled(one, names, ("variables", name))
        base: YamlPath = ("environments", self.environment, "variables")
        block = {name: self._filled(value, names, (*base, name)) for name, value in block.items()}
        if not self.environment:
            environ = given = {}
        return Variables(declared, block, self._sources, self._found, quiet=not self.environment).settle(
            self.environment, given, environ
        )

    def target(self, values: Values) -> Environment:
        """Return the chosen environment with its provider."""
        names = Names(self.environment or Unknown(""), values, None)
        block = self._block()
        path: YamlPath = ("environments", self.environment, "provider")
        written = self._filled(block.get("provider"), names, path)
        chosen = self._parsed(target.provider, written, path)
        return Environment(self.environment, chosen, block.get("protected") is True)

    def state(self, values: Values) -> Target:
        """Return where state is kept."""
        names = Names(self.environment or Unknown(""), values, None)
        written = self._filled(self.manifest.get("state", "local"), names, ("state",))
        return self._parsed(target.state, written, ("state",))

    def _parsed(self, parse: Any, written: Any, path: YamlPath) -> Target:
        """Return a target, or report why it is none; what the model refused already is left alone."""
        if not isinstance(written, str | dict) or isinstance(written, Unknown):
            return _NOWHERE
        made = parse(written)
        if isinstance(made, Target):
            return made
        self._report(path, made)
        return _NOWHERE

    def _filled(self, value: Any, names: Names, path: YamlPath) -> Any:
        """Return a value with its references put in."""
        if isinstance(value, dict):
            return {key: self._filled(item, names, (*path, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [self._filled(item, names, (*path, place)) for place, item in enumerate(value)]
        if not isinstance(value, str) or "${" not in value:
            return value
        made, problem = names.read(value)
        if problem is not None:
            self._report(path, Fault((), *problem))
        return made

    def _block(self) -> Values:
        """Return the chosen environment's block."""
        return self._section_of(self._section("environments"), self.environment)

    def _section(self, name: str) -> Values:
        """Return a mapping of the file, empty when it is not one."""
        return self._section_of(self.manifest, name)

    @staticmethod
    def _section_of(values: Values, name: str) -> Values:
        """Return a mapping inside another, empty when it is not one."""
        found = values.get(name)
        return found if isinstance(found, dict) else {}

    def _report(self, path: YamlPath, fault: Fault) -> None:
        """Report what is wrong with a setting."""
        origin = self._sources.origin((*path, *fault.path)) if path or fault.path else Origin(MANIFEST, ())
        self._found.add(
            Finding(fault.code, fault.summary, origin, hint=fault.hint, at_key=fault.at_key, secret=fault.secret)
        )
