"""Check what a release needs, or prepare a checkout for one; docs/releasing.md describes a release.

`release.py check` builds and tries everything that can be built on one machine, in out/release (`make release-check`).
`release.py tag v1.2.3` checks that the files name this version. `release.py links BASE` lets the links of the README
lead below BASE, because the package index shows the README without the files beside it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "out" / "release"
TOOLS = Path(sys.executable).parent
# The files that name the version, each with the pattern of the line that does.
VERSIONED = {
    "boiloff/_version.py": r'__version__ = "(.+)"',
    "CITATION.cff": r"version: (.+)",
    "deploy/conda/recipe.yaml": r"  version: (\d.+)",
    "deploy/dataflow/Dockerfile": r"ARG IMAGE=boiloff:(.+)",
    "deploy/flink/cluster.yaml": r" +image: boiloff:(.+)",
    "deploy/flink/clean.yaml": r" +image: boiloff:(.+)",
}
PLATFORMS = ("linux x86_64", "linux aarch64", "macos x86_64", "macos arm64", "windows AMD64")
# What conda-forge sets for every recipe.
CONDA_VARIANTS = {"c_compiler": ["gcc"], "c_stdlib": ["sysroot"], "c_stdlib_version": ["2.17"], "python": ["3.12.*"]}
LINK = re.compile(r"(!?)(\[[^\]]*\]\()(?!https?:|#)([^)]+)\)")


class ReleaseError(Exception):
    """Something that a release needs is missing or wrong; the message says what."""


def run(*words: object, cwd: Path = ROOT) -> str:
    """Run a program without its output; return the output, or raise an error with its end."""
    done = subprocess.run([*map(str, words)], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ReleaseError(f"{words[0]} ends with status {done.returncode}\n{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout + done.stderr


def versions() -> dict[str, str]:
    """Return the version that each file names."""
    found = {}
    for name, pattern in VERSIONED.items():
        line = re.search(f"^{pattern}$", (ROOT / name).read_text("utf-8"), re.MULTILINE)
        found[name] = line[1].strip() if line else "none"
    return found


def check_versions() -> str:
    """Check that all files name one version."""
    found = versions()
    if len({*found.values()}) > 1:
        raise ReleaseError(f"these files name different versions: {found}")
    return found["boiloff/_version.py"]


def check_tag(tag: str) -> str:
    """Check that a tag, the files and the changelog name one version."""
    version = check_versions()
    if tag != f"v{version}":
        raise ReleaseError(f"the tag is {tag}, and the files name version {version}")
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    if not re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE):
        raise ReleaseError(f"CHANGELOG.md has no section '## [{version}] - YYYY-MM-DD'")
    return f"every file names version {version}"


def with_links_below(base: str, text: str) -> str:
    """Let the relative links of a Markdown text lead below an address; pictures are asked for as they are.

    >>> with_links_below("https://host.example/blob/1", "[a](docs/a.md#b) ![c](c.png) [d](https://d.example)")
    '[a](https://host.example/blob/1/docs/a.md#b) ![c](https://host.example/blob/1/c.png?raw=true) [d](https://d.example)'
    """
    base = base.rstrip("/")
    return LINK.sub(lambda link: f"{link[1]}{link[2]}{base}/{link[3]}{'?raw=true' * bool(link[1])})", text)


def mend_links(base: str) -> str:
    """Write the README of this checkout with links that lead below `base`."""
    readme = ROOT / "README.md"
    readme.write_text(with_links_below(base, readme.read_text("utf-8")), "utf-8")
    return f"the links of README.md lead below {base}"


def built(pattern: str) -> Path:
    """Return the one file of the release that matches."""
    (path,) = OUT.glob(pattern)
    return path


def build() -> str:
    """Build the sdist, and from it the wheel."""
    shutil.rmtree(OUT, ignore_errors=True)
    run(sys.executable, "-m", "build", "--outdir", OUT / "dist", ROOT)
    return f"{built('dist/*.tar.gz').name}, {built('dist/*.whl').name}"


def check_metadata() -> str:
    """Let twine check what the package index will read."""
    run(sys.executable, "-m", "twine", "check", "--strict", *sorted((OUT / "dist").iterdir()))
    return "the package index can read the metadata and the README"


def repair() -> str:
    """Give the wheel the tag of the oldest Linux that can run it, as cibuildwheel does."""
    wheel = built("dist/*.whl")
    if sys.platform != "linux":
        shutil.copytree(wheel.parent, OUT / "wheels")
        return "auditwheel is only for Linux"
    # auditwheel starts patchelf by its name.
    path = f"PATH={TOOLS}:/usr/bin:/bin"
    run("env", path, sys.executable, "-m", "auditwheel", "repair", "--wheel-dir", OUT / "wheels", wheel)
    name = built("wheels/*.whl").name
    if "manylinux" not in name:
        raise ReleaseError(f"{name} fits only this machine")
    return name


def try_wheel() -> str:
    """Install the wheel, with all that it needs, into a new environment, and clean a page there."""
    run(sys.executable, "-m", "venv", OUT / "venv")
    python = OUT / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", built("wheels/*.whl"))
    run(python, "-m", "pip", "check")
    found = run(python, ROOT / ".ci" / "try_installed.py", cwd=OUT).strip()
    shutil.rmtree(OUT / "venv")  # half a gigabyte
    return found


def check_cibuildwheel() -> str:
    """List the wheels that cibuildwheel would build."""
    if sys.version_info < (3, 11):
        return "not checked: cibuildwheel needs Python 3.11"
    found = []
    for name in PLATFORMS:
        platform, machine = name.split()
        words = ("--print-build-identifiers", "--platform", platform, "--archs", machine, ROOT)
        wheels = run(sys.executable, "-m", "cibuildwheel", *words).split()
        if not wheels:
            raise ReleaseError(f"cibuildwheel builds nothing for {name}")
        found.append(f"{len(wheels)} for {name}")
    return "cibuildwheel would build " + ", ".join(found)


def check_workflow() -> str:
    """Check the workflow by its schema and for what would make it insecure, and the citation by its schema."""
    workflow = ROOT / ".github" / "workflows" / "release.yml"
    schema = (sys.executable, "-m", "check_jsonschema", "--builtin-schema")
    run(*schema, "vendor.github-workflows", workflow)
    run(*schema, "vendor.citation-file-format", ROOT / "CITATION.cff")
    run(TOOLS / "zizmor", "--offline", "--no-progress", workflow)
    return "release.yml and CITATION.cff follow their schemas; zizmor finds nothing"


def check_recipe() -> str:
    """Render the conda recipe, and compare its requirements with those of the project."""
    recipe = (ROOT / "deploy" / "conda" / "recipe.yaml").read_text("utf-8")
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    (listed,) = re.findall(r"^dependencies = \[\n(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    wanted = {line.lower() for line in re.findall(r'"(.+?)"', listed)}
    (required,) = re.findall(r"^  run:\n(.*?)\n\n", recipe, re.MULTILINE | re.DOTALL)
    given = {line.strip("- ").replace(" ", "").lower() for line in required.splitlines()} - {"python"}
    if wanted != given:
        raise ReleaseError(f"recipe.yaml and pyproject.toml differ in {sorted(wanted ^ given)}")
    try:
        from rattler_build import Stage0Recipe, VariantConfig
    except ImportError:
        return "recipe.yaml requires what pyproject.toml does; not rendered without py-rattler-build"
    Stage0Recipe.from_yaml(recipe).render(VariantConfig(CONDA_VARIANTS))
    return "recipe.yaml can be rendered, and requires what pyproject.toml does"


CHECKS: tuple[Callable[[], str], ...] = (
    check_versions,
    check_recipe,
    check_workflow,
    check_cibuildwheel,
    build,
    check_metadata,
    repair,
    try_wheel,
)


def check() -> str:
    """Run every check in turn, and print what each one found."""
    for each in CHECKS:
        print(f"{each.__name__:20} {each()}", flush=True)
    return "everything that can be tried on this machine is ready for a release"


def main(words: Iterable[str]) -> str:
    """Do what the words of the command line say."""
    match [*words]:
        case ["check"]:
            return check()
        case ["tag", tag]:
            return check_tag(tag)
        case ["links", base]:
            return mend_links(base)
    raise ReleaseError("usage: release.py check | tag TAG | links BASE")


if __name__ == "__main__":
    try:
        print(main(sys.argv[1:]))
    except ReleaseError as error:
        sys.exit(f"release: {error}")
