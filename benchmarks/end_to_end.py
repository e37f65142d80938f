"""A whole archive, end to end: `boiloff clean`, learning first, beside a plain loop of three other libraries.

    python benchmarks/end_to_end.py ARCHIVE.warc.gz|CAPTURES.jsonl.gz [...]

The loop reads with warcio, extracts with trafilatura (metadata included), names the language with langdetect, and
writes JSON lines. Both read the same archive with one process, one after the other, and each is a process of its own,
so that start-up counts. Captures in JSON lines are written to a WARC first. Times are of the wall and of the CPU.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

LOOP = """
import json, sys
from langdetect import DetectorFactory, LangDetectException, detect
from trafilatura import bare_extraction
from warcio.archiveiterator import ArchiveIterator
DetectorFactory.seed = 0
with open(sys.argv[2], "w", encoding="utf-8") as out:
    for path in sys.argv[3:]:
        with open(path, "rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type != "response":
                    continue
                if "html" not in (record.http_headers.get_header("Content-Type") or ""):
                    continue
                url, html = record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read()
                page = bare_extraction(html, url=url, with_metadata=True, include_comments=False)
                if page is None or not page.text:
                    continue
                try:
                    language = detect(page.text)
                except LangDetectException:
                    language = "und"
                article = {"url": url, "title": page.title, "author": page.author, "date": page.date, "text": page.text}
                out.write(json.dumps(article | {"language": language}, ensure_ascii=False) + "\\n")
"""


def as_warc(path: Path, folder: Path) -> Path:
    """The archive itself, or an archive of the HTML captures of JSON lines."""
    if not path.name.endswith((".jsonl", ".jsonl.gz")):
        return path
    target = folder / (path.parent.name + "-" + path.name + ".warc.gz")
    opened = gzip.open if path.name.endswith(".gz") else open
    with target.open("wb") as stream, opened(path, "rt", encoding="utf-8", errors="surrogatepass") as lines:
        writer = WARCWriter(stream, gzip=True)
        for row in map(json.loads, lines):
            if "html" in row:
                body = io.BytesIO(row["html"].encode("utf-8", "replace"))
                headers = StatusAndHeaders(
                    "200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1"
                )
                url = row.get("url") or f"https://site.example/{row.get('id', '')}"
                writer.write_record(writer.create_warc_record(url, "response", payload=body, http_headers=headers))
    return target


def timed(command: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of a command."""
    started = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{command!r:.200} ended with {child.returncode}")
    return time.monotonic() - started, usage.ru_utime + usage.ru_stime


def main(paths: list[str]) -> None:
    """Print articles, wall and CPU seconds of both, and the ratios."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        archives = [str(as_warc(Path(path), folder)) for path in paths]
        clean = [sys.executable, "-m", "boiloff", "clean", *archives, "--output"]
        loop = timed([sys.executable, "-c", LOOP, "-", str(folder / "loop.jsonl"), *archives])
        learned = timed([*clean, str(folder / "learned")])
        alone = timed([*clean, str(folder / "alone"), "--no-learn"])
        print(f"{'':24}{'articles':>9}{'wall s':>9}{'CPU s':>9}{'times as fast (wall, CPU)':>28}")
        for label, (wall, cpu), files in (
            ("loop", loop, [folder / "loop.jsonl"]),
            ("boiloff, learn + clean", learned, list((folder / "learned").glob("articles-*"))),
            ("boiloff, clean alone", alone, list((folder / "alone").glob("articles-*"))),
        ):
            articles = sum(1 for file in files for _ in file.open("rb"))
            print(f"{label:24}{articles:9}{wall:9.1f}{cpu:9.1f}{loop[0] / wall:20.2f}{loop[1] / cpu:8.2f}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
