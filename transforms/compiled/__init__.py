"""The compiled core: what runs for each line, element or answer of a page, turned into C by Cython.

The modules are ordinary Python, in Cython's pure Python mode: annotations such as ``n: cython.int`` give C types, and
``setup.py`` compiles every module of this folder. A stub beside each gives its types to the rest of boiloff.

- **Build**: ``pip install -e .``, or any target of the Makefile, puts the extension modules into this folder. Where the
  machine has no C compiler, one comes from the package index for the time of the build.
- **Debug**: with ``BOILOFF_UNCOMPILED=1`` the sources run as they are, slowly, for a debugger, a profiler or a trace;
  it needs Cython, which the extra ``dev`` has.
- **Rules**: pages are hostile. Bounds checks are on in every module, and an index of a C array, which Cython does not
  check, is cut to the size of the array. No pointers; no recursion over a page's depth; nearly linear work; sizes are
  checked before anything is allocated. Words, names and weights stay data, handed over once. Compiled and uncompiled a
  module gives the same results, which ``tests/transforms/compiled/test_uncompiled.py`` holds.
- **Sharing**: a declaration (``.pxd``) beside a module lists the classes, functions and numbers that other modules may
  use in C. They import these names from ``cython.cimports.boiloff.transforms.compiled`` when compiled, and from the
  module itself when not. A class that is declared has its attributes there. After a change of a declaration all modules
  must be compiled anew, since each was compiled for the layout that it knew.
"""

import os
import sys
import warnings
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from importlib.util import find_spec

_HERE = os.path.dirname(__file__)


def _require_compiled() -> None:
    """Raise ImportError where a module has not been compiled for this Python: the sources would run, a hundred times
    slower. Warn in a checkout where one has been changed since, or a declaration: what runs is not what is written.
    """
    changed = {file.name: file.stat().st_mtime for file in os.scandir(_HERE)}
    declared = max(changed[file] for file in changed if file.endswith(".pxd"))
    stale = []
    for name in sorted(file[: -len(".py")] for file in changed if file.endswith(".py") and file != "__init__.py"):
        built = max(changed.get(name + suffix, 0) for suffix in EXTENSION_SUFFIXES)
        if not built:
            raise ImportError(
                f"{__name__}.{name} is not compiled for Python {sys.version.split()[0]}: "
                "in a checkout, `pip install -e .` or any target of the Makefile does it"
            )
        if built < max(changed[f"{name}.py"], declared):
            stale.append(name)
    if stale and os.path.exists(os.path.join(os.path.realpath(_HERE), "..", "..", "setup.py")):
        warnings.warn(
            f"changed since they were compiled: {', '.join(stale)} in {__name__}; "
            "`pip install -e .` or any target of the Makefile compiles them",
            stacklevel=2,
        )


if os.environ.get("BOILOFF_UNCOMPILED"):
    if find_spec("cython") is None:
        raise ImportError(
            "BOILOFF_UNCOMPILED=1 needs Cython: `make .venv/installed-dev` or `pip install Cython` has it"
        )
    sys.path_importer_cache[_HERE] = FileFinder(_HERE, (SourceFileLoader, SOURCE_SUFFIXES))
else:
    _require_compiled()
