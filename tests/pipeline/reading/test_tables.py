"""Rows of Parquet and Arrow files are captures, from the columns that hold them, and none is lost unseen."""

import io
import sys
import tracemalloc
from datetime import datetime, timezone

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from archives import PAGE, arrow, outcome, parquet, read
from hypothesis import given, settings
from hypothesis import strategies as st

from boiloff.pipeline.reading.captures import read_captures
from boiloff.pipeline.reading.ranges import Range, ranges, read_range
from boiloff.transforms.core.page import Capture

HTML = PAGE.decode()
URL = "https://harbour.example/ferry"
WAYS = {
    "parquet": parquet,
    "arrow": arrow,
    "arrow stream": lambda table, *rows: arrow(table, *rows, as_stream=True),
}
every_way = pytest.mark.parametrize("way", WAYS)


def table(**columns):
    return pa.table(columns)


COLUMNS = {
    "strings": (table(html=[HTML], url=[URL]), ("html", HTML, URL, "")),
    "large strings": (table(html=pa.array([HTML], pa.large_string()), url=[URL]), ("html", HTML, URL, "")),
    "bytes": (table(html=[PAGE], url=[URL.encode()]), ("html", PAGE, URL, "")),
    "a dictionary": (table(text=pa.array(["Noon."]).dictionary_encode(), url=[URL]), ("text", "Noon.", URL, "")),
    "content and a time": (
        table(content=["Noon ferry."], url=[URL], timestamp=[datetime(2024, 5, 1, 10, tzinfo=timezone.utc)]),
        ("text", "Noon ferry.", URL, "2024-05-01T10:00:00+00:00"),
    ),
    "nanoseconds": (
        table(content=["Noon."], captured_at=pa.array([1_714_557_600_000_000_001], pa.timestamp("ns"))),
        ("text", "Noon.", "", "2024-05-01T10:00:00"),
    ),
    "objects": (table(markdown=["# Noon"], metadata=[{"sourceURL": URL, "a": 1}]), ("text", "# Noon", URL, "")),
    "bytes that are not said to be a page": (table(body=[PAGE], status=[200.0]), ("html", PAGE, "", "")),
    "nulls": (table(html=pa.array([None], pa.string()), text=["Noon."], url=pa.nulls(1)), ("text", "Noon.", "", "")),
    "a name twice": (
        pa.Table.from_arrays([pa.array(["Noon."]), pa.array([1]), pa.array([2])], ["text", "x", "x"]),
        ("text", "Noon.", "", ""),
    ),
}


@every_way
@pytest.mark.parametrize("name", COLUMNS)
def test_a_row_becomes_a_capture(name, way):
    columns, expected = COLUMNS[name]
    (item,) = read(WAYS[way](columns))
    assert isinstance(item, Capture), item
    assert (item.media, item.body, item.url, item.captured_at) == expected
    assert item.source_offset == 0


@every_way
def test_a_row_that_is_no_capture_is_rejected_by_number_and_the_rest_goes_on(way):
    rows = {"html": [HTML, "", None, HTML, HTML], "status": [200, 200, 200, 404, None], "id": list(map(str, range(5)))}
    items = read(WAYS[way](pa.table(rows), 2))
    assert outcome(items) == ["html", "empty-body", "not-a-capture", "http-status", "html"]
    assert [item.source_offset for item in items] == [0, 1, 2, 3, 4]
    assert [item.id for item in items] == ["0", "1", "2", "3", "4"]
    assert items[3].error == "row 3: HTTP status 404"


@every_way
def test_bytes_that_are_not_utf_8_in_a_column_of_strings_are_read_as_what_they_are(way):
    column = pa.array([b"Noon.", "Fähre ab Mittag".encode("latin-1"), "Fähre".encode()]).view(pa.string())
    assert [item.body for item in read(WAYS[way](table(text=column)))] == ["Noon.", b"F\xe4hre ab Mittag", "Fähre"]


@every_way
def test_of_columns_without_a_body_the_error_lists_those_found_and_those_known(way):
    (item,) = read(WAYS[way](table(url=[URL] * 3, page=[HTML] * 3)))
    assert (item.reason, item.source_offset) == ("not-a-capture", 0)
    assert item.error.startswith("neither `html` nor `text`; columns: 'page', 'url'; `raw_html`, ")


@every_way
def test_a_table_without_rows_is_rejected(way):
    assert outcome(read(WAYS[way](table(html=pa.array([], pa.string()))))) == ["empty-body"]


def test_columns_on_a_stream_that_cannot_seek_are_rejected_with_the_way_out():
    class NotSeekable(io.BytesIO):
        def seekable(self):
            return False

    (item,) = read_captures(NotSeekable(parquet(table(html=[HTML]))), "harbour")
    assert (item.reason, item.error[:37]) == ("unknown-format", "Parquet and Arrow are read from files")


TABLE = table(id=[f"row {number}" for number in range(23)], html=[HTML * (number % 3 + 1) for number in range(23)])
IDS = TABLE.column("id").to_pylist()


@pytest.mark.parametrize("way", ["arrow", "arrow stream"])
@given(data=st.data())
@settings(max_examples=100)
def test_a_cut_arrow_file_gives_its_whole_batches_and_says_that_it_is_cut(way, data):
    whole = WAYS[way](TABLE)
    items = read(whole[: data.draw(st.integers(64, len(whole) - 1))])
    kept = [item.id for item in items if isinstance(item, Capture)]
    assert kept == IDS[: len(kept)]
    assert len(kept) % 5 == 0 or kept == IDS
    if len(items) == len(kept):  # the index behind the end, or the mark of the end, is all that is gone
        assert kept == IDS or way == "arrow stream"
    else:
        assert outcome(items[len(kept) :]) in (["truncated-record"], ["damaged-record"])
        assert items[-1].source_offset == len(kept)


@given(data=st.data())
@settings(max_examples=60)
def test_a_cut_parquet_file_is_unreadable_as_a_whole(data):
    whole = parquet(TABLE)
    cut = data.draw(st.integers(4, len(whole) - 1))
    (item,) = read(whole[:cut])
    assert (item.reason, item.source_offset, item.length) == ("unreadable", -1, cut)
    assert item.error.startswith("the Parquet file is cut: the index at its end is missing")


def test_a_damaged_row_group_costs_its_rows_only():
    whole = bytearray(parquet(TABLE, write_page_checksum=True, compression="zstd", use_dictionary=False))
    group = pq.ParquetFile(io.BytesIO(bytes(whole))).metadata.row_group(1)
    start = group.column(1).data_page_offset + group.column(1).total_compressed_size - 20
    whole[start : start + 8] = bytes(8)
    items = read(bytes(whole))
    assert [item.id for item in items if isinstance(item, Capture)] == IDS[:5] + IDS[10:]
    (rejected,) = [item for item in items if not isinstance(item, Capture)]
    assert (rejected.reason, rejected.source_offset) == ("damaged-record", 5)
    assert rejected.error.startswith("rows 5 to 9: ")


MANY_KINDS = table(
    html=[HTML] * 12,
    content=pa.array(["a", "b"] * 6).dictionary_encode(),
    timestamp=pa.array([1] * 12, pa.timestamp("ns", "UTC")),
    metadata=[{"url": URL, "x": ["a", "b"]}] * 12,
    body=[b"x"] * 12,
)


def test_a_time_zone_that_is_damaged_costs_rows_and_raises_nothing():
    whole = arrow(MANY_KINDS)
    for place in (whole.index(b"UTC"), whole.rindex(b"UTC")):
        items = read(whole[:place] + b"\xff" + whole[place + 1 :])
        assert len(items) in (1, 12)
        assert set(outcome(items)) <= {"html", "undecodable", "damaged-record"}


@every_way
@given(data=st.data())
@settings(max_examples=150)
def test_wrong_bytes_raise_nothing_and_every_row_has_a_place(way, data):
    whole = bytearray(WAYS[way](data.draw(st.sampled_from([TABLE, MANY_KINDS]))))
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(8, len(whole) - 1))] = data.draw(st.integers(0, 255))
    items = read(bytes(whole))
    assert items
    places = [item.source_offset for item in items]
    assert places == sorted(places)


def test_row_groups_are_ranges(tmp_path):
    path = tmp_path / "harbour.parquet"
    path.write_bytes(parquet(TABLE))
    parts = list(ranges(str(path), range_bytes=1))
    assert [part.extent.start for part in parts] == [0, 5, 10, 15, 20]
    assert [[item.id for item in read_range(part)] for part in parts] == [IDS[at : at + 5] for at in range(0, 23, 5)]
    counts = []
    for part in parts:
        list(read_range(part, on_bytes=counts.append))
    assert sum(counts) == path.stat().st_size
    path.write_bytes(parquet(TABLE.slice(0, 12)))
    (gone,) = read_range(parts[3])
    assert (gone.reason, gone.source_offset, gone.length) == ("unreadable", 15, 5)
    path.write_bytes(b"PAR1")
    (gone,) = read_range(parts[3])
    assert (gone.reason, gone.source_offset, gone.length) == ("unreadable", 15, 5)
    assert list(ranges(str(path), range_bytes=1)) == [Range(str(path), "parquet")]


def test_an_error_of_the_stream_is_raised_as_it_is():
    class Broken(io.BytesIO):
        reads = 0

        def read(self, size=-1, /):
            self.reads += 1
            if self.reads > 4:
                raise OSError("the share has gone")
            return super().read(size)

    with pytest.raises(OSError, match="the share has gone"):
        list(read_captures(Broken(parquet(TABLE)), "harbour"))


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="measures the memory of CPython")
def test_rows_are_in_memory_a_few_at_a_time():
    rows = [f"<p>{number}</p>" * 10_000 for number in range(400)]
    data = parquet(
        table(html=rows), 400, use_dictionary=False, compression="none", write_batch_size=8, data_page_size=1 << 16
    )
    before = pa.total_allocated_bytes()
    tracemalloc.start()
    most = 0
    for item in read_captures(io.BytesIO(data), "harbour"):
        most = max(most, pa.total_allocated_bytes() - before)
        assert len(item.body) > 70_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most + peak < len(data) / 2
