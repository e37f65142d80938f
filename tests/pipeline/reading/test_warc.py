import gzip
import zlib
from random import Random

import pytest
from archives import PAGE, arc, http, outcome, packed, read, record, with_dictionary

from boiloff.pipeline.reading.cursor import GZIP
from boiloff.transforms.core.page import Capture


def only(data: bytes) -> Capture:
    items = read(data)
    assert len(items) == 1
    assert isinstance(items[0], Capture)
    return items[0]


def test_a_response_becomes_a_capture_with_all_that_is_known_of_it():
    data = record(None, kind="request", name="0") + record()
    capture = only(data)
    assert capture == Capture(
        body=PAGE,
        media="html",
        url="https://harbour.example/1",
        id="urn:uuid:1",
        captured_at="2024-05-01T10:00:00Z",
        content_type="text/html",
        source_file="harbour",
        source_offset=len(record(None, kind="request", name="0")),
    )


@pytest.mark.parametrize("how", ["plain", "gzip", "zstd"])
def test_source_offset_is_where_the_record_or_its_frame_starts_in_the_file(how):
    parts = packed([record(name=str(number)) for number in range(3)], how)
    offsets = [item.source_offset for item in read(b"".join(parts))]
    assert offsets == [0, len(parts[0]), len(parts[0] + parts[1])]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(record(kind="revisit"), "revisit", id="revisit"),
        pytest.param(record(http(b"", "Location: /a", status="301 Moved")), "redirect", id="redirect"),
        pytest.param(record(http(status="404 Not Found")), "http-status", id="404"),
        pytest.param(record(http(content_type="image/png")), "not-html", id="image"),
        pytest.param(record(http(b"")), "empty-body", id="empty"),
        pytest.param(record(b""), "empty-body", id="no block"),
        pytest.param(record(http(b"%PDF-1.4 ...", content_type="")), "not-html", id="sniffed PDF"),
        pytest.param(record(http(content_type="application/octet-stream")), "html", id="sniffed HTML"),
        pytest.param(record(http(content_type="application/xhtml+xml")), "html", id="xhtml"),
        pytest.param(record(http(b"Noon ferry.", content_type="text/plain")), "text", id="plain text"),
        pytest.param(record(http(content_type="text/plain")), "html", id="a page served as plain text"),
        pytest.param(record(PAGE), "html", id="no HTTP headers"),
        pytest.param(record(PAGE, "Content-Type: text/html", kind="resource"), "html", id="resource"),
        pytest.param(record(b"Noon ferry.", "Content-Type: text/plain", kind="conversion"), "text", id="conversion"),
        pytest.param(record(kind=""), "damaged-record", id="no type"),
    ],
)
def test_each_capture_ends_as_a_capture_or_as_a_rejected_record(data, expected):
    assert outcome(read(data)) == [expected]


@pytest.mark.parametrize("kind", ["warcinfo", "request", "metadata", "continuation", "of-our-own"])
def test_bookkeeping_is_counted_nowhere(kind):
    assert read(record(kind=kind)) == []


def test_what_a_crawler_notes_about_a_crawl_is_no_capture():
    data = record(b"-v", kind="resource").replace(b"https://harbour.example/1", b"metadata://tool/arguments")
    assert outcome(read(data)) == ["not-a-capture"]


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)


CHUNKED = "Transfer-Encoding: chunked"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(chunked(PAGE), [CHUNKED], id="chunked"),
        pytest.param(PAGE, [CHUNKED], id="announced as chunked, but is not"),
        pytest.param(b"0" + chunked(PAGE) + b"Trailer: 1\r\n\r\n", [CHUNKED], id="chunks with trailers"),
        pytest.param(gzip.compress(PAGE), ["Content-Encoding: gzip"], id="gzip"),
        pytest.param(PAGE, ["Content-Encoding: gzip"], id="announced as gzip, but is not"),
        pytest.param(PAGE, ["Content-Encoding: br"], id="announced as Brotli, but is not"),
        pytest.param(zlib.compress(PAGE), ["Content-Encoding: deflate"], id="deflate"),
        pytest.param(zlib.compress(PAGE)[2:-4], ["Content-Encoding: deflate"], id="deflate without header"),
        pytest.param(chunked(gzip.compress(PAGE)), [CHUNKED, "Content-Encoding: gzip"], id="both"),
    ],
)
def test_http_encodings_are_taken_off_and_wrong_ones_lose_nothing(body, headers):
    capture = only(record(http(body, *headers)))
    assert (capture.body, capture.quality_flags) == (PAGE, ())


def test_a_broken_encoding_keeps_what_could_be_decoded():
    page = PAGE + bytes(range(65, 91)) * 2000
    capture = only(record(http(gzip.compress(page)[:-20], "Content-Encoding: gzip")))
    assert page.startswith(capture.body)
    assert capture.quality_flags == ("truncated",)


@pytest.mark.parametrize(
    "data",
    [
        record(None, "WARC-Truncated: length"),
        record(http(PAGE, "Content-Length: 5000")),
        record(http(chunked(PAGE)[:-20], CHUNKED).replace(b"\r\n\r\n", b"\r\n\r\n3\r\n<p>\r\n", 1)),
    ],
    ids=["WARC-Truncated", "shorter than announced", "last chunk cut"],
)
def test_bodies_cut_short_are_flagged(data):
    assert only(data).quality_flags == ("truncated",)


def test_line_feeds_alone_end_lines_even_where_lengths_were_counted_with_carriage_returns():
    data = b"".join(record(name=str(number)) for number in range(3)).replace(b"\r\n", b"\n")
    assert outcome(read(data)) == ["html"] * 3


def test_many_records_in_one_gzip_member():
    data = gzip.compress(b"".join(record(name=str(number)) for number in range(3)))
    assert outcome(read(data)) == ["html"] * 3


@pytest.mark.parametrize("length", [40, 170, 400])
def test_a_wrong_length_costs_no_record(length):
    data = record(name="0") + record(name="1", length=length) + record(name="2")
    items = read(data)
    assert outcome(items) == ["html"] * 3
    assert [item.id[-1] for item in items] == ["0", "1", "2"]


def test_junk_between_records_is_one_damaged_stretch():
    junk = b"\0\x01\x02 not a record \xff\n" * 30
    items = read(record(name="0") + junk + record(name="1"))
    assert outcome(items) == ["html", "damaged-record", "html"]


def test_nul_padding_between_records_is_no_damage():
    for how in ("plain", "gzip"):
        first, second = packed([record(name="0"), record(name="1")], how)
        assert outcome(read(first + b"\0" * 4_000 + second + b"\0" * 512)) == ["html", "html"]


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_a_damaged_gzip_member_costs_its_own_record_only(broken):
    parts = packed([record(name=str(number)) for number in range(3)], "gzip")
    parts[broken] = parts[broken][:60] + b"\xff" * 40 + parts[broken][100:]
    expected = ["html"] * 3
    expected[broken] = "damaged-record"
    assert outcome(read(b"".join(parts))) == expected


def test_a_damaged_gzip_member_that_grew_is_one_record():
    """Wrong bytes may copy more than was there. Here only the checksum is in the last step of decompression."""
    grown = record(name="0").rstrip() + b"<p>copied</p>"
    missing = GZIP.step - (len(gzip.compress(grown, 0)) - 8) % GZIP.step
    member = bytearray(gzip.compress(grown + b"x" * missing, 0))
    member[-8] ^= 255
    assert outcome(read(bytes(member) + gzip.compress(record(name="1")))) == ["damaged-record", "html"]


@pytest.mark.parametrize("cap", [5000, 60_000])
def test_bodies_over_the_cap_are_rejected_unread_or_undecompressed(cap):
    large = record(http(PAGE * 2000), name="0")
    bomb = record(http(gzip.compress(b"\0" * 3_000_000), "Content-Encoding: gzip"), name="1")
    assert outcome(read(large + bomb + record(name="2"), max_body_bytes=cap)) == ["too-large"] * 2 + ["html"]


def test_the_error_names_the_value():
    (rejected,) = read(record(http(status="503 Busy")))
    assert rejected.to_dict() == {
        "id": "urn:uuid:1",
        "url": "https://harbour.example/1",
        "stage": "read",
        "reason": "http-status",
        "error": "HTTP status 503",
        "source_file": "harbour",
        "source_offset": 0,
        "length": len(PAGE),
        "captured_at": "2024-05-01T10:00:00Z",
    }


@pytest.mark.parametrize("compressed", [False, True])
def test_zstd_with_a_dictionary(compressed):
    parts = with_dictionary([record(name=str(number)) for number in range(3)], compressed=compressed)
    assert outcome(read(b"".join(parts))) == ["html"] * 3
    parts[2] = parts[2][:20] + b"\xff" * 20 + parts[2][40:]
    assert outcome(read(b"".join(parts))) == ["html", "damaged-record", "html"]


NOISE = Random(1)
NUMBERS = [record(http(PAGE + NOISE.randbytes(300).hex().encode()), name=str(number)) for number in range(60)]


def test_damage_in_a_member_of_many_records_costs_what_comes_behind_it_in_the_member():
    """Deflate cannot be read on behind wrong bytes, which it makes up text of; the next member can."""
    member = bytearray(gzip.compress(b"".join(NUMBERS), mtime=0))
    for at in range(len(member) // 2, len(member) // 2 + 30):
        member[at] ^= 255
    items = read(bytes(member) + gzip.compress(record(name="behind")))
    sound = [item for item in items if isinstance(item, Capture)]
    assert [item.id for item in sound[:20]] == [f"urn:uuid:{number}" for number in range(20)]
    assert sound[-1].id == "urn:uuid:behind"
    assert "damaged-record" in outcome(items)


@pytest.mark.parametrize("how", ["plain", "gzip", "zstd"])
def test_what_a_cut_leaves_of_a_page_is_kept_and_flagged(how):
    (whole,) = packed([NUMBERS[0]], how)
    kinds = set()
    for cut in range(20, len(whole) - 30, 7):
        (item,) = read(b"".join(packed([record(name="before")], how)) + whole[:cut])[1:]
        kinds.add(type(item))
        if isinstance(item, Capture):
            assert item.quality_flags == ("truncated",)
            assert NUMBERS[0].partition(b"\r\n\r\n")[2].partition(b"\r\n\r\n")[2].startswith(item.body)
        else:
            assert item.reason in ("truncated-record", "damaged-record")
    assert Capture in kinds or how == "zstd"


@pytest.mark.parametrize("how", ["plain", "gzip"])
def test_a_page_that_holds_records_brings_in_no_captures_where_its_own_is_cut_or_damaged(how):
    inner = record(http(b"<p>Nobody captured this.</p>"), name="inner")
    block = http(PAGE + b"\r\n" + inner + NOISE.randbytes(9000).hex().encode())
    (whole,) = packed([record(block)], how)
    broken = whole[:-6000] + bytes(40) + whole[-5960:]
    behind = b"".join(packed([record(name="behind")], how))
    for data in (whole + behind, broken + behind, *([] if how == "plain" else [whole[:-4000]])):
        assert not [item for item in read(data) if item.id.endswith("inner")]


@pytest.mark.parametrize("how", ["gzip", "zstd"])
def test_a_record_over_the_cap_brings_in_no_captures(how):
    inner = record(http(b"<p>Nobody captured this.</p>"), name="inner")
    large = record(http(PAGE * 300 + b"\r\n" + inner + PAGE * 900))
    items = read(b"".join(packed([large, record(name="behind")], how)), max_body_bytes=5000)
    assert [item.id for item in items] == ["urn:uuid:1", "urn:uuid:behind"]
    assert outcome(items) == ["too-large", "html"]


@pytest.mark.parametrize("how", ["plain", "gzip", "zstd"])
@pytest.mark.parametrize("length", [90_000, 900_000_000])
def test_a_length_that_is_far_too_large_costs_no_record(how, length):
    parts = [record(name="0", length=length), *(record(name=str(number)) for number in range(1, 9))]
    items = read(b"".join(packed(parts, how)), max_body_bytes=5000)
    assert [item.id[-1] for item in items] == list("012345678")
    assert outcome(items) == ["html"] * 9


@pytest.mark.parametrize("how", ["plain", "gzip"])
def test_zeros_where_records_may_have_stood_are_reported_and_padding_is_not(how):
    first, second = packed([record(name="1"), record(name="2")], how)
    for size, reasons in ((4_000, []), (50_000, ["damaged-record"])):
        items = read(first + bytes(size) + second)
        assert [item.url[-1:] for item in items if isinstance(item, Capture)] == ["1", "2"]
        assert [item.reason for item in items if not isinstance(item, Capture)] == reasons
    (hole,) = (item for item in items if not isinstance(item, Capture))
    assert hole.source_offset in (len(first), len(first) - len(b"\r\n\r\n"))
    assert "NUL bytes" in hole.error


@pytest.mark.parametrize("how", ["plain", "gzip"])
def test_zeros_at_the_end_are_reported(how):
    (first,) = packed([record(name="1")], how)
    assert outcome(read(first + bytes(4_000))) == outcome(read(first))
    assert [item.reason for item in read(first + bytes(50_000))[1:]] == ["damaged-record"]


def test_every_response_of_an_arc_file_is_a_capture():
    for how in ("plain", "gzip"):
        parts = packed(arc(http(), http(status="404 Gone")), how)
        items = read(b"".join(parts))
        assert outcome(items) == ["html", "http-status"]
        assert (items[0].body, items[0].captured_at) == (PAGE, "2008-04-30T20:48:25Z")
        assert items[1].source_offset == len(parts[0] + parts[1])


def test_one_gzip_member_around_all_records():
    assert outcome(read(gzip.compress(b"".join(arc(http(), http()))))) == ["html", "html"]


def test_spaces_in_the_url():
    data = b"".join(arc(http())).replace(b"example/0", b"example/the ferry")
    assert read(data)[0].url == "https://harbour.example/the ferry"


def test_a_wrong_length_of_the_first_record_costs_nothing_else():
    data = b"".join(arc(http(), http())).replace(b"text/plain 7", b"text/plain 2", 1)
    assert outcome(read(data))[-2:] == ["html", "html"]


def test_a_date_that_is_cut_short_is_known_as_far_as_it_goes():
    data = b"".join(arc(http())).replace(b" 20080430204825 text/html", b" 20080430 text/html")
    assert read(data)[0].captured_at == "2008-04-30"
