"""What a run gives does not depend on how its work is cut: order, workers, shards, compression, hash seed."""

import json
import os
import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from generated import PROSE, SITE, File
from law_runs import NAMES, cleaned, written
from law_runs import write as write_files
from site_pages import story

from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.engine import pipeline_options
from boiloff.pipeline.output import writer as writing
from boiloff.pipeline.run import CleanJob, run_clean
from boiloff.pipeline.site_memory.learning import LearnJob, merge_stores, run_learn

ROOT = Path(__file__).parents[2]
STORE_NAME = "site-memory.boiloff"
ALONE = """
import sys
from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.run import CleanJob, run_clean
from boiloff.pipeline.engine import pipeline_options
run_clean(CleanJob(sys.argv[2:], sys.argv[1], load_configuration(), learns=True), pipeline_options([]))
"""


def lines_of(part):
    for number in part:
        page = story(number, body=f"<div class=comments><p>{PROSE[number % 5]}</p></div>")
        yield json.dumps({"id": f"story {number}", "html": page.body, "url": page.url, "captured_at": page.captured_at})
    yield from (
        "{broken",
        json.dumps({"id": f"twin {part[0]}", "html": story(2).body, "url": f"https://b.example/{part[0]}"}),
    )


@pytest.fixture(scope="module")
def crawl(tmp_path_factory):
    """Twelve articles of one site in three files, a page without text, twins, and broken lines."""
    files = [File(f"{start}.jsonl", "\n".join(lines_of(range(start, 12, 3))).encode(), ()) for start in range(3)]
    files += [File("empty.html", b"<img src=lamp.png>", ()), File("text.txt", PROSE[0].encode(), ())]
    return write_files(files, tmp_path_factory.mktemp("order") / "crawl")


def records(output):
    return {name: written(output, name) for name in NAMES}


def rows(store):
    with closing(sqlite3.connect(store)) as connection, connection:
        return {name: sorted(connection.execute(f"SELECT * FROM {name}")) for name in ("sites", "samples", "contents")}


@pytest.fixture(scope="module")
def plain(crawl, tmp_path_factory):
    output = tmp_path_factory.mktemp("plain")
    cleaned(crawl, output, learns=True)
    return records(output), rows(output / STORE_NAME), output


def test_the_order_of_inputs_changes_nothing(crawl, plain, tmp_path):
    cleaned(crawl[::-1], tmp_path, learns=True)
    assert records(tmp_path) == plain[0]
    assert rows(tmp_path / STORE_NAME) == plain[1]


def test_a_second_run_writes_the_same_bytes(crawl, plain, tmp_path):
    cleaned(crawl, tmp_path, learns=True)
    for name in NAMES:
        first, second = (
            sorted(path.read_bytes() for path in folder.glob(f"{name}-*")) for folder in (plain[2], tmp_path)
        )
        assert first == second


def test_shards_compression_and_format_change_nothing(crawl, plain, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "MAX_SHARD_BYTES", 2_000)
    cleaned(crawl, tmp_path / "small", learns=True)
    assert len(list((tmp_path / "small").glob("articles-*"))) > 3
    cleaned(crawl, tmp_path / "packed", learns=True, format="jsonl.gz")
    cleaned(crawl, tmp_path / "columns", learns=True, format="parquet")
    assert len(list((tmp_path / "columns").glob("articles-*"))) > 3
    assert records(tmp_path / "small") == records(tmp_path / "packed") == records(tmp_path / "columns") == plain[0]


@pytest.mark.slow
def test_workers_and_the_hash_seed_change_nothing(crawl, plain, tmp_path):
    cleaned(crawl, tmp_path / "two", workers=2, learns=True)
    assert records(tmp_path / "two") == plain[0]
    assert rows(tmp_path / "two" / STORE_NAME) == plain[1]
    environment = {**os.environ, "PYTHONHASHSEED": "2", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", ALONE, str(tmp_path / "seed"), *crawl], env=environment, check=True, cwd=ROOT)
    assert records(tmp_path / "seed") == plain[0]


def test_learning_in_any_parts_and_order_gives_the_same_store(crawl, plain, tmp_path):
    """Parts that overlap, merged in any order, and the whole merged into itself."""
    chance = random.Random(3)
    parts = [chance.sample(crawl, chance.randint(1, len(crawl))) for _ in range(2)] + [crawl[1:], crawl[:3]]
    stores = [str(tmp_path / f"part-{number}") for number in range(len(parts))]
    for store, part in zip(stores, parts, strict=True):
        run_learn(LearnJob(part, store, load_configuration()), pipeline_options([]))
    merge_stores(chance.sample(stores, len(stores)), str(tmp_path / "all"))
    assert rows(tmp_path / "all") == plain[1]
    merge_stores([stores[0], str(tmp_path / "all")], str(tmp_path / "again"))
    assert rows(tmp_path / "again") == plain[1]


def test_a_run_with_the_store_that_another_learned_gives_the_same(crawl, plain, tmp_path):
    job = CleanJob(crawl, str(tmp_path), load_configuration(), templates=str(plain[2] / STORE_NAME))
    run_clean(job, pipeline_options([]))
    assert records(tmp_path) == plain[0]
    assert {json.loads(line)["site"] for line in plain[0]["articles"]} >= {SITE}
