"""Where the time of a page goes: CPU milliseconds by stage, of cleaning and of learning.

    python benchmarks/stages.py CAPTURES.jsonl.gz [...] [--templates STORE]

Cleaning and learning each work in a process of their own, in which each page, as bytes in UTF-8, is seen once, after a
few pages of no set. The steps are those of `summary.json`, in CPU time. Parts of parsing and of learning are counted
where the code calls them by the names below; what has no name there counts to what it is a part of.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from measuring import WARM_UP_URL, in_own_process, milliseconds, shuffled_captures, warm_up_pages

from boiloff.pipeline.clean import Cleaner, Stopwatch, settle_garbage
from boiloff.pipeline.site_memory.sketcher import Learner
from boiloff.transforms import Capture, ledger

# Functions by the module that calls them, and the stage that they are.
PARSING = ("boiloff.transforms.parsing.parse", {"decode": "decode", "utf8": "decode", "limit_markup": "bounds"})
LEARNING = (
    "boiloff.pipeline.site_memory.sketcher",
    {
        "parse": "parse",
        "content_key": "content key",
        "article_key": "article key",
        "clean_page": "steps before main content",
        "article_log_odds": "main content",
        "sketch_page": "sketch",
    },
)
REST = "everything else"


class CpuWatch(Stopwatch):
    """A stopwatch of CPU time. Time in a watched function is counted apart from the lap it falls in."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._last = milliseconds()

    def begin(self) -> None:
        """Start the first lap now."""
        self._last = milliseconds()

    def lap(self, name: str) -> None:
        """End a lap, and add its time to a stage."""
        now = milliseconds()
        self.spent[name] += now - self._last
        self._last = now

    def watch(self, module_name: str, stages: dict[str, str]) -> None:
        """Count the functions that a module calls by these names."""
        module = import_module(module_name)
        for name, stage in stages.items():
            if hasattr(module, name):
                setattr(module, name, self._watched(getattr(module, name), stage))

    def _watched(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        def watched(*arguments: Any, **named: Any) -> Any:
            before = milliseconds() - self._last
            self.begin()
            try:
                return function(*arguments, **named)
            finally:
                self.lap(stage)
                self._last -= before

        return watched


def cleaning(templates: str) -> tuple[CpuWatch, Callable[[Capture], None]]:
    """Return a function that cleans a page, and its stopwatch."""
    cleaner, watch = Cleaner.named("default", templates), CpuWatch()
    watch.watch(*PARSING)

    def work(capture: Capture) -> None:
        page = cleaner.page(capture, watch)
        watch.lap(REST)
        cleaner.article(page)
        watch.lap("article")
        list(ledger(page))
        watch.lap("ledger")

    return watch, work


def learning(templates: str) -> tuple[CpuWatch, Callable[[Capture], None]]:
    """Return a function that learns from a page, and its stopwatch."""
    learner, watch = Learner(Cleaner.named("default").configuration), CpuWatch()
    watch.watch(*PARSING)
    watch.watch(*LEARNING)

    def work(capture: Capture) -> None:
        learner.lesson(capture)
        watch.lap(REST)

    return watch, work


JOBS = {"clean": cleaning, "learn": learning}


def stages(job: str, paths: Sequence[str], templates: str) -> dict[str, Any]:
    """Return milliseconds a page by stage, in the order in which the stages first ran."""
    watch, work = JOBS[job](templates)
    pages = [Capture(body=row["html"].encode("utf-8", "replace"), url=row["url"]) for row in shuffled_captures(paths)]
    for page in warm_up_pages():
        work(Capture(body=page.encode(), url=WARM_UP_URL))
    settle_garbage()
    watch.spent.clear()
    for capture in pages:
        watch.begin()
        work(capture)
    return {"pages": len(pages), "stages": {name: spent / len(pages) for name, spent in watch.spent.items()}}


def main() -> None:
    """Print a table for each of the two."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("captures", nargs="+", metavar="CAPTURES.jsonl.gz")
    parser.add_argument("--templates", default="", metavar="STORE", help="site memory to clean with")
    parser.add_argument("--job", choices=JOBS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        print(json.dumps(stages(options.job, options.captures, options.templates)))
        return
    for job in JOBS:
        found = in_own_process(__file__, *options.captures, "--templates", options.templates, "--job", job)
        whole = sum(found["stages"].values())
        print(f"| {job}, {found['pages']} pages | CPU ms a page | share |\n|---|---|---|")
        for name, spent in found["stages"].items():
            print(f"| {name} | {spent:.3f} | {spent / whole:.1%} |")
        print(f"| all | {whole:.2f} | |\n", flush=True)


if __name__ == "__main__":
    main()
