"""Beam's import: it waits until a program needs Beam, leaves the root logger alone, and makes our transforms Beam's.

Beam's import takes a second and 130 MB, which a function that cleans one page need not cost.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import TYPE_CHECKING

from ._loading import without_collection

if TYPE_CHECKING:
    from importlib.abc import Loader
    from logging import LogRecord

    from apache_beam import PTransform as BeamTransform
else:
    Loader = object  # `importlib.abc` imports twenty modules

    class _Plain:
        """The base of a transform without Beam. Python exchanges the base of a class only if it is not `object`."""

    class BeamTransform(_Plain):
        """A `beam.PTransform` in every process that has imported Beam, an ordinary class in all others."""


__all__ = ["BeamTransform", "watch_beam_import"]

BEAM = "apache_beam"
PTRANSFORM = "apache_beam.transforms.ptransform"


def watch_beam_import() -> None:
    """Quiet Beam's import, and make `BeamTransform` a PTransform right after it, or now if Beam is there.

    On import Beam tries its BigQuery client. Where that is missing, it warns on the root logger, which sets up a
    handler for the whole process. Nothing here uses BigQuery.
    """
    if BEAM not in sys.modules:
        sys.meta_path.insert(0, _BeamFinder())
    elif not _become_ptransforms():
        sys.meta_path.insert(0, _LateFinder())


def _become_ptransforms() -> bool:
    """Make `BeamTransform` a PTransform. Return whether Beam has one: it may be half imported."""
    base = getattr(sys.modules.get(PTRANSFORM), "PTransform", None)
    if base is not None:
        BeamTransform.__bases__ = (base,)
    return base is not None


class _LateFinder:
    """Finds nothing, but sees each import. Where Beam itself has imported boiloff, it waits for Beam's PTransform."""

    def __init__(self) -> None:
        self._has_waited = False

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if not self._has_waited and name.startswith(f"{BEAM}."):
            self._has_waited = _become_ptransforms()


class _BeamFinder:
    """Finds Beam as Python does, and gives it a loader of ours until one import has succeeded."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != BEAM:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _QuietLoader(spec.loader, self)
        return spec


class _QuietLoader(Loader):
    """Loads a module without its warning of missing client libraries, and gives it back its own loader."""

    def __init__(self, loader: Loader, finder: _BeamFinder) -> None:
        self._loader = loader
        self._finder = finder

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = module.__loader__ = self._loader
        import logging  # which a page that is cleaned without Beam does not need

        root = logging.getLogger()
        handlers = root.handlers[:]
        root.addFilter(_is_not_about_apitools)
        try:
            with without_collection():
                self._loader.exec_module(module)
        finally:
            root.removeFilter(_is_not_about_apitools)
            root.handlers[:] = handlers
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        _become_ptransforms()


def _is_not_about_apitools(record: LogRecord) -> bool:
    return "apitools not found" not in record.getMessage()
