import gzip
import io
import zipfile

import pytest
import zstandard
from archives import PAGE, arc, http, lz4, outcome, packed, read, record

from boiloff.pipeline.reading.captures import open_captures, read_captures


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return buffer.getvalue()


WACZ = zipped(**{"archive__a.warc.gz": gzip.compress(record()), "archive__b.warc": record(), "pages__x": b"{}"})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (record(), "warc"),
        (b"\r\n" + record(), "warc"),
        (b"junk\n" + record(), "warc"),
        (PAGE + b"\n" + record(), "html"),
        (b"".join(arc(http(record()), http(gzip.compress(record())))), "arc"),
        (gzip.compress(record()), "warc"),
        (b"\x1f\x8b\x08broken" + gzip.compress(record()), "warc"),
        (b"".join(arc(http())), "arc"),
        (gzip.compress(arc(http())[0]), "arc"),
        (WACZ, "wacz"),
        (b'{"html": ""}\n', "json-lines"),
        (b'broken\n{"html": ""}\n{"html": ""}\n', "json-lines"),
        (zstandard.compress(b'{ "text": "a"}'), "json-lines"),
        (PAGE, "html"),
        (b"\xef\xbb\xbf<!-- saved -->\n<?xml version='1.0'?><HTML>", "html"),
        (PAGE.decode().encode("utf-16"), "html"),
        (gzip.compress(PAGE), "html"),
        (b"The ferry sails at noon.", "text"),
        ("Паром".encode("windows-1251"), "text"),
        (b"{braces} begin this text", "text"),
        (b"", "empty"),
        (gzip.compress(b"", mtime=0), "empty"),
        (b"%PDF-1.7", "unknown"),
        (b"\x89PNG\r\n\x1a\n", "unknown"),
        (bytes(range(256)), "unknown"),
        (zipped(word__document=b"<xml/>"), "unknown"),
        (b"PK\x03\x04 but not a zip file", "unknown"),
    ],
)
def test_the_format_is_found_by_content(data, expected):
    assert open_captures(io.BytesIO(data)).format == expected


class NotSeekable(io.BytesIO):
    """A stream that is read once."""

    def seek(self, offset, whence=0, /):
        raise io.UnsupportedOperation("seek")


@pytest.mark.parametrize(
    "data",
    [
        *(b"".join(packed([record(), record()], how)) for how in ("plain", "gzip", "zstd")),
        lz4(record() * 2),
        *(b"".join(packed(arc(http(), http()), how)) for how in ("plain", "gzip")),
        b'{"html": "<p>Noon ferry"}\n' * 2,
    ],
)
def test_a_sound_file_is_read_by_the_cursor_that_found_its_format(data):
    assert outcome(read_captures(NotSeekable(data), "harbour")) == ["html", "html"]


def test_a_wacz_gives_the_captures_of_its_archives():
    items = read(WACZ)
    assert outcome(items) == ["html", "html"]
    assert items[0].source_file == "harbour!archive/a.warc.gz"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty-body"),
        (b" \n", "empty-body"),
        (b"%PDF-1.7", "unknown-format"),
        (zipped(**{"datapackage.json": b"{}"}), "unknown-format"),
        (PAGE * 50, "too-large"),
        (gzip.compress(b"a" * 10_000_000), "too-large"),
    ],
)
def test_a_file_that_holds_no_article_is_rejected_whole(data, reason):
    assert outcome(read(data, max_body_bytes=5000)) == [reason]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (
            b"FEA1" + bytes(40) + b"FEA1",
            "boiloff cannot read Feather 1; convert it to Feather 2, Parquet or JSON lines",
        ),
        (b"%PDF-1.7", "not a format boiloff reads: begins with b'%PDF-1.7'"),
    ],
)
def test_of_a_format_that_is_not_read_the_error_names_the_way_out(data, error):
    (item,) = read(data)
    assert (item.reason, item.error) == ("unknown-format", error)


def test_a_page_that_is_cut_short_gives_what_there_is_of_it():
    (item,) = read(gzip.compress(PAGE * 5)[:-9])
    assert (PAGE * 5).startswith(item.body)
    assert item.quality_flags == ("truncated",)


def test_a_member_of_a_wacz_that_is_damaged_is_rejected_by_name():
    data = bytearray(WACZ)
    at = data.index(b"archive/a.warc.gz") + 60
    data[at : at + 30] = bytes(30)
    items = read(bytes(data))
    assert outcome(items) == ["damaged-record", "html"]
    assert items[0].source_file.endswith("a.warc.gz")
