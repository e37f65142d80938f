"""The counts of a finished run as metrics of Prometheus, for the textfile collector of its node exporter.

    run_metrics.py CRAWL RUN > /var/lib/prometheus/node-exporter/boiloff-CRAWL.prom

CRAWL names the crawl, and is a label of all metrics; RUN is the output folder of its last run. It needs Python alone.
Write to a temporary file and rename it, as deploy/cron/clean-crawl does: the exporter may read at any moment.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

# Counts of summary.json, the metrics that they become, and what these are.
COUNTS = {
    "captures": "Captures that the run has read.",
    "articles": "Captures that gave an article.",
    "duplicates": "Articles that say what another one says.",
    "without_site_memory": "Articles of sites of which the store knew nothing.",
    "seconds": "Seconds that the run took.",
}
GROUPS = {
    "rejected_by_reason": ("rejected", "reason", "Captures that gave no article."),
    "removed_by_reason": ("removed_blocks", "reason", "Blocks that were removed."),
    "seconds_by_stage": ("stage_seconds", "stage", "Seconds that learning and cleaning took."),
}
BOUNDS = ("0.002", "0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10", "+Inf")


def metrics(crawl: str, summary: Mapping[str, Any], finished: float) -> Iterator[str]:
    """Yield the lines of the exposition."""
    own = f'crawl="{escaped(crawl)}"'
    yield from gauge("finished_timestamp_seconds", "When the run was finished.", {own: finished})
    for name, words in COUNTS.items():
        yield from gauge(name, words, {own: summary.get(name, 0)})
    for group, (name, label, words) in GROUPS.items():
        counts = summary.get(group, {})
        yield from gauge(name, words, {f'{own},{label}="{escaped(key)}"': count for key, count in counts.items()})
    yield "# HELP boiloff_run_page_seconds Seconds that a page took: parsed, cleaned and written."
    yield "# TYPE boiloff_run_page_seconds histogram"
    times, count = summary.get("seconds_per_page", {}), 0
    for bound in BOUNDS:
        count += times.get(bound, 0)
        yield f'boiloff_run_page_seconds_bucket{{{own},le="{bound}"}} {count}'
    spent = sum(seconds for part, seconds in summary.get("seconds_by_part", {}).items() if part != "read")
    yield f"boiloff_run_page_seconds_sum{{{own}}} {spent:.3f}"
    yield f"boiloff_run_page_seconds_count{{{own}}} {count}"


def gauge(name: str, words: str, values: Mapping[str, float]) -> Iterator[str]:
    """Yield a metric with its values by their labels."""
    yield f"# HELP boiloff_run_{name} {words}"
    yield f"# TYPE boiloff_run_{name} gauge"
    yield from (f"boiloff_run_{name}{{{labels}}} {value}" for labels, value in values.items())


def escaped(value: str) -> str:
    r"""Return a value as a label holds it.

    >>> escaped('a "b"')
    'a \\"b\\"'
    """
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def main() -> None:
    """Print the metrics of the run that the command line names."""
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    crawl, folder = sys.argv[1], Path(sys.argv[2])
    try:
        finished = (folder / "_SUCCESS").stat().st_mtime
        summary = json.loads((folder / "summary.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        sys.exit(f"{folder}: no finished run: {error}")
    print("\n".join(metrics(crawl, summary, finished)))


if __name__ == "__main__":
    main()
