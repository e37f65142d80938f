"""The same job on real engines: record for record what a local run gives, and the same site memory."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from engines import FLINK, PRISM, ROOT, SPARK, serving, worker_pool

pytestmark = pytest.mark.engines
KINDS = ("articles", "removed", "rejected")
ENGINES = [pytest.param(engine, id=engine.name) for engine in (FLINK, SPARK, PRISM)]


def boiloff(*words):
    command = [sys.executable, "-m", "boiloff", *map(str, words)]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=400
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def records(folder):
    return {
        kind: sorted(line for path in folder.glob(f"{kind}-*.jsonl") for line in path.read_bytes().splitlines())
        for kind in KINDS
    }


def tables(store):
    with closing(sqlite3.connect(store)) as connection:
        return {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall()
            for name in ("sites", "samples", "contents")
        }


@pytest.fixture(scope="module")
def inputs(seeds, tmp_path_factory):
    crawl = tmp_path_factory.mktemp("crawl") / "crawl.warc.gz"
    generator = ROOT / "benchmarks" / "generate_crawl.py"
    subprocess.run([sys.executable, generator, crawl, "--pages=240", "--sites=9", "--seed=7"], check=True)
    return [seeds, crawl]


@pytest.fixture(scope="module")
def local(inputs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("local")
    boiloff("learn", *inputs, "--templates", folder / "memory.boiloff")
    boiloff("clean", *inputs, "--output", folder / "out")
    return folder


@pytest.fixture(scope="module", params=ENGINES)
def server(request, tmp_path_factory):
    if not request.param.file.exists():
        pytest.skip(f"{request.param.name} could not be had: make engines fetches it to {request.param.file}")
    with serving(request.param, tmp_path_factory.mktemp("engine")) as server:
        yield server


def test_clean_gives_the_local_records(server, inputs, local, tmp_path):
    boiloff("clean", *inputs, "--output", tmp_path / "out", *server.flags())
    expected = records(local / "out")
    assert len(expected["articles"]) > 200
    assert records(tmp_path / "out") == expected
    proof = re.search(server.engine.proof, server.log.read_text("utf-8", "replace"))
    assert proof, "the engine's log has no job"
    print(f"\n{server.engine.name}: {proof.group()}")


def test_learn_gives_the_local_store(server, inputs, local, tmp_path):
    store = tmp_path / "memory.boiloff"
    boiloff("learn", *inputs, "--templates", store, *server.flags())
    assert tables(store) == tables(local / "memory.boiloff")


def test_worker_processes_of_flink_give_the_local_records(inputs, local, tmp_path):
    if not FLINK.file.exists():
        pytest.skip(f"flink could not be had: make engines fetches it to {FLINK.file}")
    with serving(FLINK, tmp_path) as server, worker_pool() as flags:
        boiloff("clean", *inputs, "--output", tmp_path / "out", *server.flags(), *flags)
    assert records(tmp_path / "out") == records(local / "out")


def test_local_worker_processes_give_the_local_records(inputs, local, tmp_path):
    boiloff("clean", *inputs, "--output", tmp_path / "out", "--workers", "2")
    assert records(tmp_path / "out") == records(local / "out")
