"""Makes the WET archive of a document: the pages of the seeds' crawl as Common Crawl's records have them.

python tests/documents/make_wet.py ARCHIVE.warc.wet.gz
"""

import gzip
import sys
from pathlib import Path

from boiloff.pipeline.reading.captures import read_captures
from boiloff.transforms import Capture, parse

CRAWL = Path(__file__).parents[2] / "seeds" / "crawl.warc.gz"


def record(capture):
    """Make a conversion record: the page's title, and every visible block on a line of its own."""
    page = parse(capture)
    shown = (block for block in page.blocks if not page.elements[block.element].hidden)
    body = "\n".join([page.head.title.strip(), *(block.text for block in shown), ""]).encode()
    head = [
        "WARC/1.0",
        "WARC-Type: conversion",
        f"WARC-Target-URI: {capture.url}",
        f"WARC-Date: {capture.captured_at}",
        f"WARC-Record-ID: <{capture.id}>",
        "Content-Type: text/plain",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body + b"\r\n\r\n"


def main(target):
    with CRAWL.open("rb") as stream:
        captures = [item for item in read_captures(stream, CRAWL.name) if isinstance(item, Capture)]
    Path(target).write_bytes(b"".join(gzip.compress(record(capture), mtime=0) for capture in captures))


if __name__ == "__main__":
    main(sys.argv[1])
