"""The command `boiloff`."""

from .app import main

__all__ = ["main"]
