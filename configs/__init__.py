"""Named configurations, shipped with the package: `boiloff clean --config NAME`."""

from __future__ import annotations

from pathlib import Path

DEFAULT = "default"
FOLDER = Path(__file__).parent


def shipped_configurations() -> list[str]:
    """Return the names of the configurations in this folder, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def read_shipped(name: str) -> str:
    """Return the YAML of the configuration with this name."""
    return (FOLDER / f"{name}.yaml").read_text("utf-8")
