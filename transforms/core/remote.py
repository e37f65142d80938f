"""Which paths lie elsewhere."""

from __future__ import annotations


def is_remote(path: str) -> bool:
    """True for a path that only Beam's filesystems open."""
    return "://" in path
