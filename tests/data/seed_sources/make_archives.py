"""Write seeds/crawl.warc.gz and seeds/captures.jsonl from the pages beside this script.

    python tests/data/seed_sources/make_archives.py

Dates and record ids are fixed, so a second run writes the same records. The archive holds more than good
pages: a request, a redirect, a page that was not found, a picture, a revisit and, at its end, a record that
was cut off while it was being written. The JSON lines end in one that is broken.
"""

from __future__ import annotations

import gzip
import io
import json
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

SOURCES = Path(__file__).parent
SEEDS = SOURCES.parents[2] / "seeds"
SITE = "https://www.harbour-gazette.example"
START = datetime(2024, 3, 2, 4, 15, 0, tzinfo=timezone.utc)
BYTES_KEPT_OF_CUT_RECORD = 700
HTML = {"Content-Type": "text/html; charset=UTF-8"}
ONE_PIXEL_GIF = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")


class Archive:
    """Records, one gzip member each, dated seven seconds apart."""

    def __init__(self) -> None:
        self.members: list[bytes] = []

    def add(self, kind: WarcRecordType, url: str, block: bytes, **headers: str) -> None:
        """Append one record; `headers` are further WARC headers, with underscores for hyphens."""
        number = len(self.members)
        record = WarcRecord()
        name = uuid.uuid5(uuid.NAMESPACE_URL, f"{SITE}/crawl/{number}")
        record.init_headers(record_type=kind, record_urn=f"uuid:{name}".encode())
        record.headers["WARC-Date"] = (START + timedelta(seconds=7 * number)).strftime("%Y-%m-%dT%H:%M:%SZ")
        if url:
            record.headers["WARC-Target-URI"] = url
        for key, value in headers.items():
            record.headers[key.replace("_", "-")] = value
        record.set_bytes_content(block)
        member = io.BytesIO()
        writer = GzipWriter(member)
        record.write(writer, checksum_data=True)
        writer.finish()
        self.members.append(member.getvalue())

    def response(self, path: str, status: str, headers: dict[str, str], body: bytes) -> None:
        """Append an HTTP response of the site."""
        self.add(
            WarcRecordType.response,
            SITE + path,
            http_head(f"HTTP/1.1 {status}", headers) + body,
            Content_Type="application/http; msgtype=response",
            WARC_IP_Address="192.0.2.44",
        )


def http_head(first_line: str, headers: dict[str, str]) -> bytes:
    """Write the lines of an HTTP message before its body."""
    lines = [first_line, *(f"{key}: {value}" for key, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def chunked(body: bytes, size: int = 4096) -> bytes:
    """Encode a body in chunks, as servers send it while they do not know its length."""
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in [*chunks, b""])


def page(name: str) -> bytes:
    """Read a page of the newspaper beside this script."""
    return (SOURCES / "harbour-gazette" / name).read_bytes()


def archive() -> bytes:
    """Make the bytes of crawl.warc.gz."""
    ferry = "/river/ferry-timetable-four-crossings/"
    crawl = Archive()
    crawl.add(
        WarcRecordType.warcinfo,
        "",
        b"software: samphire-crawler/0.3\r\nformat: WARC File Format 1.1\r\nrobots: obey\r\n",
        Content_Type="application/warc-fields",
        WARC_Filename="crawl.warc.gz",
    )
    crawl.add(
        WarcRecordType.request,
        SITE + ferry,
        http_head(f"GET {ferry} HTTP/1.1", {"Host": "www.harbour-gazette.example", "Accept": "text/html"}),
        Content_Type="application/http; msgtype=request",
    )
    crawl.response(ferry, "200 OK", HTML, page("ferry-timetable-four-crossings.html"))
    crawl.response("/?p=49102", "301 Moved Permanently", HTML | {"Location": SITE + ferry}, b"")
    crawl.response("/history/lamplighters-ledgers/", "200 OK", HTML, page("lamplighters-ledgers.html"))
    crawl.response("/pictures/49560-400.gif", "200 OK", {"Content-Type": "image/gif"}, ONE_PIXEL_GIF)
    crawl.response("/river/pochard-gearbox/", "404 Not Found", HTML, page("not-found.html"))
    crawl.response(
        "/river/flood-gauge-eleven-weeks/",
        "200 OK",
        HTML | {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"},
        chunked(gzip.compress(page("flood-gauge-eleven-weeks.html"), mtime=0)),
    )
    crawl.add(
        WarcRecordType.revisit,
        SITE + ferry,
        http_head("HTTP/1.1 304 Not Modified", {}),
        Content_Type="application/http; msgtype=response",
        WARC_Profile="http://netpreserve.org/warc/1.1/revisit/server-not-modified",
        WARC_Refers_To_Target_URI=SITE + ferry,
        WARC_Refers_To_Date="2024-03-02T04:15:14Z",
    )
    crawl.response(
        "/opinion/stop-apologising-for-the-foghorn/",
        "200 OK",
        HTML,
        page("stop-apologising-for-the-foghorn.html"),
    )
    crawl.response("/notices/", "200 OK", HTML, page("not-found.html"))
    crawl.members[-1] = crawl.members[-1][:BYTES_KEPT_OF_CUT_RECORD]
    return b"".join(crawl.members)


def json_lines() -> str:
    """Make the text of captures.jsonl."""
    captures = [
        {
            "id": "letters-0417",
            "url": "https://lowtideletters.example/wall-tuesdays/",
            "captured_at": "2024-04-17T03:20:11Z",
            "content_type": "text/html; charset=utf-8",
            "html": (SOURCES / "dry-stone-wall.html").read_text(encoding="utf-8"),
        },
        {
            "id": "campanile-341",
            "url": "http://www.campanile-montesecco.example/articolo.php?id=341",
            "captured_at": "2009-06-30T22:01:09Z",
            "html": (SOURCES / "campana.html").read_text(encoding="utf-8"),
        },
        {
            "id": "oudeswaard-7",
            "url": "https://oudeswaard.example/nieuws/honderdste-fiets",
            "captured_at": "2018-09-24T11:45:00Z",
            "source": "village portals",
            "text": (SOURCES / "fietsen-nl.txt").read_text(encoding="utf-8"),
        },
    ]
    lines = [json.dumps(capture, ensure_ascii=False) for capture in captures]
    broken = '{"id": "letters-0418", "url": "https://lowtideletters.example/kettle/", "html": "<html><head><tit'
    return "\n".join([*lines, broken]) + "\n"


if __name__ == "__main__":
    (SEEDS / "crawl.warc.gz").write_bytes(archive())
    (SEEDS / "captures.jsonl").write_text(json_lines(), encoding="utf-8")
