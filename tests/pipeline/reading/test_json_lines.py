import gzip
import json

import pytest
from archives import outcome, read

from boiloff.transforms.core.page import Capture


def line(**fields: object) -> bytes:
    return json.dumps(fields).encode() + b"\n"


GOOD = line(id="a", url="https://harbour.example/", html="<p>Noon ferry</p>", source="crawl", other=[1])


def test_a_line_becomes_a_capture():
    assert read(GOOD) == [
        Capture(
            body="<p>Noon ferry</p>",
            media="html",
            url="https://harbour.example/",
            id="a",
            source="crawl",
            source_file="harbour",
            source_offset=0,
        )
    ]


@pytest.mark.parametrize(
    ("broken", "reason", "error"),
    [
        (b'{"html": "<p>\n', "broken-line", "line 2: not JSON"),
        (b"[" * 100_000 + b"\n", "broken-line", "line 2: not JSON"),
        (b"[1]\n", "wrong-type", "line 2: a JSON object is needed, this is an array"),
        (line(html=3), "wrong-type", "line 2: `html` must be a string, this is a number"),
        (line(html="<p>", url=["x"]), "wrong-type", "line 2: `url` must be a string, this is an array"),
        (line(html="<p>", id=True), "wrong-type", "line 2: `id` must be a string, this is true or false"),
        (line(url="x"), "not-a-capture", "line 2: neither `html` nor `text`; keys: 'url'"),
        (line(html="", text=" "), "empty-body", "line 2"),
    ],
)
def test_a_bad_line_is_rejected_by_number_and_the_rest_goes_on(broken, reason, error):
    items = read(GOOD + broken + GOOD)
    assert outcome(items) == ["html", reason, "html"]
    assert items[1].error.startswith(error)
    assert items[1].source_offset == len(GOOD)
    assert items[2].source_offset == len(GOOD + broken)


def test_html_wins_over_text_unless_it_is_empty():
    data = line(html="<p>a", text="a") + line(html="", text="a") + line(html=None, text="a")
    assert outcome(read(data)) == ["html", "text", "text"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_marks_carriage_returns_blank_lines_and_a_missing_last_line_feed_break_nothing(pack):
    data = b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n") + b"\r\n\n" + GOOD.rstrip()
    assert outcome(read(pack(data))) == ["html", "html"]


def test_lone_surrogates_and_bytes_that_are_not_utf_8_become_replacement_characters():
    data = b'{"text": "a\\ud800b \\ud83d\\ude00"}\n{"text": "a\xffb"}\n'
    assert [item.body for item in read(data)] == ["a\ufffdb \U0001f600", "a\ufffdb"]


def test_a_number_as_id_becomes_text():
    assert read(line(id=7, text="Noon ferry."))[0].id == "7"


def test_a_line_over_the_cap_is_rejected():
    data = line(text="a" * 500) + GOOD + line(text="b" * 150)
    assert outcome(read(data, max_body_bytes=100)) == ["too-large", "html", "too-large"]


def test_a_cut_gzip_file_keeps_its_whole_lines():
    data = gzip.compress(b"".join(line(text=f"Ferry {number**7 % 999_983}") for number in range(9000)))
    items = read(data[: len(data) // 2])
    assert outcome(items)[-1] == "truncated-record"
    assert len(items) > 1000
    assert set(outcome(items)[:-1]) == {"text"}
