import gzip

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.util import assert_that, equal_to
from archives import PAGE, http, record

from boiloff.pipeline.reading.read import ReadCaptures, read_file


@pytest.fixture
def crawl(tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(
        gzip.compress(record(name="1")) + gzip.compress(record(http(status="404 No"), name="2"))
    )
    (tmp_path / "b.html").write_bytes(PAGE)
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.7")
    return tmp_path


def test_a_folder_gives_captures_and_tagged_rejected_records_and_counts_both(crawl):
    pipeline = beam.Pipeline(runner=FnApiRunner())
    gone = str(crawl / "gone.warc")
    captures, rejected = pipeline | ReadCaptures([str(crawl), gone])
    assert_that(captures | beam.Map(lambda c: c.media), equal_to(["html", "html"]), "captures")
    reasons = rejected | beam.Map(lambda r: r.reason)
    assert_that(reasons, equal_to(["http-status", "unknown-format", "unreadable"]), "rejected")
    result = pipeline.run()
    result.wait_until_finish()
    counters = {c.key.metric.name: c.committed for c in result.metrics().query()["counters"]}
    assert counters["captures_html"] == 2
    assert counters["rejected_unreadable"] == 1


def test_a_file_that_vanished_is_one_rejected_record(tmp_path):
    (rejected,) = read_file(str(tmp_path / "gone.warc"))
    assert rejected.reason == "unreadable"
    assert "gone.warc" in rejected.error
