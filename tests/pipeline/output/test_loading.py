"""Records of many files, loaded as people load them: the same rows, the same types in each file, and nothing null."""

import json

import datasets
import duckdb
import numpy as np
import pandas as pd
import pyarrow.dataset
import pytest

import boiloff
from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.engine import pipeline_options
from boiloff.pipeline.output import writer as writing
from boiloff.pipeline.output.manifest import open_finished_run
from boiloff.pipeline.reading.ranges import expand_inputs
from boiloff.pipeline.run import CleanJob, run_clean

NAMES = ("articles", "removed", "rejected")
FORMATS = ("jsonl", "parquet")
# A capture of which nothing is known but its text: its record has empty lists and empty strings.
BARE = {"text": "The tide is out."}
# Before pandas 3, columns whose names end in "_at" became times, in those files in which all values are some.
NO_DATES = {"convert_dates": False} if int(pd.__version__.partition(".")[0]) < 3 else {}

pytestmark = pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")


@pytest.fixture(scope="module")
def runs(seeds, tmp_path_factory):
    """The same run in every format, in files of few records."""
    folder = tmp_path_factory.mktemp("loading")
    (folder / "bare.jsonl").write_text(json.dumps(BARE) + "\n")
    inputs = expand_inputs([str(folder / "bare.jsonl"), str(seeds)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "MAX_SHARD_BYTES", 600)
        for format in FORMATS:
            job = CleanJob(inputs, str(folder / format), load_configuration(), learns=True, format=format)
            run_clean(job, pipeline_options([]))
    return {format: open_finished_run(str(folder / format)) for format in FORMATS}


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


@pytest.fixture
def expected(runs, name):
    return rows(runs["jsonl"].records(name))


@pytest.fixture(params=["bare first", "bare last"])
def files(request, runs, name):
    """Paths by format; the record of which nothing is known stands where it does most harm, first, or last."""

    def is_bare(run, shard):
        return any(record["url"] == "" for record in run.records_of(shard))

    found = {}
    for format, run in runs.items():
        shards = run.shards_of(name)
        assert len(shards) > 1
        shards.sort(key=lambda shard: is_bare(run, shard), reverse=request.param == "bare first")
        found[format] = [run.file(shard) for shard in shards]
    return found


def plain(value):
    """Convert a value of a loader to the value that JSON lines hold, of the same type."""
    if isinstance(value, np.ndarray):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def rows(records):
    """Sort records, and drop their nulls."""
    found = sorted((plain(dict(record)) for record in records), key=lambda record: json.dumps(record, sort_keys=True))
    assert all(value is not None and value == value for record in found for value in record.values())
    return found


def loaded_by_pandas(format, path, name):
    if format == "parquet":
        return pd.read_parquet(path)
    if format == "jsonl":
        return pd.read_json(path, lines=True, dtype=False, precise_float=True, **NO_DATES)
    return pyarrow.dataset.dataset(path, schema=boiloff.arrow_schema(name), format="json").to_table().to_pandas()


@pytest.mark.parametrize("format", [*FORMATS, "jsonl through the schema"])
def test_pandas(files, expected, name, format):
    frames = [loaded_by_pandas(format, path, name) for path in files[format.partition(" ")[0]]]
    assert len({tuple(frame.dtypes.astype(str)) for frame in frames}) == 1
    assert rows(pd.concat(frames).to_dict("records")) == expected


def test_pandas_reads_all_files_of_parquet_at_once(files, expected):
    assert rows(pd.read_parquet(files["parquet"]).to_dict("records")) == expected


def test_duckdb_reads_parquet(files, expected):
    found = duckdb.sql(f"SELECT * FROM read_parquet({files['parquet']!r})")
    assert rows(found.to_arrow_table().to_pylist()) == expected


def test_duckdb_reads_json_lines_through_the_schema(files, expected, name):
    found = pyarrow.dataset.dataset(files["jsonl"], schema=boiloff.arrow_schema(name), format="json")
    assert rows(duckdb.from_arrow(found).to_arrow_table().to_pylist()) == expected


def test_duckdb_reads_the_columns_of_json_lines_that_it_is_given(files, expected):
    found = duckdb.sql(f"SELECT * FROM read_json({files['jsonl']!r}, columns={{'id': 'VARCHAR', 'url': 'VARCHAR'}})")
    assert sorted(found.fetchall()) == sorted((record["id"], record["url"]) for record in expected)


@pytest.mark.parametrize("format", FORMATS)
def test_pyarrow(files, expected, name, format):
    schema = boiloff.arrow_schema(name)
    found = pyarrow.dataset.dataset(files[format], schema=schema, format="json" if format == "jsonl" else "parquet")
    table = found.to_table()
    assert table.schema.equals(schema)
    assert not any(column.null_count for column in table.columns)
    assert rows(table.to_pylist()) == expected


def test_parquet_shows_its_schema_by_itself(files, name):
    for path in files["parquet"]:
        assert pyarrow.dataset.dataset(path).schema.equals(boiloff.arrow_schema(name))


def records_of(paths):
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            yield from map(json.loads, lines)


@pytest.mark.parametrize("format", FORMATS)
def test_datasets(files, expected, name, format, tmp_path):
    """Its loader of JSON lines writes times anew, without their zones, whatever features it is given."""
    features = datasets.Features.from_arrow_schema(boiloff.arrow_schema(name))
    datasets.disable_progress_bars()
    cache, paths = str(tmp_path), files[format]
    if format == "jsonl":
        found = datasets.Dataset.from_generator(
            records_of, gen_kwargs={"paths": paths}, features=features, cache_dir=cache
        )
    else:
        found = datasets.load_dataset("parquet", data_files=paths, split="train", cache_dir=cache)
    assert found.features == features
    assert rows(found) == expected


@pytest.mark.parametrize("format", FORMATS)
def test_a_run_that_rejects_nothing_leaves_a_file_that_loads(tmp_path, format):
    (tmp_path / "bare.jsonl").write_text(json.dumps(BARE) + "\n")
    job = CleanJob([str(tmp_path / "bare.jsonl")], str(tmp_path / "out"), load_configuration(), format=format)
    run_clean(job, pipeline_options([]))
    (path,) = map(str, (tmp_path / "out").glob("rejected-*"))
    if format == "jsonl":
        assert pd.read_json(path, lines=True).empty
        assert duckdb.sql(f"SELECT * FROM read_json('{path}', columns={{'id': 'VARCHAR'}})").fetchall() == []
    else:
        assert pd.read_parquet(path).empty
        assert pyarrow.dataset.dataset(path).schema.equals(boiloff.arrow_schema("rejected"))
