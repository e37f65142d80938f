"""JSON lines and the shards they are written to."""

import gc
import gzip
import hashlib
import json
import os
from io import BytesIO
from pathlib import Path

import apache_beam as beam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boiloff.pipeline.output import writer as writing
from boiloff.pipeline.output.parquet import read_parquet
from boiloff.pipeline.output.schemas import ledger_lines, to_json_line
from boiloff.pipeline.output.writer import ShardWriter, WriteRecords, new_shard, read_json, write_json
from boiloff.pipeline.reading.accept import Rejected
from boiloff.transforms import Block, Page, Removal, ledger


@pytest.mark.parametrize(
    "text", ["plain", "Tiden går — 潮", "line\nbreak\u2028and\x85more", "lone \ud800 surrogate", "\x00"]
)
def test_a_record_is_one_line_of_valid_utf8(text):
    line = to_json_line({"text": text})
    assert b"\n" not in line
    assert json.loads(line.decode())["text"] == text.encode("utf-8", "replace").decode()


@given(
    st.lists(
        st.tuples(
            st.text(min_size=1), st.none() | st.builds(Removal, st.just("other"), st.text(), st.text(), st.floats(0, 1))
        )
    ),
    st.text(),
)
def test_the_ledger_of_a_page_is_written_as_its_records_are(rows, url):
    page = Page.from_rows([Block(text) for text, _ in rows], url=url, removals=tuple(mark for _, mark in rows))
    records = list(ledger(page))
    assert ledger_lines(page) == (b"".join(to_json_line(record) + b"\n" for record in records), len(records))


DRIVING = "\x7f\x80\x85\x9b\x9f\u2028\u2029\u202a\u202e\u2066\u2069"


@pytest.mark.parametrize("around", ["plain", "Tiden går"])
def test_what_drives_a_terminal_is_escaped_and_comes_back_as_it_was(tmp_path, around):
    record = {"text": f"{around}{DRIVING}{around}", DRIVING: "key"}
    line = to_json_line(record).decode()
    assert json.loads(line) == record
    assert not set(line) & set(DRIVING)
    assert "\\u009b" in line
    path = tmp_path / "summary.json"
    write_json(str(path), record)
    assert read_json(str(path)) == record
    assert not set(path.read_text("utf-8")) & set(DRIVING)


def test_what_scripts_need_stays_as_it_is():
    text = "soft\u00adhyphen \u200bno width \u200d\u200e\u200f\u061c א 潮 🌊"
    assert text in to_json_line({"text": text}).decode()


def test_json_documents_come_back_as_they_were(tmp_path):
    path = str(tmp_path / "summary.json")
    write_json(path, {"sites": {"tides.example": 3}, "name": "潮"})
    assert read_json(path) == {"sites": {"tides.example": 3}, "name": "潮"}


LETTERS = [Rejected(id=str(number), reason="empty-body").to_dict() for number in range(2)]


@pytest.mark.parametrize("format", ["jsonl", "jsonl.gz", "parquet"])
def test_a_shard_shows_what_is_in_it(tmp_path, format):
    writer = new_shard(str(tmp_path), "rejected", format)
    for record in LETTERS:
        writer.write(record)
    shard = writer.finish()
    assert shard.path.endswith(f".{format}")
    data = Path(shard.path).read_bytes()
    if format == "parquet":
        assert list(read_parquet(BytesIO(data))) == LETTERS
    else:
        lines = gzip.decompress(data) if format == "jsonl.gz" else data
        assert lines == b"".join(to_json_line(record) + b"\n" for record in LETTERS)
    assert (shard.name, shard.records, shard.bytes) == ("rejected", 2, len(data))
    assert shard.sha256 == hashlib.sha256(data).hexdigest()


def test_a_shard_that_is_full_is_followed_by_another(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "MAX_SHARD_BYTES", 20)
    shards = tmp_path / "shards"
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        numbers = pipeline | beam.Create([{"number": number} for number in range(5)])
        written = numbers | WriteRecords(str(tmp_path), "articles")
        _ = (
            written
            | beam.combiners.ToList()
            | beam.Map(lambda found: shards.write_text(str(sorted(s.records for s in found))))
        )
    assert shards.read_text() == "[1, 2, 2]"
    lines = sorted(line for path in tmp_path.glob("articles-*") for line in path.read_text().splitlines())
    assert lines == [f'{{"number":{number}}}' for number in range(5)]


def write_much(writer):
    for number in range(10_000):
        writer.write(LETTERS[0] | {"error": hashlib.sha512(bytes(number % 256)).hexdigest() * 100})


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no device that is always full")
@pytest.mark.parametrize("format", ["jsonl", "jsonl.gz", "parquet"])
def test_a_full_disk_is_reported_with_the_file(format):
    writer = ShardWriter("rejected", "/dev/full", format)
    with pytest.raises(OSError, match=r"cannot write '/dev/full': .*No space left on device"):
        write_much(writer)
    writer.abandon()
    del writer
    gc.collect()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no device that is always full")
def test_a_full_disk_is_reported_documents_too():
    with pytest.raises(OSError, match="cannot write '/dev/full'"):
        write_json("/dev/full", {"captures": 3})
