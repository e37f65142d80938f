"""A pipe gives what the file would give, whatever it holds and however slowly it comes."""

import gzip
import io

import pyarrow as pa
import pytest
from archives import PAGE, arc, arrow, http, lz4, packed, parquet, record

from boiloff.pipeline.reading.captures import Pipe, open_stream, read_captures

ARCHIVE = [record(name=str(number)) for number in range(20)]
LINES = b"".join(b'{"html": "<p>Tide %d</p>", "id": "%d"}\n' % (number, number) for number in range(3000))
ROWS = pa.table({"html": [f"<p>Tide {number}</p>" for number in range(12)]})
GZIPPED = b"".join(packed(ARCHIVE, "gzip"))


class Dribbling(io.RawIOBase):
    """A stream that gives a few bytes at a time, as a network does, and cannot seek."""

    def __init__(self, data, size):
        self.rest = io.BytesIO(data)
        self.size = size

    def readable(self):
        return True

    def readinto(self, buffer):
        part = self.rest.read(min(self.size, len(buffer)))
        buffer[: len(part)] = part
        return len(part)


def dribbling(data, size=997):
    return io.BufferedReader(Dribbling(data, size))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(PAGE, id="one page"),
        pytest.param(http(), id="a saved response"),
        pytest.param(LINES, id="lines"),
        pytest.param(gzip.compress(LINES), id="lines in gzip"),
        pytest.param(lz4(LINES), id="lines in lz4"),
        pytest.param(b'[{"html": "<p>a</p>"}, {"html": "<p>b</p>"}]', id="an array"),
        pytest.param(b"".join(ARCHIVE), id="WARC"),
        pytest.param(GZIPPED, id="WARC in gzip"),
        pytest.param(b"".join(packed(ARCHIVE, "zstd")), id="WARC in zstd"),
        pytest.param(b"\x1f\x8b\x08broken" + GZIPPED, id="WARC of which the first record is damaged"),
        pytest.param(GZIPPED[:-9], id="WARC that is cut"),
        pytest.param(b"".join(arc(http(), http())), id="ARC"),
        pytest.param(parquet(ROWS), id="Parquet"),
        pytest.param(arrow(ROWS), id="Arrow"),
        pytest.param(b"PK\x03\x04 and no more", id="a zip file that is none"),
        pytest.param(b"", id="nothing"),
    ],
)
@pytest.mark.parametrize("size", [1 << 16, 997])
def test_a_pipe_gives_what_the_file_gives(data, size):
    with open_stream(dribbling(data, size)) as opened:
        assert [*opened.captures("-")] == [*read_captures(io.BytesIO(data), "-")]


def test_a_file_on_standard_input_is_read_as_it_is():
    data = io.BytesIO(b"".join(ARCHIVE))
    with open_stream(data) as opened:
        assert opened.stream is data
    data.seek(len(ARCHIVE[0]))  # somebody has read the first record
    with open_stream(data) as opened:
        assert [item.id for item in opened.captures("-")] == [f"urn:uuid:{number}" for number in range(1, 20)]


def test_what_has_come_is_given_without_waiting_for_more():
    stream = dribbling(LINES, 1 << 16)
    with open_stream(stream) as opened:
        items = opened.captures("-")
        next(items)
        assert stream.raw.rest.tell() < len(LINES)


def test_only_the_beginning_of_a_pipe_is_kept():
    pipe = Pipe(dribbling(LINES))
    head = pipe.read(100)
    assert pipe.seek(0) == 0
    assert pipe.read() == head
    with pytest.raises(io.UnsupportedOperation):
        pipe.seek(50)
    pipe.forget()
    with pytest.raises(io.UnsupportedOperation):
        pipe.seek(0)
