"""The extension modules: every module of `transforms/compiled`, which Cython turns into C."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from setuptools import Extension
from setuptools.command.build_ext import build_ext

from .compiler import commands_from_the_index, has_compiler

FOLDER = Path("transforms/compiled")
C_FOLDER = Path("build/c")
# What modules share with each other is declared in files that Cython looks for below the installed names.
DECLARATIONS = Path("build/declarations")
# Cython's own code for arrays, once instead of in each module: that halves what is compiled and loaded.
FOR_ARRAYS = "boiloff.transforms.compiled._arrays_of_cython"
# Only these are built, if any are named: a change of one is tried in seconds.
MODULES = frozenset(os.environ.get("BOILOFF_MODULES", "").split())
# Instrumentation by the compiler, such as `address,undefined`; see the Makefile's `sanitize`.
SANITIZE = os.environ.get("BOILOFF_SANITIZE", "")


def compiled_modules() -> list[Extension]:
    """Return an extension for each module. Paths are relative to the folder of setup.py, where setuptools builds."""
    names = [path.stem for path in sorted(FOLDER.glob("*.py")) if path.stem != "__init__"]
    extensions = [_extension(f"boiloff.transforms.compiled.{name}", FOLDER / f"{name}.py") for name in names]
    if not MODULES:
        return [_extension(FOR_ARRAYS, FOLDER / "_arrays_of_cython.c"), *extensions]
    return [extension for extension in extensions if extension.name.rpartition(".")[2] in MODULES]


def _extension(name: str, source: Path) -> Extension:
    return Extension(
        name,
        [source.as_posix()],
        extra_compile_args=_compile_arguments(),
        extra_link_args=[f"-fsanitize={SANITIZE}"] if SANITIZE else [],
    )


def _compile_arguments() -> list[str]:
    if sys.platform == "win32":
        return []
    # No fused multiply-add: a sum is rounded in the same way on every processor. No function that nothing declares: it
    # would only be missed when the module is imported.
    always = ["-ffp-contract=off", "-Werror=implicit-function-declaration"]
    if SANITIZE:
        return [*always, "-O1", "-g", f"-fsanitize={SANITIZE}", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"]
    return [*always, "-O3", "-g0"]


def _lay_out_declarations() -> None:
    """Put the declarations where Cython finds them, and remove the C that is older than one: Cython would keep it."""
    folder = DECLARATIONS / "boiloff" / FOLDER
    shutil.rmtree(DECLARATIONS, ignore_errors=True)
    folder.mkdir(parents=True)
    newest = 0.0
    for package in (folder, *folder.parents[:2]):
        (package / "__init__.py").touch()
    for path in FOLDER.glob("*.pxd"):
        shutil.copy(path, folder)
        newest = max(newest, path.stat().st_mtime)
    for path in (C_FOLDER / FOLDER).glob("*.c"):
        if path.stat().st_mtime < newest:
            path.unlink()


class BuildExtensions(build_ext):
    """Turn the modules into C and compile them."""

    def finalize_options(self) -> None:
        """Build side by side, and always: what was built before may be another compiler's, or instrumented."""
        super().finalize_options()
        self.force = self.parallel = True

    def build_extensions(self) -> None:
        """Build; the C goes below build/."""
        # Here and not above: without Cython, an sdist can still be made.
        from Cython.Build import cythonize

        _lay_out_declarations()
        made = cythonize(
            self.extensions,
            build_dir=str(C_FOLDER),
            include_path=[str(DECLARATIONS)],
            shared_utility_qualified_name=FOR_ARRAYS,
            quiet=True,
        )
        sources = {extension.name: extension.sources for extension in made}
        for extension in self.extensions:
            extension.sources = sources[extension.name]
        if not has_compiler():
            self.compiler.set_executables(**commands_from_the_index())
        super().build_extensions()
