"""Workers that share ranges: each range is taken once, while ranges are still found, and a failure ends all."""

import threading
import time

import pytest

from boiloff.pipeline.reading.cursor import Extent
from boiloff.pipeline.reading.ranges import Range
from boiloff.pipeline.reading.sharing import TakeRanges, find_ranges, take_ranges

RANGES = [Range("whole.warc"), *(Range("part.jsonl", "json-lines", Extent(at, at + 1, at)) for at in range(300))]


def slowly(ranges, seconds=0.0005):
    for part in ranges:
        time.sleep(seconds)
        yield part


def test_each_range_is_taken_once_by_whoever_is_free(tmp_path):
    taken = {number: [] for number in range(3)}

    def work(number):
        for part in TakeRanges(str(tmp_path / "ranges"), lambda: slowly(RANGES)).process(number):
            taken[number].append(part)
            time.sleep(0.01 if number == 0 else 0.0001)

    threads = [threading.Thread(target=work, args=(number,)) for number in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [part for parts in taken.values() for part in parts]
    assert sorted(found, key=RANGES.index) == RANGES
    assert sum(map(bool, taken.values())) > 1
    assert {path.name for path in tmp_path.iterdir()} == {"ranges", "ranges.taken"}


def test_one_worker_that_has_all_shares_does_all_the_work(tmp_path):
    take = TakeRanges(str(tmp_path / "ranges"), lambda: RANGES)
    assert [list(take.process(share)) for share in (1, 0)] == [RANGES, []]


def test_no_ranges_end_at_once(tmp_path):
    assert list(TakeRanges(str(tmp_path / "ranges"), list).process(0)) == []


def test_nobody_waits_for_ranges_that_are_never_found(tmp_path):
    begun = threading.Event()

    def failing():
        yield RANGES[0]
        begun.set()
        time.sleep(0.1)
        raise OSError("no space left")

    def find():
        with pytest.raises(OSError, match="no space left"):
            find_ranges(str(tmp_path / "ranges"), failing)

    thread = threading.Thread(target=find)
    thread.start()
    assert begun.wait(10)
    taking = take_ranges(str(tmp_path / "ranges"))
    assert next(taking) == RANGES[0]
    with pytest.raises(RuntimeError, match="has failed"):
        next(taking)
    thread.join()
