"""What is built holds everything, and nothing at the top but `boiloff`."""

import importlib
import subprocess
import sys
import tarfile
import zipfile
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def backend():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT)
        return importlib.import_module("build_backend")


@pytest.fixture(scope="module")
def built(tmp_path_factory, backend):
    """The sdist, and the wheel made from it."""
    folder = tmp_path_factory.mktemp("dist")
    # Where the compiler comes from the package index, it comes into an isolated environment only.
    isolation = ["--no-isolation"] if backend.has_compiler() else []
    subprocess.run(
        [sys.executable, "-m", "build", *isolation, "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
        text=True,
    )
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive, tarfile.open(sdist) as source:
        return archive.namelist(), source.getnames()


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.split()


def test_the_wheel_holds_every_module_config_and_data_file(built):
    wheel, _ = built
    files = tracked("pipeline", "transforms", "configs")
    assert len(files) > 50
    missing = [path for path in files if f"boiloff/{path}" not in wheel]
    assert missing == []
    assert {"boiloff/__init__.py", "boiloff/__main__.py", "boiloff/py.typed"} <= set(wheel)


def test_nothing_is_installed_at_the_top_but_boiloff(built):
    wheel, _ = built
    assert {name.partition("/")[0].partition("-")[0] for name in wheel} == {"boiloff"}
    assert not [name for name in wheel if name.startswith("boiloff/tests") or name.startswith("boiloff/seeds")]


def test_the_wheel_holds_the_compiled_modules_and_their_types(built):
    wheel, _ = built
    modules = [path for path in tracked("transforms/compiled/*.py") if not path.endswith("__init__.py")]
    assert modules
    for path in modules:
        name = "boiloff/" + path.removesuffix(".py")
        assert any(name + suffix in wheel for suffix in EXTENSION_SUFFIXES), path
        assert f"{name}.pyi" in wheel
    assert "boiloff/transforms/__init__.pyi" in wheel


def test_the_sdist_can_build_it(built):
    wheel, sdist = built
    inside = {name.partition("/")[2] for name in sdist}
    assert {"setup.py", "pyproject.toml", "LICENSE", "README.md"} <= inside
    folders = ("pipeline", "transforms", "configs", "build_backend")
    assert {path for path in tracked(*folders) if path not in inside} == set()
    assert not [name for name in inside if name.endswith((*EXTENSION_SUFFIXES, ".c"))]
    assert any(name.endswith("entry_points.txt") for name in wheel)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Python finds the compiler")
def test_a_compiler_is_asked_for_where_the_machine_has_none(backend, tmp_path, monkeypatch):
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.delenv("BOILOFF_ZIG", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [name.split(">")[0] for name in backend._with_compiler(["setuptools"])] == ["setuptools", "ziglang"]
    (tmp_path / "gcc").touch(0o755)
    assert backend._with_compiler(["setuptools"]) == ["setuptools"]
    monkeypatch.setenv("BOILOFF_ZIG", "1")
    assert len(backend._with_compiler(["setuptools"])) == 2
