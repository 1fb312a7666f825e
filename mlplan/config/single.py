"""Single: one file of plain data, read on its own and as strictly as the files that declare resources."""

from pathlib import Path

from mlplan.config.files import Reader
from mlplan.config.finding import Finding, Findings
from mlplan.config.load import load
from mlplan.config.words import kind_of_value
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.source import Origin
from mlplan.core.values import Values


def single(root: Path, file: str, found: Findings, named: Origin | None = None) -> Values | None:
    """Return the mapping that a file under a root holds, as far as it can be read; what is wrong is reported.

    A file that cannot be read is reported where it is `named`.
    """
    data = Reader(root).read(file)
    if isinstance(data, Diagnostic):
        found.add(Finding(data.code, f"{file}: {data.summary}", named, hint=data.hint) if named else data)
        return None
    made, problems = load(data, file)
    for one in problems:
        found.add(one)
    if isinstance(made, dict):
        return made
    if not problems:
        empty = made is None
        summary = "the file is empty" if empty else f"a file must hold a mapping, not {kind_of_value(made)}"
        found.add(Finding("MLE122" if empty else "MLE121", summary, Origin(file, ()), hint="begin with `name:`"))
    return None
