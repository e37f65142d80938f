"""What is fuzzed: functions that take any bytes and raise where a law is broken, each with inputs to begin with."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from archives import PAGE, arc, http, packed, record
from laws import check_depth, check_file, check_page
from site_pages import SITE, site_sample, story

from boiloff.pipeline.clean import Cleaner
from boiloff.pipeline.site_memory.writer import working_folder, write_store
from boiloff.transforms import Capture
from boiloff.transforms.site_memory.derive import derive
from boiloff.transforms.site_memory.store import Content, StoreError, open_store

ROOT = Path(__file__).parents[2]
# How a page comes: what its first byte chooses from.
CONTENT_TYPES = (
    "",
    "text/html; charset=utf-8",
    "text/html; charset=utf-16",
    "text/html; charset=shift_jis",
    "text/html",
)

# How compressed files begin: gzip, zstd, its frames for dictionaries, lz4.
COMPRESSED = (
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    *(bytes([0x50 + n]) + b"\x2a\x4d\x18" for n in range(16)),
    b"\x04\x22\x4d\x18",
)


FORMATTED_TABLE = re.compile(
    rb"<table.*<(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s/>]", re.IGNORECASE | re.DOTALL
)
# What is repeated some hundred times.
MOST_REPEATED = 400


class Target(NamedTuple):
    """A law to be broken: `check` raises where it is, `seeds` are inputs that keep it, `words` what they consist of."""

    check: Callable[[bytes], object]
    seeds: Callable[[], Iterator[bytes]]
    words: str


def check_reading(data: bytes) -> None:
    """Any bytes are a file. JSON lines and documents, which have no frames of their own, read the same compressed."""
    items = check_file(data)
    if data.startswith(COMPRESSED) or not all(isinstance(item, Capture) for item in items):
        return
    if len(items) == 1 and items[0].source_offset < 0:
        (again,) = check_file(gzip.compress(data, 1))
        assert again == items[0]


def archives() -> Iterator[bytes]:
    """Small files of every format."""
    records = [record(http(PAGE * (number + 1)), name=str(number)) for number in range(3)]
    records += [record(b"The ferry sails at noon.", kind="conversion", name="text"), record(kind="revisit")]
    records += [record(http(gzip.compress(PAGE), "Content-Encoding: gzip")), record(http(status="301 Moved"))]
    records += [record(http(b"5\r\n<p>Ti\r\n6\r\ndes</p>\r\n0\r\n\r\n", "Transfer-Encoding: chunked"))]
    for how in ("plain", "gzip", "zstd"):
        yield b"".join(packed(records, how))
    yield b"".join(records).replace(b"\r\n", b"\n")
    yield b"".join(arc(http(), http()))
    yield b"".join(packed(arc(http(), http()), "gzip"))
    lines = [json.dumps({"html": PAGE.decode(), "url": "https://harbour.example/1"}), '{"text": "Tides"}', "{broken"]
    yield "\n".join(lines).encode()
    yield from (PAGE, b"The ferry sails at noon.", b"PK\x03\x04", b"\x04\x22\x4d\x18", b"\xff\xfe<\0p\0>\0a\0")


@lru_cache(maxsize=1)
def _cleaner() -> Cleaner:
    return Cleaner.named("default")


def check_cleaning(data: bytes) -> None:
    """Any bytes are a page, or a text; the first byte chooses which, and the content type that announces it."""
    kind = data[0] if data else 0
    media, content_type = ("text" if kind % 2 else "html"), CONTENT_TYPES[kind // 2 % len(CONTENT_TYPES)]
    check_page(Capture(data[1:], media, f"https://{SITE}/fuzz", content_type=content_type), _cleaner())  # type: ignore[arg-type]


def pages() -> Iterator[bytes]:
    """Yield the pages of this project's tests."""
    for path in sorted([*(ROOT / "seeds").rglob("*.html"), *(ROOT / "tests" / "data").rglob("*.html")]):
        yield b"\0" + path.read_bytes()
    for path in sorted([*(ROOT / "seeds").rglob("*.txt"), *(ROOT / "tests" / "data" / "gate").glob("*.txt")]):
        yield b"\1" + path.read_bytes()


def check_bounds(data: bytes) -> None:
    """Any bytes, as often as the first one says, make no tree that is much deeper than allowed.

    But for formatting tags between the cells of a table, which are opened again behind it.
    """
    html = data[1 : 1 + MOST_REPEATED]
    check_depth(html * (1 + 2 * (data[0] if data else 0)), 1_000_000 if FORMATTED_TABLE.search(html) else 64)


def repeated() -> Iterator[bytes]:
    """Make tags that are never closed, that others close, or that only look like tags."""
    for page in ("<div><p>", "<b><p>a", "<svg><td>", "<ul><li>a", "<form><div></form>", "<table><tr><td>", "<dd><li>"):
        yield b"\xc8" + page.encode()
    yield b"\xc8<svg><script><!-- --><title></title><![CDATA[<x/>]]>"
    yield b"\xc8<button><button a='>'></button><x><x b=\"></button>"
    yield b"\xc8<div><script><!--<script></script></div>--></script><style></div></style>"


@lru_cache(maxsize=1)
def _store() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "memory")
        with working_folder(path) as work, write_store(path, work) as writer:
            writer.add_sample(site_sample(map(story, range(6))))
            writer.add_contents(
                [Content(7, "2024-05-01", "a", site="a.example", signature=b"7" * 64), Content(7, "2024-05-02", "b")]
            )
        return Path(path).read_bytes()


def check_storing(data: bytes) -> None:
    """Check that a changed store is refused, or answers every question. Five bytes are one change: where, what."""
    changed = bytearray(_store())
    for at in range(0, len(data) - 4, 5):
        changed[int.from_bytes(data[at : at + 4], "big") % len(changed)] = data[at + 4]
    folder = tempfile.mkdtemp()
    try:
        path = Path(folder) / "memory"
        path.write_bytes(changed)
        _ask_everything(str(path))
    finally:
        shutil.rmtree(folder)


def _ask_everything(path: str) -> None:
    try:
        with open_store(path) as store:
            for line in store.sites():
                store.site(line.site)
            store.originals(7)
            list(store.contents())
            for sample in store.samples():
                derive(sample)
    except StoreError:
        return


def changes() -> Iterator[bytes]:
    """Yield changes to the head of a store, to its tables, and to packed values."""
    size = len(_store())
    for at in (18, 28, 60, 68, 100, 103, 105, 108, 4096, 4099, 4104, size // 2, size - 40):
        yield at.to_bytes(4, "big") + b"\xff"


MARKUP = (
    "<div> </div> <p> </p> <table> <tr> <td> </table> <li> <ul> <pre> </pre> <script> </script> <style> <!-- --> <svg> "
    "<template> <noscript> <textarea> <title> <plaintext> <frameset> <![CDATA[ &amp; &#x0; &#xD800; <a href= class= id= "
    'hidden application/ld+json {"@type":"Article" itemprop= datetime= <br> <h1> <meta <base <link <iframe '
    "<button> <select> <option> <math> <b> <i> <form> </body> </html> <!DOCTYPE"
).split()
FRAMING = (
    "WARC/1.0 WARC-Type: response Content-Length: \\x0d\\x0a\\x0d\\x0a HTTP/1.1 200 Transfer-Encoding: chunked "
    'gzip deflate br zstd Content-Encoding: conversion revisit warcinfo filedesc:// {"html": {"text": \\x1f\\x8b\\x08 '
    "\\x28\\xb5\\x2f\\xfd PK\\x03\\x04 \\x04\\x22\\x4d\\x18 \\xef\\xbb\\xbf \\xff\\xfe"
).split()


def _dictionary(words: list[str]) -> str:
    """Write the words as libFuzzer reads them."""
    return "".join('"' + word.replace('"', '\\"') + '"\n' for word in words)


TARGETS = {
    "reading": Target(check_reading, archives, _dictionary(FRAMING)),
    "cleaning": Target(check_cleaning, pages, _dictionary(MARKUP)),
    "bounds": Target(check_bounds, repeated, _dictionary(MARKUP)),
    "storing": Target(check_storing, changes, ""),
}
