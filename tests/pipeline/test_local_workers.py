"""Worker processes of a local run. That a run ends when one dies is shown in test_dying.py."""

import signal

import pytest
from apache_beam.options.pipeline_options import DirectOptions
from apache_beam.portability.api import beam_fn_api_pb2
from apache_beam.runners.portability.fn_api_runner.worker_handlers import ControlFuture

from boiloff.pipeline.engine import Control, death_notice, local_runner, pipeline_options


@pytest.mark.parametrize(
    ("status", "notice"),
    [
        (3, "worker process 7 ended with exit status 3"),
        (-signal.SIGSEGV, "worker process 7 was killed (SIGSEGV)"),
        (
            -signal.SIGKILL,
            "worker process 7 was killed (SIGKILL); the system may have run out of memory: try fewer --workers",
        ),
        (-99, "worker process 7 was killed (signal 99)"),
    ],
)
def test_how_a_worker_ended_is_reported(status, notice):
    assert death_notice(7, status) == notice


@pytest.mark.parametrize(
    ("flags", "workers", "guarded"),
    [
        ([], 1, False),
        ([], 2, True),
        (["--direct_running_mode=multi_processing", "--direct_num_workers=2"], 1, True),
        (["--direct_running_mode=multi_threading", "--direct_num_workers=2"], 1, False),
        (["--runner=FlinkRunner"], 2, False),
    ],
)
def test_worker_processes_are_guarded_however_they_are_asked_for(flags, workers, guarded):
    options = pipeline_options(flags, workers)
    assert (local_runner(options) is not None) == guarded
    if guarded:
        assert options.view_as(DirectOptions).direct_num_workers == 2


class Connection:
    """A control connection to a worker that answers nothing."""

    def push(self, request):
        return ControlFuture(request.instruction_id)


def test_what_is_asked_of_a_dead_worker_is_answered():
    control = Control(Connection())
    before = control.push(beam_fn_api_pb2.InstructionRequest(instruction_id="before"))
    assert control.is_asked()
    control.fail("dead")
    control.fail("dead again")
    after = control.push(beam_fn_api_pb2.InstructionRequest(instruction_id="after"))
    assert [future.get(timeout=1).error for future in (before, after)] == ["dead", "dead"]
    assert not control.is_asked()
