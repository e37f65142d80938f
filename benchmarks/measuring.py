"""What the benchmarks of time and memory share: captures, pages to warm up with, and processes of their own."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import fmean, median, quantiles
from typing import Any, NamedTuple

SEED = 1
TICK = os.sysconf("SC_CLK_TCK")
# What boiloff's processes may hold at most.
PEAK_MB = 250
WARM_UP_URL = "https://estuary.example/2024/05/03/tides"
# Boilerplate and an article, so that what loads on first use is loaded before the first page of a set.
WARM_UP_PAGE = """<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">
<title>{title} | The Estuary</title><meta property="og:title" content="{title}"><meta name="author" content="Ann Roe">
<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "NewsArticle",
"headline": "{title}", "author": {{"@type": "Person", "name": "Ann Roe"}}, "datePublished": "2024-05-03T10:00:00Z"}}
</script></head><body class="single-post"><header class="site-header"><nav><ul><li><a href="/">Home</a></li>
<li><a href="/sea">Sea</a></li></ul></nav></header>
<div class="cookie-banner"><p>We use cookies.</p><button>Accept all</button></div><main><article>
<h1>{title}</h1><p class="byline">By Ann Roe, <time datetime="2024-05-03">3 May 2024</time></p>{paragraphs}
<blockquote><p>{quoted}</p></blockquote><ul class="share-buttons"><li><a href="#">Share</a></li></ul>
<div class="newsletter"><p>Subscribe to our newsletter</p><form><input type="email"></form></div></article>
<section class="related-posts"><h2>Read also</h2><ul><li><a href="/moon">The moon over the harbour</a></li>
<li><a href="/lock">A quiet week at the lock</a></li></ul></section>
<section id="comments" class="comments-area"><h3>2 comments</h3><ol>
<li class="comment"><b>Bob Poe</b><p>Well said.</p><a href="#">Reply</a></li>
<li class="comment"><b>Eve</b><p>I was there, and the tide was late.</p><a href="#">Reply</a></li></ol></section>
</main><footer class="site-footer"><p>© 2024 The Estuary. All rights reserved.</p></footer></body></html>"""
WARM_UP_TEXTS = (
    ("en", "Tide tables", "The tide comes in twice a day, as the harbour master has written down since 1911."),
    ("de", "Ebbe und Flut", "Zweimal am Tag kommt das Wasser, und der Hafenmeister schreibt es seit 1911 auf."),
    ("es", "Mareas del puerto", "La marea sube dos veces al día, y el capitán lo apunta desde el año 1911."),
    ("ja", "潮の満ち干", "潮は一日に二度満ちる。港の長は一九一一年からその時刻を帳面に書き続けている。"),
    ("ru", "Приливы", "Вода приходит два раза в день, и смотритель записывает каждый час с 1911 года."),
)
# `clean --no-learn` without Beam, as a program: it takes an archive, and the folder in which it writes records. It
# prints the number of captures.
CLEANING_LOOP = """
import sys
from boiloff.pipeline.clean import Cleaner, clean_capture, settle_garbage
from boiloff.pipeline.output.schemas import ledger_lines, to_json_line
from boiloff.pipeline.reading.accept import Rejected
from boiloff.pipeline.reading.ranges import read_file
cleaner = Cleaner.named("default")
cleaner.warm_up()
settle_garbage()
captures = 0
with open(sys.argv[2] + "/articles-0", "wb") as articles, open(sys.argv[2] + "/removed-0", "wb") as removed:
    for captures, capture in enumerate(read_file(sys.argv[1]), 1):
        if isinstance(capture, Rejected) or isinstance(page := clean_capture(capture, cleaner), Rejected):
            continue
        articles.write(to_json_line(cleaner.article(page).to_dict()) + b"\\n")
        removed.write(ledger_lines(page)[0])
print(captures)
"""


class Spread(NamedTuple):
    """Of some times their mean, their median and their 99th percentile."""

    mean: float
    median: float
    p99: float

    @classmethod
    def of(cls, times: Sequence[float]) -> Spread:
        """Compute the spread of two times or more."""
        return cls(fmean(times), median(times), quantiles(times, n=100)[98])


class Used(NamedTuple):
    """Seconds on the clock, CPU seconds, and peak memory in MB of a process that has ended."""

    wall: float
    cpu: float
    peak: float


def html_captures(paths: Iterable[str]) -> Iterator[dict[str, str]]:
    """Yield the HTML captures of JSON lines, gzipped or not."""
    for path in paths:
        opened: Any = gzip.open if path.endswith(".gz") else open
        with opened(path, "rt", encoding="utf-8", errors="surrogatepass") as lines:
            for row in map(json.loads, lines):
                if "html" in row:
                    yield row


def shuffled_captures(paths: Iterable[str]) -> list[dict[str, str]]:
    """Return all HTML captures, in the same random order every time."""
    pages = list(html_captures(paths))
    Random(SEED).shuffle(pages)
    return pages


def warm_up_pages() -> list[str]:
    """Make pages in our own words, one for each of some languages."""
    return [
        WARM_UP_PAGE.format(language=language, title=title, paragraphs=f"<p>{text} {text}</p>" * 4, quoted=text)
        for language, title, text in WARM_UP_TEXTS
    ]


def milliseconds() -> float:
    """CPU time of this process so far."""
    return time.process_time_ns() / 1e6


def own_peak() -> float:
    """Peak memory of this process in MB, without that of the process that started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def in_own_process(script: str, *words: str) -> Any:
    """Run a benchmark in a process of its own; return the JSON that it prints."""
    done = subprocess.run([sys.executable, script, *words], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def run(command: Sequence[str]) -> Used:
    """Run a command to its end and return what it used; end this process if it fails.

    The system counts this process's own memory to the child's until the child has its own, so keep this one small.
    """
    started = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert child.stderr is not None
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{said.decode(errors='replace')[-2000:]}\n{command!r:.200} ended with {child.returncode}")
    return Used(time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def used_by(pid: int) -> float:
    """CPU seconds of a process so far."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def as_archives(paths: Iterable[str], folder: Path) -> list[str]:
    """Return archives as they are, and write the HTML captures of all JSON lines to one WARC in `folder`."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    known = list(paths)
    lines = [path for path in known if path.endswith((".jsonl", ".jsonl.gz"))]
    archives = [path for path in known if path not in lines]
    if not lines:
        return archives
    target = folder / "captures.warc.gz"
    with target.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for row in html_captures(lines):
            fields = [("Content-Type", "text/html; charset=utf-8")]
            headers = StatusAndHeaders("200 OK", fields, protocol="HTTP/1.1")
            url = row.get("url") or f"https://site.example/{row.get('id', '')}"
            body = io.BytesIO(row["html"].encode("utf-8", "replace"))
            writer.write_record(writer.create_warc_record(url, "response", payload=body, http_headers=headers))
    return [*archives, str(target)]


def verdict(holds: bool) -> str:
    """Say whether a target is met."""
    return "holds" if holds else "missed"
