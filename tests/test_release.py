"""A release is prepared by what `.ci/release.py` checks; what needs no build is checked here too."""

import doctest
import importlib.util
import re
from pathlib import Path

import pytest
import yaml

import boiloff

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "releasing.md").read_text("utf-8")
WORKFLOW = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")


@pytest.fixture(scope="module")
def release():
    spec = importlib.util.spec_from_file_location("release", ROOT / ".ci" / "release.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_file_names_the_same_version(release):
    assert {*release.versions().values()} == {boiloff.__version__}
    for name in release.VERSIONED:
        assert f"`{name}`" in GUIDE


def test_the_recipe_requires_what_the_project_does(release):
    assert "requires what pyproject.toml does" in release.check_recipe()


@pytest.mark.parametrize("tag", ["v0.0.0", boiloff.__version__, f"v{boiloff.__version__}.dev1"])
def test_a_tag_of_another_version_is_refused(release, tag):
    with pytest.raises(release.ReleaseError, match="the tag is"):
        release.check_tag(tag)


def test_a_tag_needs_a_section_of_the_changelog(release, tmp_path, monkeypatch):
    version = boiloff.__version__
    for name in release.VERSIONED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((ROOT / name).read_text("utf-8"), "utf-8")
    monkeypatch.setattr(release, "ROOT", tmp_path)
    (tmp_path / "CHANGELOG.md").write_text("## [Unreleased]\n")
    with pytest.raises(release.ReleaseError, match="has no section"):
        release.check_tag(f"v{version}")
    (tmp_path / "CHANGELOG.md").write_text(f"## [Unreleased]\n\n## [{version}] - 2026-12-01\n")
    assert version in release.check_tag(f"v{version}")


def test_links_of_the_readme_lead_to_the_repository(release):
    assert doctest.testmod(release).failed == 0
    text = (ROOT / "README.md").read_text("utf-8")
    mended = release.with_links_below("https://host.example/blob/1", text)
    assert re.findall(r"\]\((?!https?:|#)", mended) == []
    assert "](https://host.example/blob/1/docs/report.png?raw=true)" in mended
    assert release.with_links_below("https://other.example", mended) == mended


def test_the_workflow_pins_what_it_uses_and_asks_for_no_password():
    jobs = yaml.safe_load(WORKFLOW)["jobs"]
    used = [step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step]
    assert used
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", each) for each in used)
    assert {*re.findall(r"secrets\.(\w+)", WORKFLOW)} == {"GITHUB_TOKEN"}
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert jobs["publish"]["environment"] in GUIDE
    for path in re.findall(r"(?:python|--file) (\.ci/\S+|deploy/\S+)", WORKFLOW):
        assert (ROOT / path).exists()
