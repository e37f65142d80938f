"""Named configurations, shipped with the package: `boiloff clean --config NAME`."""

from __future__ import annotations

from importlib import resources

DEFAULT = "default"


def shipped_configurations() -> list[str]:
    """Return the names of the configurations in this folder, sorted."""
    names = (path.name for path in resources.files(__name__).iterdir())
    return sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))


def read_shipped(name: str) -> str:
    """Return the YAML of the configuration with this name."""
    return resources.files(__name__).joinpath(f"{name}.yaml").read_text("utf-8")
