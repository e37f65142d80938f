"""The sample of a crawl: the same captures whatever the order of files, at most so many."""

import json
import random

import pytest

from boiloff.pipeline.inspect.compare import take_sample


@pytest.fixture
def crawl(tmp_path):
    paths = []
    for name in "abc":
        path = tmp_path / f"{name}.jsonl"
        lines = [{"id": f"{name}{n}", "text": f"Tide {n} \u00e9."} for n in range(20)] + [{"id": "bad"}]
        path.write_text("\n".join(map(json.dumps, lines)))
        paths.append(str(path))
    return paths


def ids(sample):
    return [capture.id for capture in sample]


def test_the_sample_does_not_depend_on_the_order_of_files(crawl):
    first = take_sample(crawl, 10)
    shuffled = crawl[:]
    random.Random(1).shuffle(shuffled)
    assert ids(first) == ids(take_sample(shuffled, 10))
    assert (len(first), first.seen, first.unread) == (10, 60, 3)


def test_a_larger_sample_holds_the_smaller(crawl):
    assert ids(take_sample(crawl, 30))[:10] == ids(take_sample(crawl, 10))


def test_bodies_come_back_as_they_were(crawl):
    by_id = {capture.id: capture for capture in take_sample(crawl, 1000)}
    assert len(by_id) == 60
    assert by_id["b3"].body == "Tide 3 \u00e9."
    assert by_id["b3"].media == "text"


def test_of_captures_with_one_id_the_first_counts(crawl):
    sample = take_sample([crawl[0], crawl[0]], 1000)
    assert (len(sample), sample.seen) == (20, 40)
