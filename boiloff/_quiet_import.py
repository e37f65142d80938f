"""Beam's import, without the warning that it logs where Google's client libraries are not installed."""

from __future__ import annotations

import logging


def import_beam_quietly() -> None:
    """Import Beam so that the root logger is as it was before.

    On import Beam tries its BigQuery client, and where that is missing it warns on the root logger, which sets up a
    handler for the whole process. Nothing here uses BigQuery.
    """
    root = logging.getLogger()
    handlers = root.handlers[:]
    root.addFilter(_is_not_about_apitools)
    try:
        import apache_beam  # noqa: F401
    finally:
        root.removeFilter(_is_not_about_apitools)
        root.handlers[:] = handlers


def _is_not_about_apitools(record: logging.LogRecord) -> bool:
    return "apitools not found" not in record.getMessage()
