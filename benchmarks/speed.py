"""Time a page: boiloff beside trafilatura with metadata, on the same pages in the same run.

    python benchmarks/speed.py CAPTURES.jsonl.gz [...]

The two take turns page by page, so that a machine whose speed drifts is as kind to one as to the other. Times are CPU
time of this process. The first pages warm both up and do not count.
"""

from __future__ import annotations

import gc
import gzip
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import fmean, median, quantiles

from trafilatura import bare_extraction

import boiloff

WARM_UP = 5


def timed(function: Callable[[], object]) -> float:
    """CPU milliseconds of one call."""
    started = time.process_time()
    function()
    return (time.process_time() - started) * 1000


def ours(page: dict[str, str]) -> object:
    """The whole job, metadata and language included."""
    return boiloff.clean(page["html"], url=page["url"])


def theirs(page: dict[str, str]) -> object:
    """The rival's text and metadata; it names no language."""
    return bare_extraction(page["html"], url=page["url"], with_metadata=True, include_comments=False)


def main(paths: list[str]) -> None:
    """Print mean, median and p99 of both, and their ratios."""
    pages = [page for path in paths for page in captures(Path(path))]
    for page in pages[:WARM_UP]:
        ours(page), theirs(page)
    gc.freeze()  # as a worker does: what both have loaded for good is not gone through again
    pairs = [(timed(lambda page=page: ours(page)), timed(lambda page=page: theirs(page))) for page in pages]
    mine, rivals = (summary(list(times)) for times in zip(*pairs, strict=True))
    print(f"{len(pages)} pages       mean  median     p99   (CPU ms a page)")
    for name, row in (("boiloff", mine), ("trafilatura", rivals)):
        print(f"{name:12}" + "".join(f"{value:8.2f}" for value in row))
    print(f"{'ratio':12}" + "".join(f"{a / b:8.3f}" for a, b in zip(mine, rivals, strict=True)))


def captures(path: Path) -> list[dict[str, str]]:
    """The HTML captures of a gzipped JSON-lines file."""
    with gzip.open(path, "rt", encoding="utf-8", errors="surrogatepass") as lines:
        return [row for line in lines if "html" in (row := json.loads(line))]


def summary(times: list[float]) -> tuple[float, float, float]:
    """Mean, median and 99th percentile."""
    return fmean(times), median(times), quantiles(times, n=100)[98]


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
