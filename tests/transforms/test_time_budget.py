"""A budget of time for one page: what it ends, and that it ends nothing else."""

import os
import subprocess
import sys
import threading
import time

import pytest

from boiloff.transforms import Page, PageTransform
from boiloff.transforms.core.base import WALL_FACTOR, OutOfTime, TooSlowError, clean_page, within

PATIENCE = 60  # seconds on the clock, on a busy machine


def endless():
    while True:
        pass


def deaf():
    while True:
        try:
            endless()
        except Exception:
            continue


def stubborn():
    """Swallows the first end, as code with a bare `except` does."""
    try:
        endless()
    except BaseException:
        endless()


def sleepy():
    while True:
        time.sleep(0.01)


@pytest.mark.parametrize("work", [endless, deaf, stubborn, sleepy])
def test_work_without_an_end_is_ended(work):
    started = time.monotonic()
    with pytest.raises(TooSlowError, match=r"parse was running .* 0\.05 s \(limits: seconds_per_page\)"):
        within(0.05, work)
    assert time.monotonic() - started < PATIENCE


def test_waiting_is_given_longer_than_work():
    waited = 0.05 * WALL_FACTOR / 2
    assert within(0.05, lambda: time.sleep(waited) or "awake") == "awake"


def test_what_is_done_in_time_is_given_and_what_fails_fails():
    assert within(5, lambda: "done") == within(0, lambda: "done") == "done"
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 / 0)


def test_nothing_is_raised_after_a_page_is_done():
    """Pages that take about as long as they may: each ends one way or the other, and nothing comes late."""
    ends = {"done": 0, "late": 0}

    def work():
        end = time.thread_time() + 0.0022
        while time.thread_time() < end:
            pass
        return "done"

    for _ in range(600):
        try:
            ends[within(0.002, work)] += 1
        except TooSlowError:
            ends["late"] += 1
        sum(range(50))
    assert sum(ends.values()) == 600
    assert ends["late"], "the budget was never used up, so that nothing was shown"


def test_ten_thousand_pages_raise_nothing():
    for number in range(10_000):
        assert within(10, lambda number=number: number) == number


def test_threads_have_budgets_of_their_own():
    ends = {}

    def run(name, seconds, work):
        try:
            ends[name] = within(seconds, work)
        except TooSlowError:
            ends[name] = "late"

    def steady():
        for _ in range(30):
            time.sleep(0.01)
        return "done"

    threads = [
        threading.Thread(target=run, args=args)
        for args in [("endless", 0.05, endless), ("deaf", 0.1, deaf), ("steady", 30, steady), ("free", 0, steady)]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert ends == {"endless": "late", "deaf": "late", "steady": "done", "free": "done"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_a_watchdog_of_its_own():
    within(5, lambda: None)
    child = os.fork()
    if not child:
        try:
            within(0.05, endless)
        except TooSlowError:
            os._exit(7)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


class Loop(PageTransform):
    """A step that never ends."""

    def clean(self, page: Page) -> Page:
        while True:
            try:
                endless()
            except Exception:
                return page


def test_the_step_at_work_is_named():
    with pytest.raises(TooSlowError, match="Loop was running") as raised:
        within(0.05, lambda: clean_page(Page(), [Loop()]))
    assert raised.value.step == "Loop"


def test_the_end_is_no_exception_of_a_step():
    assert not issubclass(OutOfTime, Exception)


def test_a_tracer_is_not_held_up_by_an_end_that_was_never_raised():
    program = """
import sys
from boiloff.transforms.core.base import _Watch

def called():
    pass

watch = _Watch(60)
watch._was_set = True
watch.close()
sys.settrace(lambda *_: None)
for _ in range(1000):
    called()
"""
    subprocess.run([sys.executable, "-c", program], timeout=PATIENCE, check=True)
