"""Wheel: what is installed holds everything that the program reads."""

import subprocess
import sys
import zipfile

import pytest


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=root,
        check=True,
        capture_output=True,
    )
    [made] = folder.glob("*.whl")
    with zipfile.ZipFile(made) as archive:
        yield archive


def test_it_holds_every_module_and_data_file(wheel, tracked, root):
    wanted = {str(path.relative_to(root)) for path in tracked if path.is_relative_to(root / "mlplan")}
    assert wanted - set(wheel.namelist()) == set()
    assert "mlplan/py.typed" in wanted
    assert any(name.startswith("mlplan/app/pages/") for name in wanted)


def test_it_holds_nothing_else(wheel):
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert all(top == "mlplan" or top.endswith(".dist-info") for top in tops)


def test_it_says_its_licence(wheel):
    [name] = [one for one in wheel.namelist() if one.endswith("/METADATA")]
    metadata = wheel.read(name).decode()
    assert "License-Expression: Apache-2.0" in metadata
    assert any(one.endswith("/licenses/LICENSE") for one in wheel.namelist())
