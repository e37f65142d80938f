"""Records as Parquet: one schema for all files, row groups of bounded memory, and the same records back."""

from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from boiloff.pipeline.output import parquet
from boiloff.pipeline.output.parquet import ParquetRecords, arrow_schema, read_parquet
from boiloff.pipeline.reading.accept import Rejected
from boiloff.transforms import Page, ledger
from boiloff.transforms.core.article import make_article
from boiloff.transforms.core.page import Block, Metadata, Removal

NAMES = ["articles", "removed", "rejected"]
PAGE = Page.from_rows(
    url="https://harbour.example/1",
    blocks=(Block("Ebb", "heading"), Block("The ferry waits for the tide \U0001f30a."), Block("Like us!")),
    metadata=Metadata(authors=("I. Pilot",)),
).mark({2: Removal("sharing", "share_bars", "asks to be liked", 1)})
RECORDS = {
    "articles": [make_article(Page.from_rows(blocks=(Block("Ebb."),))).to_dict(), make_article(PAGE).to_dict()],
    "removed": list(ledger(PAGE)),
    "rejected": [Rejected().to_dict(), Rejected(id="7", reason="empty-body", length=2**40).to_dict()],
}


def written(records, name):
    file = BytesIO()
    rows = ParquetRecords(file, name)
    for record in records:
        assert rows.write(record) > 0
    rows.close()
    return file.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_records_come_back_as_they_were(name):
    assert list(read_parquet(BytesIO(written(RECORDS[name], name)))) == RECORDS[name]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("count", [0, 1, 2])
def test_every_file_has_the_same_schema_whatever_is_in_it(name, count):
    file = pq.ParquetFile(BytesIO(written(RECORDS[name][:count], name)))
    assert file.schema_arrow.equals(arrow_schema(name))
    assert file.schema_arrow.names == list(RECORDS[name][0])
    assert all(column.max_definition_level <= 1 for column in map(file.schema.column, range(len(file.schema))))


def test_columns_are_compressed_and_those_of_few_values_have_dictionaries():
    group = pq.ParquetFile(BytesIO(written(RECORDS["removed"], "removed"))).metadata.row_group(0)
    columns = {column.path_in_schema: column for column in map(group.column, range(group.num_columns))}
    assert {column.compression for column in columns.values()} == {"ZSTD"}
    assert columns["reason"].has_dictionary_page
    assert not columns["text"].has_dictionary_page


def test_the_same_records_are_the_same_bytes():
    assert written(RECORDS["articles"], "articles") == written(RECORDS["articles"], "articles")


@pytest.mark.parametrize(("waiting_bytes", "waiting_records"), [(1, 1024), (2**20, 3)])
def test_row_groups_end_when_they_are_full(monkeypatch, waiting_bytes, waiting_records):
    monkeypatch.setattr(parquet, "WAITING_BYTES", waiting_bytes)
    monkeypatch.setattr(parquet, "WAITING_RECORDS", waiting_records)
    monkeypatch.setattr(parquet, "ROW_GROUP_BYTES", 400)
    records = [RECORDS["rejected"][0] | {"id": str(number), "error": "x" * 100} for number in range(10)]
    data = written(records, "rejected")
    assert list(read_parquet(BytesIO(data))) == records
    assert pq.ParquetFile(BytesIO(data)).metadata.num_row_groups in (3, 4)


def test_lone_surrogates_become_question_marks_as_in_json_lines():
    record = RECORDS["articles"][1] | {"source_file": "odd\udcff.html", "tags": ["\ud800"]}
    (back,) = read_parquet(BytesIO(written([record], "articles")))
    assert back == record | {"source_file": "odd?.html", "tags": ["?"]}


def test_whole_numbers_in_a_column_of_fractions_are_fractions():
    (back,) = read_parquet(BytesIO(written(RECORDS["removed"], "removed")))
    assert isinstance(back["score"], float)


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1 and nothing of Parquet PAR1"])
def test_a_file_that_is_damaged_is_reported(data):
    with pytest.raises((ValueError, OSError)):
        list(read_parquet(BytesIO(data)))


def test_a_record_without_a_key_is_no_record():
    with pytest.raises((ValueError, pa.ArrowException)):
        written([{"id": "7"}], "rejected")
