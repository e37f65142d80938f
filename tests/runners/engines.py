"""The engines that the same job must run on: how each is started, asked for, and known by its log."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
ENGINES = ROOT / ".engines"
# Beam's program that starts a worker, after it has installed what the job brings.
BOOT = ENGINES / "boot"
START_SECONDS = 90


@dataclass(frozen=True)
class Engine:
    """An engine's job server. `file` is what `make engines` fetches; `proof` stands in its log once it has run a job,
    and `retry` once it has repeated what a dead worker had begun. An engine without `retry` gives up then. `settings`
    are the text of Flink's configuration file. `{folder}` is where a server runs and leaves its metrics. It divides the
    ranges of a file among `tasks`.
    """

    name: str
    file: Path
    command: tuple[str, ...]
    flags: tuple[str, ...]
    proof: str
    retry: str = ""
    settings: str = ""
    tasks: int = 1


# Ports of services that are not asked for; 0 lets the system choose.
UNUSED = ("--artifact-port=0", "--expansion-port=0")
LOOPBACK = "--environment_type=LOOPBACK"

# Without a restart strategy, Flink gives up when a worker dies.
FLINK_SETTINGS = """
restart-strategy.type: fixed-delay
restart-strategy.fixed-delay.attempts: 3
restart-strategy.fixed-delay.delay: 1 s
jobmanager.archive.fs.dir: file://{folder}
"""
FLINK = Engine(
    "flink",
    ENGINES / "flink" / "server.jar",
    (
        *("java", "-jar", "{file}", "--flink-master=[local]", "--job-port={port}", *UNUSED),
        "--flink-conf-dir={folder}",
    ),
    (LOOPBACK, "--parallelism=2"),
    r"org\.apache\.flink\.runtime\.executiongraph\.\S+ - .* switched from RUNNING to FINISHED",
    r"switched from state RUNNING to RESTARTING",
    FLINK_SETTINGS,
    tasks=2,
)
SPARK = Engine(
    "spark",
    ENGINES / "spark" / "server.jar",
    # Two tasks at a time, each tried up to four times, as on a cluster.
    (
        *("java", "-Dspark.eventLog.enabled=true", "-Dspark.eventLog.dir=file://{folder}", "-jar", "{file}"),
        *("--spark-master-url=local[2,4]", "--job-port={port}", *UNUSED),
    ),
    (LOOPBACK,),
    r"org\.apache\.spark\.scheduler\.DAGScheduler - Job \d+ finished",
    r"org\.apache\.spark\.scheduler\.TaskSetManager - Lost task",
    tasks=2,
)
PRISM = Engine(
    "prism",
    ENGINES / "prism",
    ("{file}", "--job_port={port}", "--log_kind=text", "--serve_http=false"),
    (LOOPBACK,),
    r"pipeline done!",
)


@dataclass(frozen=True)
class Server:
    """A job server at work."""

    engine: Engine
    port: int
    folder: Path

    @property
    def log(self) -> Path:
        """What the server prints."""
        return self.folder / f"{self.engine.name}.log"

    def flags(self) -> list[str]:
        """Return the Beam options with which a pipeline runs here."""
        return ["--runner=PortableRunner", f"--job_endpoint=localhost:{self.port}", *self.engine.flags]


def free_port() -> int:
    """Find a port on which no program listens."""
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serving(engine: Engine, folder: Path) -> Iterator[Server]:
    """Start the engine's job server and wait until it answers; end it when the block ends."""
    server = Server(engine, free_port(), folder)
    command = [part.format(file=engine.file, port=server.port, folder=folder) for part in engine.command]
    if engine.settings:
        (folder / "flink-conf.yaml").write_text(engine.settings.format(folder=folder))
    with server.log.open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log, cwd=folder) as process:
        try:
            wait_for(server.port, process)
            yield server
        finally:
            process.terminate()


@dataclass(frozen=True)
class Pool:
    """A pool that gives an engine a worker process whenever it asks."""

    port: int
    process: int

    def flags(self) -> list[str]:
        """Return the Beam options that name it."""
        return ["--environment_type=EXTERNAL", f"--environment_config=localhost:{self.port}"]

    def workers(self) -> list[int]:
        """Return the ids of the worker processes at work."""
        return [*descendants(self.process)]


@contextmanager
def worker_pool(venv: Path | None = None) -> Iterator[Pool]:
    """Start a pool, and end it when the block ends.

    With `venv`, its workers run there, and install what the job brings. They have neither the checkout nor programs from
    elsewhere, such as a compiler.
    """
    port = free_port()
    python = venv / "bin" / "python" if venv else Path(sys.executable)
    command = [str(python), "-m", "apache_beam.runners.worker.worker_pool_main", f"--service_port={port}"]
    # The pool calls its workers' interpreter `python`.
    folders = os.pathsep.join([str(python.parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": folders, "PYTHONPATH": str(ROOT)}
    with TemporaryDirectory() as folder:
        if venv:
            # What a job brings stays in its folder, and would be installed for the next job, too.
            start = Path(folder) / "start"
            start.write_text(f'#!/bin/sh\nexec {BOOT} --semi_persist_dir={folder} "$@"\n')
            start.chmod(0o755)
            command.append(f"--container_executable={start}")
            installing = {"PYTHONPATH": "", "RUN_PYTHON_SDK_IN_DEFAULT_ENVIRONMENT": "1"}
            environment = {**environment, "PATH": str(python.parent), **installing}
        nowhere = subprocess.DEVNULL
        with subprocess.Popen(command, stdout=nowhere, stderr=nowhere, env=environment, cwd=folder) as process:
            try:
                wait_for(port, process)
                yield Pool(port, process.pid)
            finally:
                process.terminate()


def descendants(pid: int) -> Iterator[int]:
    """List the processes that a process has started, and theirs."""
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in map(int, children):
            yield child
            yield from descendants(child)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until somebody listens on the port."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        with socket.socket() as client:
            if client.connect_ex(("localhost", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError(f"{process.args!r} does not answer on port {port}")
