import pytest
from archives import read, record

from boiloff.pipeline.reading.accept import iso_8601


@pytest.mark.parametrize(
    ("stamp", "date"),
    [
        *((date, date) for date in ("2008-04-30T20:48:25Z", "2008-04-30T20:48:25.123456Z", "2008-04-30T20:48Z")),
        *(
            (date, date)
            for date in ("2008-04-30", "2008-04", "2008", "2008-04-30 20:48:25", "2008-04-30T20:48:25+02:00")
        ),
        (" 2008-04-30T20:48:25Z\n", "2008-04-30T20:48:25Z"),
        ("20080430204825", "2008-04-30T20:48:25Z"),
        ("20080430204825123", "2008-04-30T20:48:25Z"),
        ("200804302048", "2008-04-30T20:48Z"),
        ("2008043020", "2008-04-30"),
        ("20080430", "2008-04-30"),
        ("200804", "2008-04"),
        ("20080432", "2008-04"),
        *(
            (nothing, "")
            for nothing in (
                "",
                "yesterday",
                "2008-13-01",
                "2008-02-30T00:00:00Z",
                "30/04/2008",
                "200",
                "1" * 30,
                "٢٠٠٨",
            )
        ),
    ],
)
def test_dates_keep_the_precision_that_is_known(stamp, date):
    assert iso_8601(stamp) == date


@pytest.mark.parametrize(
    ("stamp", "date"), [(b"2016", "2016"), (b"20170104205633", "2017-01-04T20:56:33Z"), (b"soon", "")]
)
def test_the_date_of_a_capture_and_of_a_rejected_record(stamp, date):
    data = (record() + record(kind="revisit")).replace(b"2024-05-01T10:00:00Z", stamp)
    assert [item.captured_at for item in read(data)] == [date, date]
