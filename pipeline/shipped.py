"""The configurations that ship with the package, as text by name."""

from __future__ import annotations

from importlib import resources
from typing import Any

DEFAULT = "default"


def shipped_configurations() -> list[str]:
    """Their names."""
    return sorted(path.name.removesuffix(".yaml") for path in _folder().iterdir() if path.name.endswith(".yaml"))


def read_shipped(name: str) -> str:
    """The YAML of one of them."""
    return str((_folder() / f"{name}.yaml").read_text("utf-8"))


def _folder() -> Any:
    return resources.files(__package__.rpartition(".")[0] + ".configs")
