"""Which engine runs a pipeline, its worker processes on this machine, and how a run ends.

Beam's own handler of worker processes waits forever for the answer of a killed one. Here the death of one ends the
run, and they end with it. Beam chooses the handler by the environment of a pipeline, so this module defines both.
"""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

import apache_beam as beam
from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions, StandardOptions
from apache_beam.options.pipeline_options_validator import PipelineOptionsValidator
from apache_beam.portability.api import beam_fn_api_pb2, endpoints_pb2
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.runners.portability.fn_api_runner.worker_handlers import (
    ControlFuture,
    GrpcWorkerHandler,
    WorkerHandler,
)
from apache_beam.runners.portability.portable_runner import PortableRunner
from apache_beam.runners.runner import PipelineResult, PipelineState, create_runner
from apache_beam.runners.worker import sdk_worker_main
from apache_beam.transforms.environments import Environment, python_sdk_capabilities
from grpc import Call, RpcError

from .clean_many import how_it_ended, worker_command, worker_environment

# The first words of the message about a dead worker.
DIED = "worker process"
# DirectRunner picks one of several engines by what a pipeline contains; this is the one for every local run.
LOCAL_RUNNER = "FnApiRunner"
LOCAL_RUNNERS = (None, "DirectRunner", LOCAL_RUNNER)
REFUSED = "DaskRunner"
# Beam gives the error of a worker as its whole traceback, with the full name of the error's class.
TRACEBACK = "Traceback (most recent call last):"
CLASS_PATH = re.compile(r"^(?:\w+\.)+(?=\w+(?::|$))")
# The messages of systems, SQLite and Python for a full disk or memory, and the way out.
WAYS_OUT = (
    (("No space left on device", "database or disk is full"), "make space on that disk"),
    (("Disk quota exceeded", "File too large"), "raise the quota"),
    (("MemoryError", "Cannot allocate memory", "bad_alloc"), "memory has run out: try fewer --workers"),
)

URN = "boiloff:env:local_worker:v1"
PROCESSES = "multi_processing"
# Seconds in which an idle worker may end by itself.
GRACE = 5.0


def death_notice(pid: int, status: int) -> str:
    """Return how a worker process ended, and what the user can do. `status` is the exit status of the subprocess
    module.
    """
    notice = f"{DIED} {pid} {how_it_ended(status)}"
    if status == -9:  # SIGKILL, which Windows does not name
        notice += "; the system may have run out of memory: try fewer --workers"
    return notice


class RunnerError(ValueError):
    """A runner that does not exist or loses records; the message names the ones that can be used."""


class RunError(RuntimeError):
    """A run that did not end well; what it has written is not a result."""


def pipeline_options(flags: Sequence[str], workers: int = 1) -> PipelineOptions:
    """Return Beam's options, with the local engine as runner unless another one is named.

    Raises RunnerError for a runner that does not exist, and for Beam's DaskRunner: it silently drops tagged outputs,
    `finish_bundle` and second sinks, so that the ledger and the rejected records would be missing.
    """
    options = PipelineOptions(list(flags))
    runner = options.view_as(StandardOptions).runner
    if runner in LOCAL_RUNNERS:
        options.view_as(StandardOptions).runner = LOCAL_RUNNER
        if workers > 1:
            local = [f"--direct_running_mode={PROCESSES}", f"--direct_num_workers={workers}"]
            options = PipelineOptions([*flags, f"--runner={LOCAL_RUNNER}", *local])
        use_local_workers(options)
        return options
    if runner.rpartition(".")[2].lower() == REFUSED.lower():
        raise RunnerError(
            f"runner {runner!r} loses records without an error (tagged outputs, elements from the end of bundles); use "
            "FlinkRunner, SparkRunner, PrismRunner or DataflowRunner, or several local processes with --workers"
        )
    try:
        wrong = PipelineOptionsValidator(options, create_runner(runner)).validate()
    except (ValueError, ImportError) as error:
        raise RunnerError(" ".join(str(error).split())) from error
    if wrong:
        raise RunnerError(f"runner {runner!r}: {' '.join(' '.join(wrong).split())}")
    return options


def runner_name(options: PipelineOptions) -> str:
    """Return the name of the runner that the options ask for."""
    return str(options.view_as(StandardOptions).runner).rpartition(".")[2]


def is_local(options: PipelineOptions) -> bool:
    """Return whether this machine does all the work, in the folder in which the run was started."""
    return bool(options.view_as(StandardOptions).runner == LOCAL_RUNNER)


def run_to_end(pipeline: beam.Pipeline, remains: str) -> None:
    """Run a pipeline.

    Raises RunError with the cause in one line and with `remains`, the description of what the failed run leaves; and
    KeyboardInterrupt if the run was stopped.
    """
    wait_without_limit(pipeline.runner)
    try:
        result: PipelineResult = pipeline.run()
        state: str = result.wait_until_finish()
    except BaseException as error:
        if "KeyboardInterrupt" in str(error):  # the engine wraps it
            raise KeyboardInterrupt from error
        if not isinstance(error, Exception):
            raise
        raise RunError(f"the run failed, {remains}: {what_happened(error)}") from error
    if state != PipelineState.DONE:
        raise RunError(f"the run ended in state {state}; {remains}")


def wait_without_limit(runner: object) -> None:
    """Have a runner wait for the end of its job as long as the job takes.

    Beam gives `--job_server_timeout`, five minutes, also to the stream of a job's states, if the engine knows the job
    before it is run. Prism does, and so every longer run failed there.
    """
    if not isinstance(runner, PortableRunner):
        return
    create = runner.create_job_service_handle

    def create_unlimited(*words: Any) -> Any:
        job = create(*words)
        run = job.run

        def run_unlimited(preparation_id: str) -> Any:
            job.timeout = None
            return run(preparation_id)

        job.run = run_unlimited
        return job

    runner.create_job_service_handle = create_unlimited


@contextmanager
def failing_as_a_run(remains: str) -> Iterator[None]:
    """Report a disk, a database or memory that fails outside of a pipeline as `run_to_end` does inside."""
    try:
        yield
    except (OSError, sqlite3.Error, MemoryError) as error:
        raise RunError(f"the run failed, {remains}: {what_happened(error)}") from error


def what_happened(error: Exception) -> str:
    """Return an error in one line, with the way out if one is known."""
    if isinstance(error, RpcError) and isinstance(error, Call):  # as text it has many lines
        return f"the connection to the engine ended: {error.code().name}, {error.details()}"
    last = str(error).rpartition(TRACEBACK)[2].splitlines()
    # The code that a traceback quotes is indented, its last line is not.
    lines = [line for line in last if line.strip() and not line.startswith("  ")]
    first = CLASS_PATH.sub("", lines[0].strip()) if lines else type(error).__name__
    for words, way_out in WAYS_OUT:
        if any(word in str(error) or word in first for word in words):
            return f"{first}; {way_out}"
    return first


def use_local_workers(options: PipelineOptions) -> None:
    """Have `local_runner` manage the worker processes that the options ask Beam for."""
    direct = options.view_as(DirectOptions)
    if direct.direct_running_mode == PROCESSES:
        direct.direct_running_mode = None


def local_runner(options: PipelineOptions) -> FnApiRunner | None:
    """Return a runner that watches its worker processes, if the options ask for them. Otherwise return None, for Beam's
    choice.
    """
    if options.view_as(DirectOptions).direct_running_mode is None:
        return FnApiRunner(default_environment=LocalWorkers())
    return None


@Environment.register_urn(URN, None)
class LocalWorkers(Environment):
    """The environment of worker processes on this machine, without settings."""

    def __init__(self) -> None:
        super().__init__(capabilities=python_sdk_capabilities())

    def to_runner_api_parameter(self, context: Any) -> tuple[str, bytes]:
        """Return the name alone."""
        return URN, b""

    @staticmethod
    def from_runner_api_parameter(*_: Any) -> LocalWorkers:
        """Return the environment."""
        return LocalWorkers()


class Control:
    """A worker's control connection, which answers in place of a dead worker."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._pending: list[ControlFuture] = []
        self.error = ""

    def push(self, request: beam_fn_api_pb2.InstructionRequest) -> ControlFuture:
        """Send a request, and return the future of its answer."""
        with self._lock:
            if self.error:
                return ControlFuture(request.instruction_id, self._answer())
            future = self._connection.push(request)
            self._pending = [earlier for earlier in self._pending if not earlier.is_done()] + [future]
            return future

    def fail(self, error: str) -> None:
        """Answer all requests, pending and future ones, with this error."""
        with self._lock:
            self.error = self.error or error
            for future in self._pending:
                if not future.is_done():
                    future.set(self._answer())

    def _answer(self) -> beam_fn_api_pb2.InstructionResponse:
        return beam_fn_api_pb2.InstructionResponse(error=self.error)

    def is_asked(self) -> bool:
        """Return whether an answer is due."""
        with self._lock:
            return any(not future.is_done() for future in self._pending)

    def close(self) -> None:
        """End the connection, and wait until the worker knows."""
        self._connection.close()


class Data:
    """A worker's data channel. If the worker dies, the error is the result of `explain`, not a closed connection."""

    def __init__(self, channel: Any, explain: Callable[[], str]) -> None:
        self._channel = channel
        self._explain = explain

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)

    def input_elements(self, *words: Any, **named: Any) -> Iterator[Any]:
        """Yield what the worker sends."""
        try:
            yield from self._channel.input_elements(*words, **named)
        except Exception as error:
            raise RuntimeError(self._explain() or str(error)) from error


@WorkerHandler.register_environment(URN, None)
class LocalWorkerHandler(GrpcWorkerHandler):
    """Starts one worker process and watches it. Its death ends all workers of the run, and the run.

    The worker holds the other end of a pipe, by which it notices the end of this process.
    """

    _of_run: ClassVar[WeakKeyDictionary[Any, list[LocalWorkerHandler]]] = WeakKeyDictionary()
    control_conn: Any
    data_conn: Any

    def __init__(self, _: bytes | None, state: Any, provision_info: Any, grpc_server: Any) -> None:
        super().__init__(state, provision_info, grpc_server)
        self.control_conn = Control(self.control_conn)
        self.data_conn = Data(self.data_conn, self._cause_of_death)
        self._siblings = self._of_run.setdefault(grpc_server, [])
        self._siblings.append(self)
        self._is_closing = False

    def start_worker(self) -> None:
        """Start the process, and a thread that waits for its end."""
        self._process = subprocess.Popen(
            worker_command(__name__, function="run_worker"),
            stdin=subprocess.PIPE,
            env={**worker_environment(), **self._addresses()},
        )
        self._watcher = threading.Thread(name="watch_worker", target=self._watch, daemon=True)
        self._watcher.start()

    def _addresses(self) -> dict[str, str]:
        return {
            "CONTROL_API_SERVICE_DESCRIPTOR": str(endpoints_pb2.ApiServiceDescriptor(url=self.control_address)),
            "WORKER_ID": self.worker_id,
        }

    def _watch(self) -> None:
        status = self._process.wait()
        if not self._is_closing:
            self._end_all(death_notice(self._process.pid, status))

    def _cause_of_death(self) -> str:
        """Return why the channel closed. Wait for the exit status: the connection is cut a moment before."""
        self._watcher.join(GRACE)
        return str(self.control_conn.error)

    def _end_all(self, error: str) -> None:
        for handler in self._siblings:
            handler._is_closing = True
        for handler in self._siblings:
            handler.control_conn.fail(error)
            handler._process.kill()

    def close(self) -> None:
        """End the process: ask an idle one, kill one whose work the run does not need."""
        self._is_closing = True
        if self.control_conn.is_asked():
            self._process.kill()
        last_resort = threading.Timer(GRACE, self._process.kill)
        last_resort.start()
        try:
            super().close()
        finally:
            last_resort.cancel()

    def stop_worker(self) -> None:
        """Wait for the end of the process."""
        self._watcher.join()
        if self._process.stdin is not None:
            self._process.stdin.close()


def run_worker() -> None:
    """Run as a worker process until the run ends. The process that started it handles Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="watch_parent", daemon=True).start()
    sdk_worker_main.main([])


def _end_with_parent() -> None:
    """End with the parent: the system then closes the other end of standard input."""
    os.read(0, 1)
    os._exit(1)
