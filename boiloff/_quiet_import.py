"""Beam's import, without the warning that it logs where Google's client libraries are not installed."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

BEAM = "apache_beam"


def quiet_beam() -> None:
    """Have Beam's import, whoever asks for it and when, leave the root logger as it was before.

    On import Beam tries its BigQuery client, and where that is missing it warns on the root logger, which sets up a
    handler for the whole process. Nothing here uses BigQuery. Beam is not imported yet: it takes a second, which a
    command that only shows its help need not wait for.
    """
    if BEAM not in sys.modules:
        sys.meta_path.insert(0, _BeamFinder())


class _BeamFinder:
    """Finds Beam as Python does, and gives it a loader that is quiet. Once: then it is no finder any more."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != BEAM:
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _QuietLoader(spec.loader)
        return spec


class _QuietLoader(Loader):
    """A loader that runs a module without what it tells of missing client libraries, and leaves it its own loader."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = module.__loader__ = self._loader
        root = logging.getLogger()
        handlers = root.handlers[:]
        root.addFilter(_is_not_about_apitools)
        try:
            self._loader.exec_module(module)
        finally:
            root.removeFilter(_is_not_about_apitools)
            root.handlers[:] = handlers


def _is_not_about_apitools(record: logging.LogRecord) -> bool:
    return "apitools not found" not in record.getMessage()
