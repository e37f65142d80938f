"""Every moment of a worker's time counts once, under the name of what was done."""

import time

import pytest

from boiloff.pipeline.clean import Cleaner, Stopwatch
from boiloff.transforms import Capture, Page, PageTransform, StepError, clean_page


class Rest(PageTransform):
    def clean(self, page):
        time.sleep(0.01)
        return page


class Fail(PageTransform):
    def clean(self, page):
        raise KeyError("tides")


def test_all_time_counts_once():
    started = time.perf_counter_ns()
    watch = Stopwatch()
    watch.lap("read")
    time.sleep(0.01)
    watch.lap("parse")
    watch.lap("read")
    spent = time.perf_counter_ns() - started
    assert watch.nanoseconds.keys() == {"read", "parse"}
    assert 10_000_000 <= watch.nanoseconds["parse"] <= sum(watch.nanoseconds.values()) <= spent


def test_each_step_that_is_done_is_reported():
    laps = []
    clean_page(Page(), [Rest(), Rest()], laps.append)
    assert laps == ["Rest", "Rest"]
    with pytest.raises(StepError):
        clean_page(Page(), [Rest(), Fail(), Rest()], laps.append)
    assert laps == ["Rest"] * 3


def test_a_page_shows_its_parts():
    watch = Stopwatch()
    cleaner = Cleaner.named("default")
    cleaner.page(Capture("<p>The tide comes in twice a day."), watch)
    assert set(watch.nanoseconds) == {"parse", *(type(step).__name__ for step in cleaner.steps)}
