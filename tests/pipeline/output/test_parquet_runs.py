"""Whole runs in Parquet: the law of output folders holds as for JSON lines."""

import hashlib
import json

import pytest

from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.engine import pipeline_options
from boiloff.pipeline.output.manifest import new_inputs
from boiloff.pipeline.reading.ranges import expand_inputs
from boiloff.pipeline.run import DONE_BEFORE, CleanJob, run_clean


def run(seeds, output, **how):
    job = CleanJob(expand_inputs([str(seeds)]), str(output), load_configuration(), **{"format": "parquet", **how})
    return run_clean(job, pipeline_options([]))


@pytest.fixture(scope="module")
def output(seeds, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "out"
    run(seeds, folder)
    return folder


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix == ".parquet"}


def test_the_manifest_shows_every_file_with_its_digest(output):
    shards = json.loads((output / "manifest.json").read_text())["shards"]
    assert {shard["name"]: shard["sha256"] for shard in shards} == {
        name: hashlib.sha256(data).hexdigest() for name, data in contents(output).items()
    }
    assert {name.partition("-")[0] for name in contents(output)} == {"articles", "removed", "rejected"}
    assert (output / "_SUCCESS").exists()


def test_a_second_run_writes_the_same_bytes(seeds, output, tmp_path):
    run(seeds, tmp_path / "out")
    assert contents(tmp_path / "out") == contents(output)


def test_the_same_run_again_does_nothing_and_its_inputs_are_known(seeds, output):
    assert DONE_BEFORE in run(seeds, output)
    assert new_inputs(expand_inputs([str(seeds)]), [str(output)]) == []


def test_a_run_in_another_format_replaces_it_when_asked_and_not_before(seeds, output, tmp_path):
    folder = tmp_path / "out"
    run(seeds, folder)
    with pytest.raises(ValueError, match="is not empty"):
        run(seeds, folder, format="jsonl.gz")
    assert contents(folder) == contents(output)
    run(seeds, folder, format="jsonl.gz", overwrite=True)
    assert contents(folder) == {}
    assert list(folder.glob("articles-*.jsonl.gz"))
    run(seeds, folder, overwrite=True)
    assert contents(folder) == contents(output)
    assert not list(folder.glob("*.jsonl*"))
