"""A file read in ranges gives what it gives at once, item for item, wherever it is cut and however it is damaged; Beam reads folders."""

import gzip
import json
import sys
from pathlib import Path

import apache_beam as beam
import pyarrow as pa
import pytest
import zstandard
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.util import assert_that, equal_to
from archives import PAGE, arc, arrow, http, lz4, packed, parquet, record, with_dictionary
from hypothesis import given, settings
from hypothesis import strategies as st

from boiloff.pipeline.reading.ranges import Range, ranges, read_file, read_range
from boiloff.pipeline.reading.read import ReadCaptures

# A page that is an archive itself, in frames that no compression hides, and one that holds an archive's lines.
INNER = record(http(b"<p>Nobody captured this.</p>"), name="inner")
SMUGGLERS = [http(gzip.compress(INNER) * 2), http(b"<p>See below.\r\n\r\n" + INNER + b"</p>")]
BLOCKS = [*SMUGGLERS, http(), http(PAGE * 40), http(status="404 Gone"), http(bytes(range(256)) * 30)]
WARC = [record(block, name=str(number)) for number, block in enumerate([*BLOCKS, *BLOCKS])]
LINES = b"".join(
    json.dumps(line).encode() + b"\n"
    for number in range(12)
    for line in ({"id": str(number), "html": PAGE.decode()}, {"url": "x"}, 3)
)
ROWS = [{"id": str(at), "html": PAGE.decode() * (at % 4), "url": None, "status": 404 * (at % 3)} for at in range(23)]
TABLE = pa.Table.from_pylist([*ROWS, {"url": "https://harbour.example/", "html": None}, {"html": "a" * 9000}])
BODY_CAP = 8000


def in_members(parts, how):
    """Compress the parts, each in its own frame; stored ones, so that the bytes of a page are in the file."""
    if how == "stored":
        return [gzip.compress(part, 0, mtime=0) for part in parts]
    if how == "halves":
        whole = b"".join(parts)
        middle = len(whole) // 2 + 17
        return [gzip.compress(whole[:middle], mtime=0), gzip.compress(whole[middle:], mtime=0)]
    return packed(parts, how)


FILES = {
    **{f"warc {how}": b"".join(in_members(WARC, how)) for how in ("plain", "gzip", "stored", "zstd", "halves")},
    **{f"arc {how}": b"".join(in_members(arc(*BLOCKS), how)) for how in ("plain", "gzip")},
    "warc zstd with a dictionary": b"".join(with_dictionary(WARC)),
    "warc with line feeds": b"".join(WARC).replace(b"\r\n", b"\n"),
    "lines": b"\xef\xbb\xbf" + LINES,
    "lines gzip": gzip.compress(LINES),
    "array": b"[" + LINES.replace(b"\n", b",\n") + b"]",
    "parquet": parquet(TABLE),
    "arrow": arrow(TABLE),
    "arrow stream": arrow(TABLE, as_stream=True),
    "lines zstd with a dictionary": b"".join(with_dictionary([LINES])),
}


@st.composite
def damaged(draw, data):
    """Draw damaged data: some bytes changed, removed or added, or the end cut off."""
    broken = bytearray(data)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(broken) - 1))
        length = draw(st.sampled_from([1, 1, 5, 40, 900]))
        broken[at : at + length] = draw(st.sampled_from([b"", b"\0" * length, b"\xff", b"\n", b"\x1f\x8b\x08", INNER]))
        if not broken:
            break
    return bytes(broken[: draw(st.sampled_from([len(broken), len(broken), len(broken) * 2 // 3]))])


def read_in_ranges(path, range_bytes):
    parts = list(ranges(path, range_bytes=range_bytes, max_body_bytes=BODY_CAP))
    assert [part.extent.end for part in parts[:-1]] == [part.extent.start for part in parts[1:]]
    return [item for part in parts for item in read_range(part, max_body_bytes=BODY_CAP)], parts


@pytest.mark.parametrize("name", FILES)
@given(data=st.data())
@settings(max_examples=120)
def test_ranges_together_give_what_the_file_gives_at_once(name, data, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / f"ranges {name}"
    path.write_bytes(data.draw(damaged(FILES[name])))
    items, parts = read_in_ranges(str(path), data.draw(st.sampled_from([1, 2, 100, 1000, 5000, 20_000])))
    assert items == list(read_file(str(path), max_body_bytes=BODY_CAP))
    for part in parts[1:]:
        assert all(
            part.extent.start <= item.source_offset < part.extent.end
            for item in read_range(part, max_body_bytes=BODY_CAP)
        )


@pytest.mark.parametrize("name", FILES)
@given(data=st.data())
@settings(max_examples=60)
def test_what_is_left_of_a_file_gives_what_is_left_of_its_items(name, data, tmp_path_factory):
    """Whichever parts are done, between places from which reading may begin, and however the rest is divided."""
    path = tmp_path_factory.getbasetemp() / f"left {name}"
    path.write_bytes(data.draw(damaged(FILES[name])))
    items, places = [], [(0, 0)]
    for item in read_range(
        Range(str(path)), max_body_bytes=BODY_CAP, on_cut=lambda at: places.append((at, len(items)))
    ):
        items.append(item)
    places.append((sys.maxsize, len(items)))
    numbers = data.draw(st.lists(st.integers(0, len(places) - 1), unique=True, max_size=6).map(sorted))
    pairs = list(zip(numbers[::2], numbers[1::2], strict=False))
    done = [(places[one][0], places[other][0]) for one, other in pairs if places[one][0] < places[other][0]]
    gone = {at for one, other in pairs for at in range(places[one][1], places[other][1])}
    range_bytes = data.draw(st.sampled_from([1, 1000, sys.maxsize]))
    parts = ranges(str(path), range_bytes=range_bytes, max_body_bytes=BODY_CAP, done=done)
    left = [item for part in parts for item in read_range(part, max_body_bytes=BODY_CAP)]
    assert left == [item for at, item in enumerate(items) if at not in gone]


@pytest.mark.parametrize(
    "name",
    [name for name in FILES if name.startswith(("warc", "arc")) and "halves" not in name and "feeds" not in name],
)
def test_every_record_can_begin_a_range_and_none_that_a_page_holds(name, tmp_path):
    path = tmp_path / "harbour"
    path.write_bytes(FILES[name])
    items, parts = read_in_ranges(str(path), 1)
    records = len(WARC) if name.startswith("warc") else len(BLOCKS) + 1
    assert len(parts) == records + ("dictionary" in name)
    assert not [item for item in items if item.url.endswith("inner")]


def test_records_in_one_frame_stay_together(tmp_path):
    path = tmp_path / "harbour"
    path.write_bytes(FILES["warc halves"])
    assert len(read_in_ranges(str(path), 1)[1]) == 1


@pytest.mark.parametrize(
    "data",
    [lz4(b"".join(WARC)), FILES["lines gzip"], PAGE, b"Noon ferry.\n" * 9, b"%PDF-1.7", b"", zstandard.compress(LINES)],
    ids=["lz4", "lines gzip", "html", "text", "unknown", "empty", "lines zstd"],
)
def test_what_cannot_be_divided_is_one_range(data, tmp_path):
    path = tmp_path / "harbour"
    path.write_bytes(data)
    items, parts = read_in_ranges(str(path), 1)
    assert parts == [Range(str(path))] or [part.extent.start for part in parts] == [0]
    assert items == list(read_file(str(path), max_body_bytes=BODY_CAP))


def test_lines_keep_their_numbers(tmp_path):
    path = tmp_path / "harbour"
    path.write_bytes(FILES["lines"])
    items, parts = read_in_ranges(str(path), 1)
    assert len(parts) > 30
    assert [item.error.partition(":")[0] for item in items if hasattr(item, "error")][-1] == "line 36"


def test_a_file_that_vanishes_or_shrinks_after_it_was_divided_is_reported(tmp_path):
    path = tmp_path / "harbour"
    path.write_bytes(FILES["warc gzip"])
    *_, last = ranges(str(path), range_bytes=1)
    path.write_bytes(FILES["warc gzip"][:100])
    (rejected,) = read_range(last)
    assert (rejected.reason, rejected.source_offset) == ("unreadable", last.extent.start)
    path.unlink()
    assert [item.reason for item in read_range(last)] == ["unreadable"]
    assert list(ranges(str(path))) == [Range(str(path))]


def test_workers_share_a_file(tmp_path):
    path: Path = tmp_path / "harbour.warc.gz"
    path.write_bytes(FILES["warc gzip"])
    options = ["--direct_num_workers=2", "--direct_running_mode=multi_threading"]
    pipeline = beam.Pipeline(runner=FnApiRunner(), options=PipelineOptions(options))
    captures, rejected = pipeline | ReadCaptures([str(path)], range_bytes=1000)
    found = (captures, rejected) | beam.Flatten() | beam.Map(lambda item: (item.id, item.source_offset))
    assert_that(found, equal_to([(item.id, item.source_offset) for item in read_file(str(path))]))
    pipeline.run().wait_until_finish()


@pytest.fixture
def crawl(tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(
        gzip.compress(record(name="1")) + gzip.compress(record(http(status="404 No"), name="2"))
    )
    (tmp_path / "b.html").write_bytes(PAGE)
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.7")
    return tmp_path


def test_a_folder_gives_captures_and_tagged_rejected_records_and_counts_both(crawl):
    pipeline = beam.Pipeline(runner=FnApiRunner())
    gone = str(crawl / "gone.warc")
    captures, rejected = pipeline | ReadCaptures([str(crawl), gone])
    assert_that(captures | beam.Map(lambda c: c.media), equal_to(["html", "html"]), "captures")
    reasons = rejected | beam.Map(lambda r: r.reason)
    assert_that(reasons, equal_to(["http-status", "unknown-format", "unreadable"]), "rejected")
    result = pipeline.run()
    result.wait_until_finish()
    counters = {c.key.metric.name: c.committed for c in result.metrics().query()["counters"]}
    assert counters["captures_html"] == 2
    assert counters["rejected_unreadable"] == 1


def test_a_file_that_vanished_is_one_rejected_record(tmp_path):
    (rejected,) = read_file(str(tmp_path / "gone.warc"))
    assert rejected.reason == "unreadable"
    assert "gone.warc" in rejected.error
