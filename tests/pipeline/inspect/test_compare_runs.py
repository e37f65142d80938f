"""Two finished runs compared by their records: matched by id, at bounded memory, whatever the shards."""

import json
import shutil
from dataclasses import replace

import pytest

from boiloff.pipeline.clean import Cleaner
from boiloff.pipeline.config import load_configuration, parse_configuration
from boiloff.pipeline.engine import pipeline_options
from boiloff.pipeline.inspect import compare as runs
from boiloff.pipeline.inspect.compare import compare_captures, compare_runs, take_sample
from boiloff.pipeline.output.manifest import open_finished_run
from boiloff.pipeline.reading.ranges import InputError, expand_inputs
from boiloff.pipeline.run import CleanJob, run_clean

STRICT = {
    "steps": [
        {"type": "ExtractMetadata"},
        {"type": "KeepMainContent", "config": {"threshold": 0.9}},
        {"type": "DetectLanguage"},
    ]
}


@pytest.fixture(scope="module")
def seed_runs(tmp_path_factory, seeds):
    folder = tmp_path_factory.mktemp("runs")
    files = expand_inputs([str(seeds)])
    for name, configuration in (("a", load_configuration()), ("b", parse_configuration(STRICT))):
        run_clean(CleanJob(files, str(folder / name), configuration), pipeline_options([], 1))
    return folder


def compared(folder, a="a", b="b"):
    ambiguous = []
    pages = list(compare_runs(*(open_finished_run(str(folder / name)) for name in (a, b)), ambiguous.append))
    return {page.changes.id: page.changes for page in pages}, ambiguous


def test_runs_differ_as_cleaning_twice_does(seed_runs, seeds):
    by_records, ambiguous = compared(seed_runs)
    sample = take_sample(expand_inputs([str(seeds)]), 1000)
    cleaners = (Cleaner(load_configuration()), Cleaner(parse_configuration(STRICT)))
    for page, _, _ in compare_captures(sample, *cleaners):
        assert replace(by_records[page.id], error=page.error) == page
    assert ambiguous == []


def test_a_run_does_not_differ_from_itself(seed_runs):
    pages, _ = compared(seed_runs, "a", "a")
    assert pages
    assert not any(page.differ for page in pages.values())


def test_the_number_of_parts_changes_nothing(seed_runs, monkeypatch):
    whole, _ = compared(seed_runs)
    monkeypatch.setattr(runs, "PART_CHARS", 2_000)
    parts, _ = compared(seed_runs)
    assert parts == whole


def test_captures_that_one_run_has_not_are_reported_as_that(seed_runs, tmp_path):
    rewritten(seed_runs / "a", tmp_path / "c", lambda records: records[1:])
    (missing,) = (page for page in compared_with(seed_runs / "a", tmp_path / "c") if page.a != page.b)
    assert missing.reason == "not-captured"


def test_ids_that_different_captures_share_are_left_out_and_counted(seed_runs, tmp_path):
    def shared(records):
        return [{**record, "id": records[0]["id"]} for record in records[:2]] + records[2:]

    rewritten(seed_runs / "a", tmp_path / "c", shared)
    ambiguous = []
    compared_with(seed_runs / "a", tmp_path / "c", ambiguous)
    assert len(ambiguous) == 1


def test_records_of_another_schema_are_reported(seed_runs, tmp_path):
    def without_blocks(records):
        return [{key: value for key, value in record.items() if key != "blocks"} for record in records]

    rewritten(seed_runs / "a", tmp_path / "c", without_blocks)
    with pytest.raises(InputError, match="has no 'blocks'; compare runs whose records have the same schema"):
        compared_with(seed_runs / "a", tmp_path / "c")


def compared_with(a, b, ambiguous=None):
    found = ambiguous if ambiguous is not None else []
    return [page.changes for page in compare_runs(*map(open_finished_run, map(str, (a, b))), found.append)]


def rewritten(run, copy, change):
    shutil.copytree(run, copy)
    (path,) = copy.glob("articles-*")
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    path.write_text("\n".join(map(json.dumps, change(records))))
