"""The command `boiloff`."""

from .main import main

__all__ = ["main"]
