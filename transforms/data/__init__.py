"""What rules know by heart: phrases, names and weights, one JSON file a topic, each with its provenance."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any


def read_data(name: str) -> Any:
    """The content of `<name>.json`. Callers keep what they make of it: files are read once a process."""
    return json.loads((resources.files(__package__) / f"{name}.json").read_text("utf-8"))


def data_names(*prefixes: str) -> list[str]:
    """Names of the files that begin with one of the prefixes, sorted."""
    names = sorted(path.name for path in resources.files(__package__).iterdir() if path.name.endswith(".json"))
    return [name.removesuffix(".json") for name in names if name.startswith(prefixes)]
