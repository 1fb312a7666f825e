"""Tree: the files of a project read and put together, each problem kept beside the file that has it."""

import re
from pathlib import Path
from typing import Any

from mlplan.config import include
from mlplan.config.files import Reader
from mlplan.config.finding import Finding, Findings
from mlplan.config.load import FAST, load
from mlplan.config.manifest import LISTS, MANIFEST, OVERLAYS, SECTIONS
from mlplan.config.overlay import Sources, lengthen, merge
from mlplan.config.words import kind_of_value, listed, suggest
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.source import Origin, Source, YamlPath
from mlplan.core.values import Unknown, Values

_OTHER_SUFFIX = re.compile(r"\.yaml$")


class Tree:
    """Everything that the files of one project say."""

    def __init__(self, root: Path, sources: Sources, found: Findings) -> None:
        """Begin with nothing read."""
        self.resources: Values = {}
        self.lists: dict[str, list[tuple[Any, Origin]]] = {name: [] for name in LISTS}
        self.whole = True
        """Whether every file could be read as far as its resources."""
        self._sources = sources
        self._found = found
        self._reader = Reader(root)
        self._keys: dict[str, str] = {}
        if not FAST:
            found.add(Diagnostic("MLE125", "PyYAML was built without libyaml: reading is slow", severity="warning"))

    @property
    def files(self) -> tuple[str, ...]:
        """Return every file that was read, sorted."""
        return tuple(sorted(self._reader.read_files))

    def manifest(self) -> Values | None:
        """Return what `mlplan.yaml` says, or None when that cannot be told."""
        if not (Path(self._reader.real_root) / MANIFEST).exists():
            self._found.add(
                Diagnostic(
                    "MLE101",
                    f"there is no {MANIFEST} here",
                    source=Source(MANIFEST),
                    hint="go to the project's root, use -C DIR, or run `mlplan init`",
                )
            )
            return None
        return self._mapping(MANIFEST)

    def overlay(self, environment: str) -> Values | None:
        """Return what the environment's own file says; None when there is none."""
        file = f"{OVERLAYS}/{environment}.yaml"
        if not (Path(self._reader.real_root) / file).exists():
            return None
        return self._mapping(file)

    def include(self, patterns: list[Any], policy: str, *, explicit: bool, only: str = "") -> None:
        """Read the files that the patterns name, and take in what they declare: everything, or `only` one kind."""
        files: dict[str, None] = {}
        for place, pattern in enumerate(patterns):
            files.update(dict.fromkeys(self._matching(pattern, ("include", place), explicit=explicit)))
        for file in files:
            if file in (MANIFEST, policy) or file.startswith(f"{OVERLAYS}/"):
                continue
            data = self._mapping(file, f"{only}:" if only else "")
            if data is not None:
                self.take(part(data, only) if only else data, file)

    def take(self, data: Values, file: str) -> None:
        """Take in the sections of one file."""
        for name, section in data.items():
            if name in LISTS:
                self._take_list(name, section, file)
            elif name == "resources":
                self._take_resources(section, file)
            elif file != MANIFEST:
                hint = suggest(name, SECTIONS) or f"a resource file may hold {listed(SECTIONS)}"
                self._add("MLE200", f"there is no section `{name[:60]}` here", file, (name,), hint, at_key=True)

    def lay(self, over: Values, file: str) -> None:
        """Lay the resources of an overlay over all others."""
        for name in LISTS:
            if name in over:
                self._take_list(name, over[name], file)
        section = over.get("resources")
        if isinstance(section, dict):
            lengthen(self.resources, section)
            self._own(section, file)
            merge(self.resources, section)
        elif "resources" in over:
            self._empty("resources", section, file)

    def _own(self, section: Values, file: str) -> None:
        """Remember which resources only the overlay declares."""
        for plural, resources in section.items():
            self._sources.sections.setdefault(plural, file)
            if isinstance(resources, dict):
                for key in resources:
                    self._sources.owners.setdefault((plural, key), file)

    def _take_list(self, name: str, section: Any, file: str) -> None:
        """Add the entries of `moved`, `removed` or `import`."""
        if not isinstance(section, list):
            self._empty(name, section, file, "a list")
            return
        self.lists[name] += [(entry, Origin(file, (name, place))) for place, entry in enumerate(section)]

    def _take_resources(self, section: Any, file: str) -> None:
        """Add the resources of one file; each is declared once."""
        if not isinstance(section, dict):
            self._empty("resources", section, file)
            return
        for plural, resources in section.items():
            self._sources.sections.setdefault(plural, file)
            known = self.resources.setdefault(plural, {})
            if not isinstance(resources, dict):
                self._empty(plural, resources, file, path=("resources", plural))
            else:
                for key, fields in resources.items():
                    self._take_resource(known, (plural, key), fields, file)

    def _take_resource(self, known: Values, name: tuple[str, str], fields: Any, file: str) -> None:
        """Add one resource."""
        plural, key = name
        if key in known:
            path = ("resources", plural, key)
            self._found.add(
                Finding(
                    "MLE208",
                    f"`{plural}.{key}` is declared twice",
                    Origin(file, path),
                    hint="keep one of them, or use the environment's file to change it",
                    detail="it is declared first at ",
                    at_key=True,
                    elsewhere=Origin(self._sources.owners[name], path),
                )
            )
            return
        known[key] = fields
        self._sources.owners[name] = file

    def _matching(self, pattern: Any, path: YamlPath, *, explicit: bool) -> list[str]:
        """Return the files of a pattern; a pattern that names none is most likely a mistake."""
        if not isinstance(pattern, str) or isinstance(pattern, Unknown):
            return []
        refused = include.refusal(pattern)
        if "${" in pattern:
            self._add("MLE310", "an include pattern holds no references", MANIFEST, path, "write the folders out")
        elif refused:
            self._add("MLE104", refused, MANIFEST, path, "write a pattern such as resources/**/*.yaml")
        else:
            return self._expanded(pattern, path, explicit=explicit)
        self.whole = False
        return []

    def _expanded(self, pattern: str, path: YamlPath, *, explicit: bool) -> list[str]:
        """Return the files of a good pattern."""
        root = self._reader.real_root
        try:
            files = include.expand(root, pattern)
            others = include.expand(root, _OTHER_SUFFIX.sub(".yml", pattern)) if pattern.endswith(".yaml") else []
        except (include.TooMany, OSError, re.error) as error:
            self._add(
                "MLE106", f"the pattern cannot be followed: {error}", MANIFEST, path, "name the folders of resources"
            )
            self.whole = False
            return []
        if not files and explicit:
            hint = "correct it, or remove it; mlplan will not take a missing folder for an empty one"
            self._add("MLE105", f"the include pattern `{pattern[:80]}` matches no file", MANIFEST, path, hint)
            self.whole = False
        for other in others:
            hint = "rename it to .yaml, or add a pattern for it"
            self._found.add(
                Diagnostic("MLE109", "this file is not included", severity="warning", source=Source(other), hint=hint)
            )
        return files

    def _mapping(self, file: str, holding: str = "") -> Values | None:
        """Return the mapping that a file holds; None when it holds something else or cannot be read.

        A file without the text `holding` is not worth parsing, and counts as something else.
        """
        data = self._reader.read(file)
        if isinstance(data, Diagnostic):
            self._found.add(data)
            self.whole = False
            return None
        if holding.encode() not in data:
            return None
        made, found = load(data, file, self._keys)
        for one in found:
            self._found.add(one)
        if isinstance(made, dict):
            return made
        self.whole = False
        if not found:
            self._not_a_mapping(made, file)
        return None

    def _not_a_mapping(self, made: Any, file: str) -> None:
        """Report a file that is empty or holds something odd."""
        if made is None:
            hint = "write `resources: {}` if that is meant; an empty file is most often a broken one"
            hint = "begin with `project:`, or run `mlplan init`" if file == MANIFEST else hint
            self._add("MLE122", "the file is empty", file, (), hint)
        else:
            hint = "begin with `resources:`" if file != MANIFEST else "begin with `project:`"
            self._add("MLE121", f"a file must hold a mapping, not {kind_of_value(made)}", file, (), hint)

    def _empty(self, name: str, section: Any, file: str, wanted: str = "a mapping", path: YamlPath = ()) -> None:
        """Report a section that is empty or holds something odd."""
        if isinstance(section, Unknown):
            return
        if section is None:
            hint = f"write `{name}: {'[]' if wanted == 'a list' else '{}'}` if that is meant, or remove the line"
            self._add("MLE122", f"the section `{name[:60]}` is empty", file, path or (name,), hint, at_key=True)
        else:
            summary = f"`{name[:60]}` must be {wanted}, not {kind_of_value(section)}"
            self._add("MLE202", summary, file, path or (name,), "")

    def _add(self, code: str, summary: str, file: str, path: YamlPath, hint: str, *, at_key: bool = False) -> None:
        """Report something about a place in a file."""
        self._found.add(Finding(code, summary, Origin(file, path), hint=hint, at_key=at_key))


def part(data: Values, plural: str) -> Values:
    """Return what a file declares of one kind."""
    section = data.get("resources")
    return {"resources": {plural: section[plural]}} if isinstance(section, dict) and plural in section else {}
