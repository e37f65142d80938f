"""Stored responses as crawlers leave them: odd lines, wrong codings, bombs."""

from __future__ import annotations

import base64
import gzip
import time
import tracemalloc
import zlib

import pytest
import zstandard
from archives import PAGE, http, outcome, read, record
from hypothesis import given, settings
from hypothesis import strategies as st

from boiloff.pipeline.reading.http_message import MAX_CHUNKS, Message, TooLargeError, decoded_body, parse_message

CAP = 1 << 20
# PAGE in Brotli, which no library of ours writes.
BROTLI = base64.b64decode(
    "G2cAAIzTJbRX+Sw9WarP9YGxGYaifKjAIQfsX2HoLQDNceyMRHRTtIBpV5IQrQXB35pAZeax9FjwkFX5P4LQNSYhx5xYAA=="
)
TYPE = b"Content-Type: text/html\r\n"
GZIP, DEFLATE, ZSTD = gzip.compress(PAGE, mtime=0), zlib.compress(PAGE), zstandard.compress(PAGE)


def decode(body: bytes, *lines: str, content_type: str = "text/html") -> tuple[bytes, bool]:
    return decoded_body(parse_message(http(body, *lines, content_type=content_type)), CAP)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        *(
            (line, 200)
            for line in (b"HTTP/1.1 200", b"HTTP/1.1  200 OK", b"HTTP/2 200 ", b"HTTP/1.1\t200 OK", b"HTTP/1.1 200OK")
        ),
        *(
            (line, 200)
            for line in (b"http/1.1 200 ok", b" HTTP/1.1 200 OK", b"\r\nHTTP/1.0 200 OK", b"HTTP/1.1 200 O\xffK")
        ),
        *((line, 200) for line in (b"HTTPX/1.1 200 OK", b"ICY 200 OK", b"HTTP 200 OK")),
        *((line, 0) for line in (b"HTTP/1.1 OK", b"HTTP/1.1 20", b"HTTP/1.1 2000", b"HTTP/1.1 -200 OK", b"HTTP/")),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 404 No", 404),
    ],
)
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_first_lines_of_odd_shape(line, status, end):
    block = (line + b"\r\n" + TYPE + b"\r\n").replace(b"\r\n", end) + PAGE
    assert parse_message(block) == Message(status, {"content-type": "text/html"}, PAGE)


@pytest.mark.parametrize(
    "block", [b"", PAGE, b"HTTP/2 is faster than\nHTTP/1.1, they say.", b"ICE 200 tons\nwas sold.", b"\r\n"]
)
def test_what_does_not_begin_as_a_response_is_all_body(block):
    assert parse_message(block) == Message(0, {}, block)


@pytest.mark.parametrize(
    "block",
    [
        b"HT",
        b"HTTP/1.",
        b"HTTP/1.1 OK\r\nCon",
        b"HTTP/1.1 200 OK\r\nA: b\r\nCon",
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: te",
    ],
)
def test_a_head_that_is_cut_off_leaves_no_body(block):
    assert parse_message(block).body == b""
    assert outcome(read(record(block))) == ["empty-body"]


@pytest.mark.parametrize(
    "head",
    [
        TYPE + b"\r\n",
        TYPE,
        b"junk\r\n" + TYPE + b"\r\n",
        b"Content-Type : text/html;\r\n charset=koi8-r\r\n\r\n",
        b"CONTENT-TYPE:text/html\n\n",
        b"X-Long: " + b"x" * CAP + b"\r\n" + TYPE + b"\r\n",
        b"".join(b"X-%d: y\r\n" % number for number in range(100_000)) + TYPE + b"\r\n",
    ],
    ids=["usual", "no blank line", "junk line", "folded", "LF", "1 MB", "100,000"],
)
def test_headers_of_odd_shape_and_size(head):
    message = parse_message(b"HTTP/1.1 200 OK\r\n" + head + PAGE)
    assert message.body == PAGE
    assert message.headers["content-type"] in ("text/html", "text/html; charset=koi8-r")


def test_text_behind_headers_without_a_blank_line_is_kept():
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nThe ferry sails at noon.\r\nBring a coat."
    assert parse_message(block).body == b"The ferry sails at noon.\r\nBring a coat."


@pytest.mark.parametrize("named", ["gzip", "deflate", "br", "zstd", "x-gzip"])
@pytest.mark.parametrize("body", [GZIP, DEFLATE, ZSTD, BROTLI, PAGE], ids=["gzip", "deflate", "zstd", "br", "plain"])
def test_the_data_says_what_the_coding_is(body, named):
    assert decode(body, f"Content-Encoding: {named}") == (PAGE, False)


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        pytest.param(gzip.compress(GZIP), ["Content-Encoding: gzip, gzip"], id="two codings"),
        pytest.param(gzip.compress(BROTLI), ["Content-Encoding: br", "Content-Encoding: gzip"], id="in two headers"),
        pytest.param(GZIP, ["Content-Encoding: gzip, gzip"], id="one of two"),
        pytest.param(gzip.compress(GZIP), ["Content-Encoding: gzip"], id="two, one named"),
        pytest.param(GZIP, [], id="none named"),
        pytest.param(ZSTD, [], id="none named, zstd"),
        pytest.param(b"%x\r\n%b\r\n0\r\n\r\n" % (len(GZIP), GZIP), ["Transfer-Encoding: gzip, chunked"], id="transfer"),
        pytest.param(gzip.compress(PAGE[:9]) + gzip.compress(PAGE[9:]), ["Content-Encoding: gzip"], id="two members"),
        pytest.param(GZIP + b"junk", ["Content-Encoding: gzip"], id="junk behind"),
        pytest.param(PAGE, ["Content-Encoding: identity"], id="identity"),
        pytest.param(PAGE, ["Content-Encoding: utf-8"], id="no coding at all"),
    ],
)
def test_codings_beside_each_other(body, lines):
    assert decode(body, *lines) == (PAGE, False)


def test_a_download_that_is_compressed_stays_so():
    assert decode(GZIP, content_type="application/x-tar") == (GZIP, False)
    assert outcome(read(record(http(GZIP, content_type="application/octet-stream")))) == ["not-html"]


LONG = PAGE + b"".join(b"<p>%d gulls" % (number**3 % 999_983) for number in range(40_000))


@pytest.mark.parametrize(
    ("named", "packed"),
    [
        ("gzip", gzip.compress(LONG)),
        ("deflate", zlib.compress(LONG)),
        ("deflate", zlib.compress(LONG)[2:-4]),
        ("zstd", zstandard.compress(LONG)),
    ],
    ids=["gzip", "zlib", "deflate", "zstd"],
)
@pytest.mark.parametrize("missing", [5, 1000, 20_000])
def test_a_coding_that_is_cut_short_gives_what_there_is_and_says_so(named, packed, missing):
    body, cut = decode(packed[:-missing], f"Content-Encoding: {named}")
    assert cut
    assert LONG.startswith(body)
    assert body


def test_data_of_no_coding_is_rejected_as_such():
    noise = bytes(number * number % 251 for number in range(5000))
    assert outcome(read(record(http(noise, "Content-Encoding: br")))) == ["not-html"]


NOTHING = bytes(200 * CAP)
BOMBS = {
    "gzip": gzip.compress(NOTHING),
    "gzip, gzip": gzip.compress(gzip.compress(NOTHING)),
    "deflate": zlib.compress(NOTHING),
    "zstd": zstandard.compress(NOTHING),
    "gzip, zstd": zstandard.compress(gzip.compress(NOTHING)),
}


@pytest.mark.parametrize("named", BOMBS)
def test_a_bomb_is_rejected_before_it_fills_the_memory(named):
    message = parse_message(http(BOMBS[named], f"Content-Encoding: {named}"))
    tracemalloc.start()
    with pytest.raises(TooLargeError, match="grows over"):
        decoded_body(message, CAP)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 24 * CAP  # the cap, one step of 8 MiB, and the buffer's spare room


@pytest.mark.parametrize(
    "member", [gzip.compress(b""), gzip.compress(b"a"), zstandard.compress(b"")], ids=["gzip-empty", "gzip", "zstd"]
)
def test_members_without_end_take_no_time(member):
    started = time.process_time()
    decode(member * 100_000, "Content-Encoding: gzip")
    assert time.process_time() - started < 2


CHUNKED = "Transfer-Encoding: chunked"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"%x\n%b\n0\n\n" % (len(PAGE), PAGE), (PAGE, False)),
        (b"%x ; a=b\r\n%b\r\n0\r\nX-Tide: low\r\n\r\n" % (len(PAGE), PAGE), (PAGE, False)),
        (b"%08X\r\n%b\r\n0\r\n\r\n" % (len(PAGE), PAGE), (PAGE, False)),
        (b"%x\r\n%b" % (len(PAGE) + 500, PAGE), (PAGE, True)),
        (b"3\r\n<p>\r\nzz\r\nAhoy", (b"<p>zz\r\nAhoy", False)),
        (b"-5\r\nAhoy", (b"-5\r\nAhoy", False)),
        (b"2024\r\nwas a good year", (b"2024\r\nwas a good year", False)),
        (b"0\r\n\r\n", (b"", False)),
        (b"", (b"", True)),
    ],
    ids=[
        "LF",
        "extension and trailer",
        "zeros",
        "cut in the first",
        "wrong size",
        "negative",
        "a year",
        "empty",
        "nothing",
    ],
)
def test_chunks_of_odd_shape(body, expected):
    assert decode(body, CHUNKED) == expected


def test_the_smallest_chunks_are_not_all_read():
    body, cut = decode(b"1\r\na\r\n" * (MAX_CHUNKS + 5), CHUNKED)
    assert (body, cut) == (b"a" * MAX_CHUNKS, True)


@given(
    lines=st.lists(
        st.sampled_from([CHUNKED, "Content-Encoding: gzip", "Content-Encoding: br, deflate", "Content-Length: 9"])
    ),
    start=st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", GZIP, ZSTD, BROTLI, DEFLATE, b"5\r\n"]),
    rest=st.binary(max_size=200),
)
@settings(max_examples=300)
def test_any_bytes_raise_nothing(lines, start, rest):
    decode(start + rest, *lines)
    parse_message(start + rest)
