"""The extension modules: every module of `transforms/compiled`, which Cython turns into C."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from setuptools import Extension
from setuptools.command.build_ext import build_ext

from .compiler import commands_from_the_index, has_compiler

FOLDER = Path("transforms/compiled")
# Only these are built, if any are named: a change of one is tried in seconds.
MODULES = frozenset(os.environ.get("BOILOFF_MODULES", "").split())
# Instrumentation by the compiler, such as `address,undefined`; see the Makefile's `sanitize`.
SANITIZE = os.environ.get("BOILOFF_SANITIZE", "")


def compiled_modules() -> list[Extension]:
    """An extension for each module. Paths are relative to the folder of setup.py, where setuptools builds."""
    return [
        Extension(
            f"boiloff.transforms.compiled.{path.stem}",
            [path.as_posix()],
            extra_compile_args=_compile_arguments(),
            extra_link_args=[f"-fsanitize={SANITIZE}"] if SANITIZE else [],
        )
        for path in sorted(FOLDER.glob("*.py"))
        if path.stem != "__init__" and (not MODULES or path.stem in MODULES)
    ]


def _compile_arguments() -> list[str]:
    if sys.platform == "win32":
        return []
    # No fused multiply-add: a sum is rounded in the same way on every processor.
    always = ["-ffp-contract=off"]
    if SANITIZE:
        return [*always, "-O1", "-g", f"-fsanitize={SANITIZE}", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"]
    return [*always, "-O3", "-g0"]


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

        sources = {made.name: made.sources for made in cythonize(self.extensions, build_dir="build/c", quiet=True)}
        for extension in self.extensions:
            extension.sources = sources[extension.name]
        if not has_compiler():
            self.compiler.set_executables(**commands_from_the_index())
        super().build_extensions()
