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

ROOT = Path(__file__).parents[2]
ENGINES = ROOT / ".engines"
START_SECONDS = 90


@dataclass(frozen=True)
class Engine:
    """An engine's job server. `file` is what `make engines` fetches; `proof` stands in its log once it has run a job."""

    name: str
    file: Path
    command: tuple[str, ...]
    flags: tuple[str, ...]
    proof: str


# Ports of services that are not asked for; 0 lets the system choose.
UNUSED = ("--artifact-port=0", "--expansion-port=0")
LOOPBACK = "--environment_type=LOOPBACK"

FLINK = Engine(
    "flink",
    ENGINES / "flink" / "server.jar",
    ("java", "-jar", "{file}", "--flink-master=[local]", "--job-port={port}", *UNUSED),
    (LOOPBACK, "--parallelism=2"),
    r"org\.apache\.flink\.runtime\.executiongraph\.\S+ - .* switched from RUNNING to FINISHED",
)
SPARK = Engine(
    "spark",
    ENGINES / "spark" / "server.jar",
    ("java", "-jar", "{file}", "--spark-master-url=local[2]", "--job-port={port}", *UNUSED),
    (LOOPBACK,),
    r"org\.apache\.spark\.scheduler\.DAGScheduler - Job \d+ finished",
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
    log: Path

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
    server = Server(engine, free_port(), folder / f"{engine.name}.log")
    command = [part.format(file=engine.file, port=server.port) for part in engine.command]
    with server.log.open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log, cwd=folder) as process:
        try:
            wait_for(server.port, process)
            yield server
        finally:
            process.terminate()


@contextmanager
def worker_pool() -> Iterator[list[str]]:
    """Start a pool that gives an engine a worker process whenever it asks; the flags that name it."""
    port = free_port()
    command = [sys.executable, "-m", "apache_beam.runners.worker.worker_pool_main", f"--service_port={port}"]
    # The pool calls its workers' interpreter `python`.
    folders = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": folders, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment) as process:
        try:
            wait_for(port, process)
            yield ["--environment_type=EXTERNAL", f"--environment_config=localhost:{port}"]
        finally:
            process.terminate()


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
