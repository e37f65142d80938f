"""Time a page: boiloff beside trafilatura, resiliparse with langdetect, and turbohtml, page by page in turns.

    python benchmarks/speed.py CAPTURES.jsonl.gz [...] [--beside NAME ...]

Each pair works in a process of its own. It is warmed up with a few pages that are in no set; then each page of the
captures is seen once by both, in a random order that is the same every time, and who goes first changes from page to
page. So no table is warm from the page itself, and a machine whose speed drifts is as kind to one as to the other.
Times are CPU time of the process. Peak memory is of processes in which each works alone, imports included, over the
same pages, read one at a time.
"""

from __future__ import annotations

import argparse
import gc
import json
from collections.abc import Callable, Sequence
from typing import Any

from measuring import (
    WARM_UP_URL,
    Spread,
    html_captures,
    in_own_process,
    milliseconds,
    own_peak,
    shuffled_captures,
    verdict,
    warm_up_pages,
)

OWN = "boiloff"
# How many times as long trafilatura must take.
TARGETS = Spread(mean=10.0, median=7.0, p99=5.0)
Job = Callable[[str, str], object]


def load_boiloff() -> Job:
    """Load boiloff, for the whole job: text, metadata and language."""
    import boiloff

    return lambda html, url: boiloff.clean(html, url=url)


def load_trafilatura() -> Job:
    """Text and metadata; it names no language."""
    from trafilatura import bare_extraction

    return lambda html, url: bare_extraction(html, url=url, with_metadata=True, include_comments=False)


def load_resiliparse() -> Job:
    """Load resiliparse, for the main content's text, and langdetect, for its language; no metadata."""
    from langdetect import DetectorFactory, LangDetectException, detect
    from resiliparse.extract.html2text import extract_plain_text

    DetectorFactory.seed = 0

    def job(html: str, url: str) -> object:
        text = extract_plain_text(html, main_content=True, comments=False)
        try:
            return text, detect(text)
        except LangDetectException:  # no letters
            return text, ""

    return job


def load_turbohtml() -> Job:
    """Text and metadata of the article, without positions in the source, which cost time; it names no language."""
    from turbohtml import parse

    return lambda html, url: parse(html, positions=False).article()


LOADERS: dict[str, Callable[[], Job]] = {
    OWN: load_boiloff,
    "trafilatura": load_trafilatura,
    "resiliparse": load_resiliparse,
    "turbohtml": load_turbohtml,
}
TITLES = {"resiliparse": "resiliparse, langdetect", "trafilatura": "trafilatura with metadata"}


def ready(name: str) -> Job:
    """Return a program that has seen the pages to warm up with."""
    job = LOADERS[name]()
    for page in warm_up_pages():
        job(page, WARM_UP_URL)
    return job


def cost(job: Job, page: dict[str, str]) -> float:
    """CPU milliseconds of one page."""
    started = milliseconds()
    job(page["html"], page["url"])
    return milliseconds() - started


def side_by_side(rival: str, paths: Sequence[str]) -> dict[str, Any]:
    """Return the spread of both, and how many pages they saw."""
    pages = shuffled_captures(paths)
    jobs = {name: ready(name) for name in (OWN, rival)}
    gc.freeze()  # as a worker does: the collector skips what both have loaded
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for number, page in enumerate(pages):
        for name in (OWN, rival) if number % 2 else (rival, OWN):
            times[name].append(cost(jobs[name], page))
    return {"pages": len(pages), **{name: Spread.of(known) for name, known in times.items()}}


def alone(name: str, paths: Sequence[str]) -> dict[str, float]:
    """Peak memory of a process that does nothing else."""
    job = ready(name)
    gc.freeze()
    for page in html_captures(paths):
        job(page["html"], page["url"])
    return {"peak": own_peak()}


def is_installed(name: str) -> bool:
    """Return whether a program can be imported here."""
    try:
        LOADERS[name]()
    except ImportError:
        return False
    return True


def main() -> None:
    """Print the table, and whether the targets hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    rivals = [name for name in LOADERS if name != OWN]
    parser.add_argument("captures", nargs="+", metavar="CAPTURES.jsonl.gz")
    parser.add_argument("--beside", action="append", choices=rivals, help="all, if not said")
    parser.add_argument("--job", nargs=2, metavar=("WHAT", "NAME"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        what, name = options.job
        doing = {"installed": lambda: is_installed(name), "alone": lambda: alone(name, options.captures)}
        print(json.dumps(doing.get(what, lambda: side_by_side(name, options.captures))()))
        return

    def job(what: str, name: str) -> Any:
        return in_own_process(__file__, *options.captures, "--job", what, name)

    print("| CPU ms a page | mean | median | p99 | peak MB | times as long: mean | median | p99 |")
    print("|---|---|---|---|---|---|---|---|")
    own_peak_mb = job("alone", OWN)["peak"]
    verdicts = []
    for name in options.beside or rivals:
        title = TITLES.get(name, name)
        if not job("installed", name):
            print(f"| {title} | not installed here |  |  |  |  |  |  |", flush=True)
            continue
        pair = job("beside", name)
        own, rival = Spread(*pair[OWN]), Spread(*pair[name])
        times = Spread(*(theirs / ours for theirs, ours in zip(rival, own, strict=True)))
        print(f"| boiloff | {cells(own)} | {own_peak_mb:.0f} |  |  |  |")
        print(f"| {title} | {cells(rival)} | {job('alone', name)['peak']:.0f} | {cells(times)} |", flush=True)
        if name == "trafilatura":
            for column, target in TARGETS._asdict().items():
                found = getattr(times, column)
                verdicts.append(f"{column}: {found:.2f} times, target {target:g}: {verdict(found >= target)}")
    print(f"\n{pair['pages']} pages, each seen once." if verdicts else "", *verdicts, sep="\n")


def cells(spread: Spread) -> str:
    """Three cells of a row."""
    return " | ".join(f"{value:.2f}" for value in spread)


if __name__ == "__main__":
    main()
