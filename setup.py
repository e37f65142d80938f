"""Maps the top-level folders into one installed package, ``boiloff``.

``pipeline/``, ``transforms/`` and ``configs/`` stand at the top of the repository, but installed
under those bare names they would collide with other people's packages. ``build_backend/`` compiles
``transforms/compiled/``. Everything else about the distribution is in ``pyproject.toml``.
"""

from setuptools import find_packages, setup

from build_backend.extensions import BuildExtensions, compiled_modules

FOLDERS = ("pipeline", "transforms", "configs")


def packages_below(folder: str) -> list[str]:
    """List the package in `folder` and those inside it, by their installed names."""
    inner = find_packages(folder)
    return [f"boiloff.{folder}", *(f"boiloff.{folder}.{name}" for name in inner)]


setup(
    packages=["boiloff", *(name for folder in FOLDERS for name in packages_below(folder))],
    package_dir={"boiloff": "boiloff", **{f"boiloff.{folder}": folder for folder in FOLDERS}},
    package_data={
        "boiloff": ["py.typed"],
        "boiloff.configs": ["*.yaml"],
        "boiloff.pipeline.beam_yaml": ["*.yaml"],
        "boiloff.pipeline.inspect": ["templates/*"],
        "boiloff.pipeline.output": ["json_schemas/*.json"],
        "boiloff.transforms": ["*.pyi"],
        "boiloff.transforms.compiled": ["*.pxd", "*.pyi"],
        "boiloff.transforms.data": ["*.json", "*/*.json"],
    },
    ext_modules=compiled_modules(),
    cmdclass={"build_ext": BuildExtensions},
)
