"""Hostile pages: what each costs, and what becomes of the sentence at its end, beside trafilatura and resiliparse.

    python benchmarks/hostile_pages.py [--page NAME ...] [--tool NAME ...] [--seconds 60]

Every page is read by every program in a process of its own, which may take so many seconds of CPU time and
4 GB. The time is CPU time of reading the page, the memory the whole process's at its highest, imports and the page
itself included. Prints the table of docs/hostile-pages.md. Needs the packages of the `benchmark` extra and resiliparse.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hostile_inputs import END, PAGES, SENTENCE, Hostile

SECONDS = 60
MEMORY = 4 << 30
WARM_UP = "<h1>Tides</h1><p>The tide comes in twice a day, as the harbour master has written down since 1911.</p>"
URL = "https://estuary.example/ferry"
BOMB = "gzip bomb in a WARC record"
BOMB_BYTES = 1 << 30
Read = Callable[[Path], "tuple[str, str]"]


def main() -> None:
    """Measure the pages asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", action="append", help="only the pages of this name")
    parser.add_argument("--tool", action="append", choices=sorted(TOOLS), help="only these programs")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="of CPU time that a program may take for a page")
    parser.add_argument("--read", nargs=2, metavar=("TOOL", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        print(json.dumps(measured(TOOLS[arguments.read[0]], Path(arguments.read[1]))))
        return
    tools = arguments.tool or list(TOOLS)
    print(f"| page | MB | {' | '.join(f'{tool}: s | MB | sentence' for tool in tools)} |")
    print(f"|---|---|{'---|---|---|' * len(tools)}")
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.page or [*(page.name for page in PAGES), BOMB]:
            path = Path(folder) / "page"
            size = write(name, path)
            cells = [
                cell
                for tool in tools
                for cell in (row(tool, path, arguments.seconds) if reads(tool, name) else ("", "", "–"))
            ]
            print(f"| {name.replace('|', '&#124;')} | {size / 1e6:.1f} | {' | '.join(cells)} |", flush=True)


def write(name: str, path: Path) -> int:
    """Write a page to a file; its size in bytes."""
    if name == BOMB:
        path.write_bytes(bomb())
        return path.stat().st_size
    page: Hostile = next(page for page in PAGES if page.name == name)
    return path.write_bytes(page.page())


def reads(tool: str, name: str) -> bool:
    """Return whether a program reads a page of that kind: only boiloff reads archives."""
    return tool == "boiloff" or name != BOMB


def bomb() -> bytes:
    """Make a WARC record whose body becomes a thousand times as large when it is decompressed."""
    body = gzip.compress(b"<p>tide</p>" * (BOMB_BYTES // 11) + END.encode(), 9)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(
        body
    )
    fields = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {URL}\r\nWARC-Date: 2024-05-03T10:00:00Z\r\n"
    length = f"Content-Length: {len(head) + len(body)}\r\n\r\n"
    return fields.encode() + length.encode() + head + body + b"\r\n\r\n"


def row(tool: str, path: Path, seconds: int) -> tuple[str, str, str]:
    """Time, memory and fate of a page in one program."""
    command = [sys.executable, __file__, "--read", tool, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=lambda: confine(seconds))
    if done.returncode == 0:
        seen = json.loads(done.stdout)
        return f"{seen['seconds']:.2f}", f"{seen['megabytes']}", seen["fate"]
    if done.returncode < 0 and "MemoryError" not in done.stderr:
        signal = -done.returncode
        return (
            (f"> {seconds}", "", "**never finished**")
            if signal in (9, 24)
            else ("", "", f"**crashed** (signal {signal})")
        )
    error = (done.stderr.strip().splitlines() or ["?"])[-1]
    return "", "> 4000" if "Memory" in error else "", f"**failed**: {error[:60]}"


def confine(seconds: int) -> None:
    """Limit what the process that follows may take."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def measured(load: Callable[[], Read], path: Path) -> dict[str, Any]:
    """CPU seconds, the process's highest memory, and the fate of the sentence."""
    read = load()
    started = time.process_time()
    text, report = read(path)
    seconds = time.process_time() - started
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    fate = "kept" if SENTENCE in " ".join(text.split()) else report or "**lost in silence**"
    return {"seconds": seconds, "megabytes": megabytes, "fate": fate}


def load_boiloff() -> Read:
    """Load boiloff as `boiloff clean` does: the reader for archives and huge files, then the steps."""
    from boiloff.pipeline.clean import Cleaner, clean_capture
    from boiloff.pipeline.reading.accept import Rejected
    from boiloff.pipeline.reading.ranges import read_file
    from boiloff.transforms.core.article import ledger
    from boiloff.transforms.core.page import Capture

    cleaner = Cleaner.named("default")
    cleaner.page(Capture(body=WARM_UP))
    limit = cleaner.configuration.limits.max_body_bytes

    def read(path: Path) -> tuple[str, str]:
        with path.open("rb") as file:
            is_archive = file.read(5) == b"WARC/"
        if is_archive or path.stat().st_size > limit:
            (capture,) = read_file(str(path), max_body_bytes=limit)
        else:
            capture = Capture(body=path.read_bytes(), url=URL)
        result = capture if isinstance(capture, Rejected) else clean_capture(capture, cleaner)
        if isinstance(result, Rejected):
            return "", f"rejected: {result.reason}"
        left = [record["evidence"] for record in ledger(result) if record["rule"] == "left_out"]
        removed = any(SENTENCE in record["text"] for record in ledger(result))
        return cleaner.article(result).text, "in the ledger" if removed else "truncated, reported" if left else ""

    return read


def load_trafilatura() -> Read:
    """Load trafilatura, for text and metadata."""
    from trafilatura import bare_extraction

    bare_extraction(WARM_UP, url=URL, with_metadata=True)

    def read(path: Path) -> tuple[str, str]:
        found = bare_extraction(path.read_bytes(), url=URL, with_metadata=True)
        return (found.text if found is not None else "") or "", ""

    return read


def load_resiliparse() -> Read:
    """Load resiliparse, for the main content."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    extract_plain_text(WARM_UP, main_content=True)

    def read(path: Path) -> tuple[str, str]:
        body = path.read_bytes()
        return extract_plain_text(bytes_to_str(body, detect_encoding(body)), main_content=True), ""

    return read


TOOLS: dict[str, Callable[[], Read]] = {
    "boiloff": load_boiloff,
    "trafilatura": load_trafilatura,
    "resiliparse": load_resiliparse,
}

if __name__ == "__main__":
    main()
