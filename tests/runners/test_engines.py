"""The same job on real engines: record for record what a local run gives, and the same site memory.

Also if a worker process is killed in the middle of the job.
"""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import apache_beam
import pytest
from engines import BOOT, FLINK, PRISM, ROOT, SPARK, serving, worker_pool

pytestmark = pytest.mark.engines
KINDS = ("articles", "removed", "rejected")
ENGINES = [pytest.param(engine, id=engine.name) for engine in (FLINK, SPARK, PRISM)]
PATIENCE = 400
# The command with other settings of its job, for a small crawl.
BOILOFF = """
import sys
from dataclasses import replace
from boiloff.pipeline import run
from boiloff.pipeline.cli.app import main
settings = eval(sys.argv.pop(1))
begun = run._run
run._run = lambda job, options: begun(replace(job, **settings), options)
main()
"""
# Many ranges, and many portions.
SMALL_RANGES, SMALL_PORTIONS = {"range_bytes": 100_000}, {"portion_bytes": 60_000}


def start(*words, **settings):
    return subprocess.Popen(
        [sys.executable, "-c", BOILOFF, repr(settings), *map(str, words)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def boiloff(*words, **settings):
    run = start(*words, **settings)
    _, errors = run.communicate(timeout=PATIENCE)
    assert run.returncode == 0, errors[-4000:]


def boiloff_without_a_worker(pool, written, *words):
    """Run the command; kill the workers of the pool once they have written a file that `written` names."""
    folder, pattern = written
    run = start(*words, **SMALL_PORTIONS)
    deadline = time.monotonic() + PATIENCE
    while not any(folder.glob(pattern)):
        assert run.poll() is None, run.stderr.read()[-4000:]
        assert time.monotonic() < deadline
        time.sleep(0.005)
    for worker in pool.workers():
        os.kill(worker, signal.SIGKILL)
    _, errors = run.communicate(timeout=PATIENCE)
    assert run.returncode == 0, errors[-4000:]


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
    boiloff("clean", *inputs, "--output", tmp_path / "out", *server.flags(), **SMALL_RANGES)
    expected = records(local / "out")
    assert len(expected["articles"]) > 200
    assert records(tmp_path / "out") == expected
    proof = re.search(server.engine.proof, server.log.read_text("utf-8", "replace"))
    assert proof, "the engine's log has no job"
    print(f"\n{server.engine.name}: {proof.group()}")


def test_all_tasks_share_one_archive(server, inputs, tmp_path):
    words = "clean", inputs[-1], "--no-learn", "--output", tmp_path / "out"
    boiloff(*words, *server.flags(), **SMALL_RANGES)
    assert len([*(tmp_path / "out").glob("articles-*")]) >= server.engine.tasks  # each task writes its own


def test_learn_gives_the_local_store(server, inputs, local, tmp_path):
    store = tmp_path / "memory.boiloff"
    boiloff("learn", *inputs, "--templates", store, *server.flags())
    assert tables(store) == tables(local / "memory.boiloff")


def test_clean_survives_its_workers(server, inputs, local, tmp_path):
    if not server.engine.retry:
        pytest.skip(f"{server.engine.name} does not repeat what a dead worker has begun")
    output = tmp_path / "out"
    with worker_pool() as pool:
        finished = output / "_unfinished", "portion-*"
        words = ("clean", *inputs, "--output", output, *server.flags(), *pool.flags())
        boiloff_without_a_worker(pool, finished, *words)
    assert records(output) == records(local / "out")
    assert re.search(server.engine.retry, server.log.read_text("utf-8", "replace")), "the engine has repeated nothing"


def test_learn_survives_its_workers(server, inputs, local, tmp_path):
    if not server.engine.retry:
        pytest.skip(f"{server.engine.name} does not repeat what a dead worker has begun")
    store = tmp_path / "memory.boiloff"
    before = len(re.findall(server.engine.retry, server.log.read_text("utf-8", "replace")))
    with worker_pool() as pool:
        begun = tmp_path / "memory.boiloff.learning", "contents-*"
        boiloff_without_a_worker(pool, begun, "learn", *inputs, "--templates", store, *server.flags(), *pool.flags())
    assert tables(store) == tables(local / "memory.boiloff")
    assert len(re.findall(server.engine.retry, server.log.read_text("utf-8", "replace"))) > before


def test_worker_processes_of_flink_give_the_local_records(inputs, local, tmp_path):
    if not FLINK.file.exists():
        pytest.skip(f"flink could not be had: make engines fetches it to {FLINK.file}")
    with serving(FLINK, tmp_path) as server, worker_pool() as pool:
        boiloff("clean", *inputs, "--output", tmp_path / "out", *server.flags(), *pool.flags())
    assert records(tmp_path / "out") == records(local / "out")


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A virtual environment with Beam and without boiloff, and a wheel of boiloff."""
    if not (FLINK.file.exists() and BOOT.exists()):
        pytest.skip(f"flink or Beam's boot program could not be had: make engines fetches them to {BOOT.parent}")
    folder = tmp_path_factory.mktemp("bare")
    venv = folder / "venv"
    beam = f"apache-beam=={apache_beam.__version__}"
    for words in (
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder / "dist", ROOT],
        [sys.executable, "-m", "venv", venv],
        [venv / "bin" / "python", "-m", "pip", "install", "--quiet", beam],
    ):
        subprocess.run(words, check=True)
    (wheel,) = (folder / "dist").glob("boiloff-*.whl")
    return venv, wheel


def test_a_wheel_reaches_workers_without_boiloff(bare, inputs, local, tmp_path):
    """Without it they fail. With it they compile nothing: they find no compiler."""
    venv, wheel = bare
    words = "clean", *inputs, "--output", tmp_path / "out", "--overwrite"
    brought = f"--extra_package={wheel}", "--experiments=pip_use_build_isolation", "--environment_cache_millis=60000"
    with serving(FLINK, tmp_path) as server:
        with worker_pool(venv) as pool:
            run = start(*words, *server.flags(), *pool.flags())
            _, errors = run.communicate(timeout=PATIENCE)
            assert run.returncode == 1
            assert "No module named 'boiloff'" in errors
        with worker_pool(venv) as pool:
            boiloff(*words, *server.flags(), *pool.flags(), *brought)
    assert records(tmp_path / "out") == records(local / "out")


def test_local_worker_processes_give_the_local_records(inputs, local, tmp_path):
    boiloff("clean", *inputs, "--output", tmp_path / "out", "--workers", "2")
    assert records(tmp_path / "out") == records(local / "out")
