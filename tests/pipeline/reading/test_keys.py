"""The objects of many tools are captures, or rejected with what was found; the documents have the table that the code has."""

import base64
import json
import re
from pathlib import Path

import pytest
from archives import PAGE, outcome, read
from hypothesis import given, settings
from hypothesis import strategies as st

from boiloff.pipeline.reading.json_captures import BODIES, FIELDS, SOURCE_KEYS
from boiloff.transforms.core.page import Capture

HTML = PAGE.decode()
TEXT = "The ferry sails at noon again, says the harbour office."
URL = "https://harbour.example/ferry"
IN_BASE64 = base64.b64encode(PAGE).decode()


def line(record):
    return json.dumps(record).encode() + b"\n"


# What tools write, and of the capture: media, body, url, captured_at, content_type.
TOOLS = {
    "Scrapy": (
        {"url": URL, "status": 200, "headers": {"Content-Type": ["text/html; charset=utf-8"]}, "body": HTML},
        ("html", HTML, URL, "", "text/html; charset=utf-8"),
    ),
    "Firecrawl": (
        {"markdown": "# Ferry\n\nNoon.", "metadata": {"sourceURL": URL, "statusCode": 200, "contentType": "text/html"}},
        ("text", "# Ferry\n\nNoon.", URL, "", "text/markdown"),
    ),
    "Firecrawl, raw": (
        {"markdown": "# Ferry", "rawHtml": HTML, "metadata": {"url": URL, "statusCode": 200}},
        ("html", HTML, URL, "", ""),
    ),
    "Apify": (
        {"url": URL, "crawl": {"loadedTime": "2024-05-01T10:00:00Z", "httpStatusCode": 200}, "text": TEXT},
        ("text", TEXT, URL, "2024-05-01T10:00:00Z", ""),
    ),
    "Crawl4AI": ({"url": URL, "html": HTML, "status_code": 200, "success": True}, ("html", HTML, URL, "", "")),
    "RedPajama": (
        {"raw_content": TEXT, "url": URL, "date_download": "2024-05-01T10:00:00Z"},
        ("text", TEXT, URL, "2024-05-01T10:00:00Z", ""),
    ),
    "RefinedWeb": (
        {"content": TEXT, "url": URL, "timestamp": "2024-05-01T10:00:00Z"},
        ("text", TEXT, URL, "2024-05-01T10:00:00Z", ""),
    ),
    "OSCAR": (
        {"content": TEXT, "warc_headers": {"warc-target-uri": URL, "warc-date": "2024-05-01T10:00:00Z"}},
        ("text", TEXT, URL, "2024-05-01T10:00:00Z", ""),
    ),
    "Dolma": ({"id": "7", "text": TEXT, "metadata": {"url": URL}}, ("text", TEXT, URL, "", "")),
    "Tavily": ({"url": URL, "content": "Noon.", "raw_content": TEXT}, ("text", TEXT, URL, "", "")),
    "bytes with a flag": (
        {"response": {"url": URL, "status": "200", "body": IN_BASE64, "base64Encoded": True}},
        ("html", PAGE, URL, "", ""),
    ),
    "bytes with an encoding": (
        {"response": {"body": IN_BASE64, "encoding": "BASE64", "headers": {"content-type": "text/html"}}, "url": URL},
        ("html", PAGE, URL, "", "text/html"),
    ),
    "bytes under our own key": ({"html": IN_BASE64, "html_encoding": "base64"}, ("html", PAGE, "", "", "")),
    "an encoding of letters": ({"body": HTML, "encoding": "utf-8", "url": None}, ("html", HTML, "", "", "")),
    "words as a status": ({"text": TEXT, "status": "completed", "url": URL}, ("text", TEXT, URL, "", "")),
    "a code as a status": ({"text": TEXT, "status": 20000, "url": URL}, ("text", TEXT, URL, "", "")),
    "numbers as times": ({"text": TEXT, "timestamp": 1_700_000_000}, ("text", TEXT, "", "", "")),
    "an address of null": ({"url": None, "metadata": {"url": URL}, "text": TEXT}, ("text", TEXT, URL, "", "")),
    "our own keys first": (
        {"html": HTML, "body": "no", "content": "no", "url": URL, "metadata": {"url": "no"}},
        ("html", HTML, URL, "", ""),
    ),
    "our own keys, but blank": ({"html": " ", "text": None, "body": TEXT}, ("text", TEXT, "", "", "")),
    "a key of another type": ({"body": {"a": 1}, "content": TEXT}, ("text", TEXT, "", "", "")),
}


@pytest.mark.parametrize("name", TOOLS)
def test_what_tools_write_is_a_capture(name):
    record, expected = TOOLS[name]
    (item,) = read(line(record))
    assert isinstance(item, Capture), item
    assert (item.media, item.body, item.url, item.captured_at, item.content_type) == expected


REFUSED = [
    ({"url": URL, "html": HTML, "status": 404}, "http-status", "line 1: HTTP status 404"),
    ({"url": URL, "html": HTML, "status_code": "410"}, "http-status", "line 1: HTTP status 410"),
    ({"url": URL, "body": HTML, "response": {"status": 503}}, "http-status", "line 1: HTTP status 503"),
    ({"markdown": TEXT, "metadata": {"statusCode": 301}}, "redirect", "line 1: HTTP status 301, to nowhere"),
    ({"body": '{"a": 1}', "content_type": "application/json"}, "not-html", "line 1: content type 'application/json'"),
    ({"body": '{"a": 1}'}, "not-html", "line 1: the body is JSON"),
    ({"body": base64.b64encode(b"%PDF-1.7").decode(), "is_base64": True}, "not-html", "line 1: the body is a PDF"),
    ({"body": "<p>", "encoding": "base64"}, "undecodable", "line 1: `body` is not valid base64"),
    ({"body": " ", "content": ""}, "empty-body", "line 1: `body` is empty"),
    ({"html": "", "body": " "}, "empty-body", "line 1: `html` and `text` are empty"),
    ({"body": 7}, "wrong-type", "line 1: `body` must be a string, this is a number"),
    ({"content": {"a": 1}}, "wrong-type", "line 1: `content` must be a string, this is an object"),
    ({"html": 7, "body": TEXT}, "wrong-type", "line 1: `html` must be a string, this is a number"),
    ({}, "not-a-capture", "line 1: neither `html` nor `text`; keys: "),
]


@pytest.mark.parametrize(("record", "reason", "error"), REFUSED)
def test_what_is_no_capture_is_rejected_with_the_reason(record, reason, error):
    (item,) = read(line(record))
    assert (item.reason, item.error[: len(error)], item.length) == (reason, error, len(line(record)))
    assert item.url == (record.get("url") or "")


def test_of_an_unknown_shape_the_error_lists_the_keys_found_and_those_known():
    (item,) = read(line({"link": URL, "page": HTML, "metadata": {"lang": "en"}}))
    assert item.error.startswith(
        "line 1: neither `html` nor `text`; keys: 'link', 'metadata', 'metadata.lang', 'page'; "
    )
    assert all(f"`{key}`" in item.error for key in BODIES)


def test_long_keys_and_many_make_no_long_error():
    (item,) = read(line({str(number) + "x" * 9999: 1 for number in range(99)}))
    assert item.error.count("'") == 2 * 12
    assert "' and 87 more; " in item.error
    assert len(item.error) < 1200


def test_a_body_over_the_cap_is_too_large_under_any_key():
    assert outcome(read(line({"body": "a" * 150}), max_body_bytes=100)) == ["too-large"]


keys = st.sampled_from(
    [*BODIES, *SOURCE_KEYS, *(key for names in FIELDS.values() for key in names), "encoding", "base64"]
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9), st.sampled_from([HTML, TEXT])),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=4), inner, max_size=2)),
    max_leaves=5,
)


def nested(flat):
    """Split the keys of an object at their dots."""
    record = {}
    for key, value in flat.items():
        *path, last = key.split(".")
        holder = record
        for name in path:
            inner = holder.setdefault(name, {})
            holder = inner if isinstance(inner, dict) else {}
        holder[last] = value
    return record


@given(flat=st.dictionaries(keys, values, max_size=6), how=st.sampled_from(["line", "array", "lines"]))
@settings(max_examples=400)
def test_any_object_is_read_or_rejected_with_a_reason(flat, how):
    record = nested(flat)
    written = json.dumps([record, record] if how == "array" else record, indent=None if how == "line" else 1)
    items = read(written.encode())
    assert len(items) == (2 if how == "array" else 1)
    for item in items:
        assert isinstance(item, Capture) or (item.reason and item.error)


def test_the_documents_have_the_table_of_the_code():
    text = (Path(__file__).parents[3] / "docs" / "inputs.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (`.+?) \|$", text, re.MULTILINE))
    found = {field: re.findall(r"`([^`]+)`", keys) for field, keys in rows.items() if field in FIELDS}
    assert found == {field: list(keys) for field, keys in FIELDS.items()}
    assert re.findall(r"^\| \d+ \| `([^`]+)` \| (\w+)", text, re.MULTILINE) == list(BODIES.items())
