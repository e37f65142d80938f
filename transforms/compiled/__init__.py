"""The compiled core: what runs for each line, element or answer of a page, turned into C by Cython.

The modules are ordinary Python, in Cython's pure Python mode: annotations such as ``n: cython.int`` give C types, and
``setup.py`` compiles every module of this folder. A stub beside each gives its types to the rest of boiloff.

- **Build**: ``pip install -e .``, or any target of the Makefile, puts the extension modules into this folder. Where the
  machine has no C compiler, one comes from the package index for the time of the build.
- **Debug**: with ``BOILOFF_UNCOMPILED=1`` the sources run as they are, slowly, for a debugger, a profiler or a trace;
  it needs Cython, which the extra ``dev`` has.
- **Rules**: pages are hostile. Bounds checks are on in every module, and an index of a C array, which Cython
  does not check, is cut to the size of the array; no pointers; no recursion over a page's depth; nearly linear work; sizes are checked before anything is allocated. Words,
  names and weights stay data, handed over once. A module stands alone: C functions are not shared between modules.
  Compiled and uncompiled it gives the same results, which ``tests/transforms/compiled/test_uncompiled.py`` holds.
"""

import os
import sys
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from importlib.util import find_spec

_HERE = os.path.dirname(__file__)


def _require_compiled() -> None:
    """Raise ImportError where a module has not been compiled for this Python: the sources would run, a hundred times
    slower.
    """
    files = set(os.listdir(_HERE))
    for name in sorted(file[: -len(".py")] for file in files if file.endswith(".py") and file != "__init__.py"):
        if not any(name + suffix in files for suffix in EXTENSION_SUFFIXES):
            raise ImportError(
                f"{__name__}.{name} is not compiled for Python {sys.version.split()[0]}: "
                "in a checkout, `pip install -e .` or any target of the Makefile does it"
            )


if os.environ.get("BOILOFF_UNCOMPILED"):
    if find_spec("cython") is None:
        raise ImportError(
            "BOILOFF_UNCOMPILED=1 needs Cython: `make .venv/installed-dev` or `pip install Cython` has it"
        )
    sys.path_importer_cache[_HERE] = FileFinder(_HERE, (SourceFileLoader, SOURCE_SUFFIXES))
else:
    _require_compiled()
