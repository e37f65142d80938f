"""What a folder of sources says when nobody has compiled it, and how it runs as it is."""

import os
import shutil
import subprocess
import sys
import time
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from boiloff.transforms import compiled

FOLDER = Path(compiled.__file__).parent


@pytest.fixture
def sources(tmp_path):
    """A copy of the folder without what was built."""
    shutil.copytree(FOLDER, tmp_path / "sources", ignore=shutil.ignore_patterns("*.so", "*.pyd", "__pycache__"))
    return tmp_path


def imported(folder, **environment):
    return subprocess.run(
        [sys.executable, "-c", "import sources.trees as trees; print(trees.__file__)"],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


def test_sources_that_are_not_compiled_say_how_they_are(sources):
    run = imported(sources)
    assert run.returncode == 1
    assert " is not compiled for Python" in run.stderr
    assert "pip install -e ." in run.stderr


def test_they_run_as_they_are_where_that_is_asked_for(sources):
    (sources / "sources" / "trees.so").touch()  # not even an extension module that is there is taken then
    run = imported(sources, BOILOFF_UNCOMPILED="1")
    assert run.stdout.strip().endswith("trees.py"), run.stderr


def test_a_checkout_warns_of_modules_that_were_changed_since(sources):
    for path in (sources / "sources").glob("*.p*"):
        os.utime(path, (1_000, 1_000))
        if path.suffix == ".py" and path.stem != "__init__":
            path.with_suffix(EXTENSION_SUFFIXES[0]).touch()
    os.utime(sources / "sources" / "trees.py", (time.time() + 60,) * 2)
    folder = sources / "transforms"
    folder.mkdir()
    (sources / "sources").rename(folder / "sources")
    command = [sys.executable, "-c", "import sources"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert run.stderr == ""  # an installed package says nothing: its files have the times of their unpacking
    (sources / "setup.py").touch()
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert "changed since they were compiled: trees in sources" in run.stderr
