"""Whatever the bytes, reading never raises and never loses count."""

from __future__ import annotations

import pyarrow as pa
import pytest
from archives import PAGE, arc, arrow, http, outcome, packed, parquet, read, record
from hypothesis import given, settings
from hypothesis import strategies as st

from boiloff.transforms.core.page import Capture

HOW = ["plain", "gzip", "zstd"]
RECORDS = [record(http(PAGE * (number + 1)), name=str(number)) for number in range(4)]
CUT = {"truncated-record", "damaged-record"}
BEGINNINGS = [
    *(b"".join(packed(RECORDS[:2], how)) for how in HOW),
    b"".join(arc(http(), http())),
    b'{"text": "The ferry sails."}\n',
    b'[\n {"text": "The ferry sails."},\n ',
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE,
    b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=low\r\n\r\n--low\r\n",
    parquet(pa.table({"html": [PAGE]})),
    arrow(pa.table({"html": [PAGE]})),
    arrow(pa.table({"html": [PAGE]}), as_stream=True),
    PAGE,
    *(b"PAR1", b"ARROW1\0\0", b"FEA1", b"\xff\xff\xff\xff\x08\0\0\0\x10\0\0\0"),
    *(b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"\xff\xfe", b"WARC/1.0\r\n"),
]


@given(start=st.sampled_from(BEGINNINGS), rest=st.binary(max_size=400))
@settings(max_examples=300)
def test_any_bytes_after_a_good_beginning_raise_nothing(start, rest):
    assert read(start + rest)


@pytest.mark.parametrize("how", HOW)
@given(data=st.data())
@settings(max_examples=150)
def test_a_cut_archive_loses_the_cut_record_only_and_says_so(how, data):
    parts = packed(RECORDS, how)
    whole = b"".join(parts)
    cut = data.draw(st.integers(1, len(whole) - 1))
    ends = [len(b"".join(parts[: number + 1])) for number in range(len(parts))]
    sound = sum(end <= cut for end in ends)
    items = read(whole[:cut])
    # A record is whole once its block is: blank lines and checksums after it may be missing.
    assert outcome(items)[:sound] == ["html"] * sound
    assert len(items) == sound + (cut not in ends)
    assert {item.reason for item in items if not isinstance(item, Capture)} <= CUT or not sound


@given(data=st.data())
@settings(max_examples=150)
def test_one_wrong_byte_in_a_gzip_archive_costs_one_record(data):
    whole = bytearray(b"".join(packed(RECORDS, "gzip")))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    items = read(bytes(whole))
    assert sum(isinstance(item, Capture) for item in items) >= len(RECORDS) - 1
    assert len(items) >= len(RECORDS) - 1


@pytest.mark.parametrize("flag", [2, 4, 8, 16, 31])
def test_a_header_that_swallows_the_rest_costs_one_record(flag):
    """Flags of a gzip header announce more header (RFC 1952), which may reach beyond the end of the file."""
    parts = packed(RECORDS, "gzip")
    parts[1] = parts[1][:3] + bytes([flag]) + parts[1][4:]
    items = read(b"".join(parts))
    assert sum(isinstance(item, Capture) for item in items) >= len(RECORDS) - 1
    assert len(items) == len(RECORDS)
