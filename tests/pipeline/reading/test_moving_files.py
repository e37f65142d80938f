"""Files that change under the reader, and lines that are longer than memory."""

from __future__ import annotations

import gzip
import io
import os
import tracemalloc

import pytest
from archives import outcome, packed, record

from boiloff.pipeline.reading import ranges as ranges_module
from boiloff.pipeline.reading.captures import read_captures
from boiloff.pipeline.reading.ranges import read_file

RECORDS = [record(name=str(number)) for number in range(40)]


class FailingStream(io.BytesIO):
    """A file whose disk or network fails behind some byte."""

    def __init__(self, data: bytes, good: int) -> None:
        super().__init__(data)
        self.good = good

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= self.good:
            raise OSError(5, "Input/output error")
        return super().read(min(size, self.good - self.tell()) if size and size > 0 else size)


@pytest.mark.parametrize("how", ["plain", "gzip", "zstd"])
@pytest.mark.parametrize("good", [0, 1, 5000, 9000])
def test_a_disk_that_fails_costs_what_lies_behind(monkeypatch, how, good):
    data = b"".join(packed(RECORDS, how))
    monkeypatch.setattr(ranges_module, "open_file", lambda path: FailingStream(data, good))
    items = list(read_file("a.warc"))
    assert outcome(items)[-1] == "unreadable"
    assert "Input/output error" in items[-1].error
    assert set(outcome(items)[:-1]) <= {"html"}


@pytest.mark.parametrize("how", ["plain", "gzip"])
def test_a_file_that_shrinks_while_it_is_read_ends_as_cut(tmp_path, how):
    path = tmp_path / "a.warc"
    path.write_bytes(b"".join(packed(RECORDS * 40, how)))
    items = read_file(str(path))
    first = next(items)
    os.truncate(path, path.stat().st_size // 2 + 7)
    rest = outcome(items)
    assert outcome([first]) == ["html"]
    assert rest[-1] in ("truncated-record", "damaged-record", "html")
    assert set(rest[:-1]) == {"html"}
    assert len(rest) < 1600


def test_a_file_that_is_removed_while_it_is_read_is_read_to_its_end(tmp_path):
    path = tmp_path / "a.warc"
    path.write_bytes(b"".join(RECORDS))
    items = read_file(str(path))
    next(items)
    path.unlink()
    assert outcome(items) == ["html"] * 39


class LongLine(io.RawIOBase):
    """A file of one endless line between two lines of JSON, made as it is read."""

    SIZE = 300 << 20

    def __init__(self, first: bytes, last: bytes) -> None:
        self.first, self.last, self.at = first, last, 0

    def seek(self, at: int, whence: int = 0, /) -> int:
        self.at = at
        return at

    def read(self, size: int = -1, /) -> bytes:
        size = min(size, 1 << 16)
        if self.at < len(self.first):
            data = self.first[self.at :][:size]
        elif self.at < len(self.first) + self.SIZE:
            data = b"a" * min(size, len(self.first) + self.SIZE - self.at)
        else:
            data = self.last[self.at - len(self.first) - self.SIZE :][:size]
        self.at += len(data)
        return data


LINE = b'{"text": "The ferry sails at noon."}\n'


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (LINE + b'{"text": "', ["text", "too-large", "text"]),
        (LINE + b'{"text"', ["text", "too-large", "text"]),
        (b"", ["too-large"]),
        (b"<p>", ["too-large"]),
        (record(name="0") + b"WARC/1.0\r\nX: ", ["html", "damaged-record"]),
        (
            record(name="0") + b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 300000000\r\n\r\n",
            ["html", "too-large", "damaged-record"],
        ),
    ],
    ids=["JSON", "broken JSON", "text", "HTML", "WARC head", "WARC record"],
)
def test_a_line_without_end_takes_bounded_memory(first, expected):
    tracemalloc.start()
    items = list(read_captures(LongLine(first, b'"}\n' + LINE), "a", max_body_bytes=1 << 20))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert outcome(items) == expected
    assert peak < 10 << 20


@pytest.mark.parametrize(
    "data", [gzip.compress(b"a" * (30 << 20)), gzip.compress(LINE + b'{"text": "' + b"a" * (30 << 20))]
)
def test_so_does_one_that_is_compressed(data):
    tracemalloc.start()
    items = list(read_captures(io.BytesIO(data), "a", max_body_bytes=1 << 20))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert outcome(items)[-1] == "too-large"
    assert peak < 32 << 20  # a step of deflate grows to 8 MiB, and is copied
