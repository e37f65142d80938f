"""Whole runs for the tests of laws: files in, records out."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from generated import File

from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.engine import pipeline_options
from boiloff.pipeline.output.parquet import read_parquet
from boiloff.pipeline.output.schemas import to_json_line
from boiloff.pipeline.run import CleanJob, run_clean

NAMES = ("articles", "removed", "rejected")


class Run(NamedTuple):
    """What a run has written."""

    summary: dict[str, Any]
    articles: list[dict[str, Any]]
    removed: list[dict[str, Any]]
    rejected: list[dict[str, Any]]


def write(files: Sequence[File], folder: Path) -> list[str]:
    """Write the files to a new folder, and return their paths in order."""
    folder.mkdir(parents=True)
    for file in files:
        (folder / file.name).write_bytes(file.data)
    return [str(folder / file.name) for file in files]


def cleaned(inputs: Sequence[str], output: Path, *, workers: int = 1, **how: Any) -> Run:
    """Run `clean` and read what it wrote."""
    job = CleanJob(inputs, str(output), load_configuration(), **how)
    summary = run_clean(job, pipeline_options([], workers))
    return Run(summary, *([json.loads(line) for line in written(output, name)] for name in NAMES))


def written(output: Path, name: str) -> list[bytes]:
    """Return the lines of all shards with this name, sorted; for Parquet, the lines that it would have been."""
    lines: list[bytes] = []
    for path in output.glob(f"{name}-*"):
        if path.suffix == ".parquet":
            with path.open("rb") as file:
                lines += map(to_json_line, read_parquet(file))
            continue
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        lines += data.split(b"\n")
    return sorted(filter(None, lines))
