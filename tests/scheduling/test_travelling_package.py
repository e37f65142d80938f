"""`--setup_file` builds a package that is all of boiloff."""

import tarfile
from pathlib import Path

import pytest
from apache_beam.runners.portability.stager import Stager

import boiloff

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    path = Stager._build_setup_package(str(ROOT / "setup.py"), str(tmp_path_factory.mktemp("staged")))
    with tarfile.open(path) as archive:
        return {member.name.partition("/")[2]: archive.extractfile(member) for member in archive if member.isfile()} | {
            "name": Path(path).name
        }


def test_it_has_every_module_configuration_and_data_file(package):
    below = [path for folder in ("configs", "pipeline", "transforms") for path in (ROOT / folder).rglob("*.*")]
    wanted = [path.relative_to(ROOT).as_posix() for path in below if path.suffix in (".py", ".yaml", ".json")]
    assert len(wanted) > 100
    assert sorted(set(wanted) - set(package)) == []


def test_it_can_be_built_again_on_a_worker(package):
    assert {"setup.py", "pyproject.toml", "README.md", "LICENSE"} <= set(package)
    assert package["name"] == f"boiloff-{boiloff.__version__}.tar.gz"
