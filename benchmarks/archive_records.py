"""The records of an archive as warcio, fastwarc and boiloff give them, in one form, for `archives.py` to compare."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fastwarc.warc import ArchiveIterator as FastwarcIterator
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from boiloff.pipeline.reading.captures import ARCHIVES, open_captures
from boiloff.pipeline.reading.cursor import open_cursor
from boiloff.pipeline.reading.http_message import Message, decoded_body, parse_message, without_chunks
from boiloff.pipeline.reading.records import Record, records

MAX_BYTES = 1 << 30


@dataclass(frozen=True)
class Seen:
    """One record: type (empty: a stretch without a head), address, block, and the body without its encodings.

    `cut` tells that the block is shorter than announced. `checks` tells whether the digests that the archive itself
    announces for block and payload hold; None where there is none.
    """

    kind: str
    uri: str
    block: bytes
    body: bytes
    cut: bool = False
    checks: tuple[bool | None, bool | None] = (None, None)


Reader = Callable[[bytes], Iterator[Seen]]


def warcio_records(data: bytes) -> Iterator[Seen]:
    """Every record of warcio, which reads the file twice: for blocks, and for bodies with their encodings taken off."""
    bodies = _bodies(record.content_stream().read for record in WarcioIterator(io.BytesIO(data)))
    for record in WarcioIterator(io.BytesIO(data), no_record_parse=True):
        block = record.raw_stream.read()
        headers = record.rec_headers
        uri = headers.get_header("WARC-Target-URI") or headers.get_header("uri") or ""
        announced = int(headers.get_header("Content-Length") or headers.get_header("length") or 0)
        cut = len(block) < announced and record.rec_type != "arc_header"  # of which it has read a part
        yield Seen(record.rec_type, uri.strip("<>"), block, next(bodies, b""), cut)


def fastwarc_records(data: bytes, *, quirks: bool = False) -> Iterator[Seen]:
    """Every record of fastwarc, twice as above."""
    decoding = FastwarcIterator(io.BytesIO(data), parse_http=True, auto_decode="all", quirks_mode=quirks)
    bodies = _bodies(record.reader.read for record in decoding)
    for record in FastwarcIterator(io.BytesIO(data), parse_http=False, quirks_mode=quirks):
        block = record.reader.read()
        kind, uri = (record.headers.get(name) or "" for name in ("WARC-Type", "WARC-Target-URI"))
        cut = len(block) < record.content_length
        yield Seen(kind or "unknown", uri.strip("<>"), block, next(bodies, b""), cut)


def _bodies(reads: Iterator[Callable[[], bytes]]) -> Iterator[bytes]:
    """Bodies; they end where the reader cannot go on, since the blocks tell that."""
    try:
        for read in reads:
            yield read()
    except Exception:  # each reader raises its own, on what it cannot decode
        return


def boiloff_records(data: bytes) -> Iterator[Seen]:
    """Every record of boiloff, bookkeeping included, and every damaged stretch."""
    is_arc = open_captures(io.BytesIO(data)).format == "arc"
    layout = ARCHIVES["arc" if is_arc else "warc"]
    for record in records(open_cursor(io.BytesIO(data), layout.starts), layout, MAX_BYTES):
        uri = record.fields.get("warc-target-uri") or record.fields.get("url") or ""
        kind = record.fields.get("warc-type") or ("record" if record.fields else "")
        if is_arc and record.fields:
            kind = "arc_header" if uri.startswith("filedesc:") else "response"
        message = parse_message(record.block) if kind == "response" else Message(0, {}, record.block)
        body, _ = decoded_body(message, MAX_BYTES)
        checks = (None, None) if record.fault else _checks(record, message)
        uri = uri.strip("<>")
        yield Seen(kind, uri, record.block, body, bool(record.fault), checks)


def _checks(record: Record, message: Message) -> tuple[bool | None, bool | None]:
    block = _holds(record.fields.get("warc-block-digest", ""), record.block)
    if record.fields.get("warc-type") not in ("response", "resource", "conversion"):
        return block, None  # a revisit's payload is elsewhere, a request's of no interest
    payload = record.fields.get("warc-payload-digest", "")
    # The standard means the payload without transfer encoding; some writers leave it on.
    return block, _holds(payload, message.body, without_chunks(message.body)[0])


def _holds(announced: str, *candidates: bytes) -> bool | None:
    name, _, value = announced.partition(":")
    if name.lower() not in ("md5", "sha1", "sha256"):
        return None
    digests = [hashlib.new(name.lower(), data, usedforsecurity=False) for data in candidates]
    known = {form for digest in digests for form in (digest.hexdigest(), base64.b32encode(digest.digest()).decode())}
    return value in known or value.lower() in known
