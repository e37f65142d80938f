"""Worker processes of a local run: the death of one ends the run, and they end with it.

Beam's own handler of worker processes waits for ever for the answer of a killed one. Beam chooses the handler by the
environment of a pipeline, so this module defines one of each.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions
from apache_beam.portability.api import beam_fn_api_pb2, endpoints_pb2
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.runners.portability.fn_api_runner.worker_handlers import (
    ControlFuture,
    GrpcWorkerHandler,
    WorkerHandler,
)
from apache_beam.runners.worker import sdk_worker_main
from apache_beam.transforms.environments import Environment, python_sdk_capabilities

URN = "boiloff:env:local_worker:v1"
PROCESSES = "multi_processing"
# The first words of the message about a dead worker.
DIED = "worker process"
# Seconds in which an idle worker may end by itself.
GRACE = 5.0
# A worker has the import path of the run, also the current folder if the run has it.
COMMAND = "import sys; del sys.path[0]; from boiloff.pipeline.local_workers import main; main()"


def use_local_workers(options: PipelineOptions) -> None:
    """Have `local_runner` manage the worker processes that the options ask Beam for."""
    direct = options.view_as(DirectOptions)
    if direct.direct_running_mode == PROCESSES:
        direct.direct_running_mode = None


def local_runner(options: PipelineOptions) -> FnApiRunner | None:
    """Return a runner with guarded worker processes if the options ask for them; None leaves the choice to Beam."""
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
    """A worker's data channel. It reports the death of the worker, by `explain`, instead of a cut connection."""

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
            [sys.executable, "-c", COMMAND], stdin=subprocess.PIPE, env={**os.environ, **self._environment()}
        )
        self._watcher = threading.Thread(name="watch_worker", target=self._watch, daemon=True)
        self._watcher.start()

    def _environment(self) -> dict[str, str]:
        return {
            "CONTROL_API_SERVICE_DESCRIPTOR": str(endpoints_pb2.ApiServiceDescriptor(url=self.control_address)),
            "WORKER_ID": self.worker_id,
            "PYTHONPATH": os.pathsep.join(folder or os.getcwd() for folder in sys.path),
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
        """End the process: ask an idle one, kill one whose work is no longer needed."""
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


def death_notice(pid: int, status: int) -> str:
    """Return how a worker process ended, and what to do about it. `status` is that of the subprocess module."""
    if status >= 0:
        return f"{DIED} {pid} ended with exit status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    notice = f"{DIED} {pid} was killed ({name})"
    if name == "SIGKILL":
        notice += "; the system may have run out of memory: try fewer --workers"
    return notice


def main() -> None:
    """Run as a worker process until the run ends. The process that started it handles Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="watch_parent", daemon=True).start()
    sdk_worker_main.main([])


def _end_with_parent() -> None:
    """End with the parent: the system then closes the other end of standard input."""
    os.read(0, 1)
    os._exit(1)
