"""The static tables of commands say what the commands themselves say."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

import mlplan.cli
from mlplan.cli import table

TABLES = {
    "mlplan": table.COMMANDS,
    "mlplan state": table.STATE,
    "mlplan local": table.LOCAL,
    "mlplan policy": table.POLICY,
    "mlplan ci": table.CI,
}
ROWS = [(path, name, entry) for path, rows in TABLES.items() for name, entry in rows.items()]


def command(entry):
    return import_module(f"mlplan.cli.{entry.module}").command


@pytest.mark.parametrize(("path", "name", "entry"), ROWS, ids=[f"{path} {name}" for path, name, _ in ROWS])
def test_a_row_is_its_command(path, name, entry):
    found = command(entry)
    assert isinstance(found, click.Command)
    assert found.name == name
    assert found.short_help == entry.help


@pytest.mark.parametrize(("path", "name", "entry"), ROWS, ids=[f"{path} {name}" for path, name, _ in ROWS])
def test_every_command_takes_the_common_options(path, name, entry):
    taken = {option for parameter in command(entry).params for option in parameter.opts}
    assert {"-C", "-e", "-o", "--var", "--no-color"} <= taken


@pytest.mark.parametrize(("path", "name", "entry"), ROWS, ids=[f"{path} {name}" for path, name, _ in ROWS])
def test_every_command_has_help(mlplan, path, name, entry):
    done = mlplan(*path.split()[1:], name, "--help")
    assert done.code == 0
    assert done.out.startswith(f"Usage: {path} {name} ")


def test_no_help_loads_a_model_or_a_platform():
    """The help of every command, in a process that has loaded nothing else."""
    modules = [entry.module for rows in TABLES.values() for entry in rows.values()]
    imports = "; ".join(f"import mlplan.cli.{module}" for module in modules)
    text = f"import sys; {imports}; print(*{{'pydantic', 'yaml', 'sqlite3', 'random'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


def test_every_command_file_stands_in_a_table():
    named = {entry.module for rows in TABLES.values() for entry in rows.values()}
    folder = Path(mlplan.cli.__file__).parent
    made = {
        path.stem
        for path in folder.glob("*.py")
        if re.search(r"^def command\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert made == named


def test_command_files_are_short():
    folder = Path(mlplan.cli.__file__).parent
    long = {
        entry.module: lines
        for rows in TABLES.values()
        for entry in rows.values()
        if (lines := len((folder / f"{entry.module}.py").read_text(encoding="utf-8").splitlines())) > 60
    }
    assert long == {}
