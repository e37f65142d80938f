"""The C compiler that builds the compiled modules: the machine's own, or zig's clang from the package index."""

from __future__ import annotations

import os
import platform
import shutil
import sys

FROM_THE_INDEX = "ziglang>=0.14"
# Zig compiles for the processor and the C library of the machine it runs on, unless it is asked for others: what it
# builds would then crash on an older worker. 2.17 is what Python's own manylinux2014 wheels ask for.
OLDEST = f"-target {platform.machine()}-linux-gnu.2.17 -mcpu=baseline"


def has_compiler() -> bool:
    """Return whether the machine has a C compiler; outside Linux, leave the search to Python.

    BOILOFF_ZIG=1 passes it by, for a wheel that older machines can run.
    """
    if os.environ.get("BOILOFF_ZIG") and sys.platform == "linux":
        return False
    return bool(os.environ.get("CC")) or any(map(shutil.which, ("cc", "gcc", "clang"))) or sys.platform != "linux"


def commands_from_the_index() -> dict[str, str]:
    """Return the commands of the compiler from the package index, by the names that setuptools uses."""
    zig = f"{sys.executable} -m ziglang cc {OLDEST}"
    return {"compiler": zig, "compiler_so": f"{zig} -fPIC", "linker_so": f"{zig} -shared", "linker_exe": zig}
