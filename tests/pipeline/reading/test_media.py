"""What a body is, whatever its content type says."""

from __future__ import annotations

import gzip
import time

import pytest
from archives import PAGE, http, outcome, read, record
from hypothesis import given, settings
from hypothesis import strategies as st

from boiloff.pipeline.reading.accept import Kind, kind_of

PROSE = "The ferry sails at noon; the next one at three, if the tide is in.\nBring a coat, a rope, and bread."
ROBOTS = "# keep out\nUser-agent: *\nDisallow: /berths\nDisallow: /tides\n"
RSS = '<?xml version="1.0"?>\n<rss version="2.0"><channel><title>Harbour</title><link>https://a.example/</link></channel></rss>'
CODE = "\n".join(["function tide(x) {", "  return moon(x) * 2;", "}", "// high", "var low = tide(1);"] * 4)
LOG = "\n".join(f"2024-05-01 10:00:{second:02} INFO [pump] level {second}" for second in range(9))

TEXTS = [
    pytest.param(ROBOTS, "robots.txt", id="robots.txt"),
    pytest.param("\n".join(f"harbour.example, {n}, DIRECT, a1b2" for n in range(4)), "ads.txt", id="ads.txt"),
    pytest.param(RSS, "<rss>", id="RSS"),
    pytest.param('<playlist xmlns="http://xspf.org/ns/0/"><title>Shanties</title></playlist>', "<playlist>", id="XSPF"),
    pytest.param('<?xml version="1.0"?><!-- boats --><fleet><boat/></fleet>', "<fleet>", id="XML"),
    pytest.param("\n".join(f"https://harbour.example/{n}" for n in range(5)), "addresses", id="text sitemap"),
    pytest.param('{"tide": [1, 2]}', "JSON", id="JSON object"),
    pytest.param('[\n  ["tide", 2],\n  3\n]', "JSON", id="JSON list"),
    pytest.param("\n".join(f"{n},ferry,12:0{n},quay {n}" for n in range(9)), "comma-separated", id="CSV"),
    pytest.param("\n".join(f"{n}\tferry\tquay {n}" for n in range(9)), "tab-separated", id="TSV"),
    pytest.param(LOG, "log", id="a program's log"),
    pytest.param('10.0.0.1 - - [01/May/2024:10:00:00 +0000] "GET / HTTP/1.1" 200 5\n' * 4, "log", id="a server's log"),
    pytest.param("WEBVTT\n\n00:01.000 --> 00:02.000\nAll aboard\n", "WebVTT", id="WebVTT"),
    pytest.param("1\n00:00:01,000 --> 00:00:02,000\nAll aboard\n", "SubRip", id="SubRip"),
    pytest.param("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n", "calendar", id="calendar"),
    pytest.param(CODE, "source code", id="code"),
    pytest.param("#!/bin/sh\necho ahoy\n", "source code", id="script"),
    pytest.param("a { color: red }\n", "a style sheet", id="a small style sheet"),
    pytest.param('@import url("quay.css");\n', "a style sheet", id="a style sheet that imports another"),
    pytest.param(f"/* {PROSE} */\n.tide,\n.quay li\n{{\n  margin: 0\n}}\n", "a style sheet", id="comments and styles"),
    pytest.param("@media print {\n  .tide { display: none; }\n}\n", "a style sheet", id="styles for print"),
    pytest.param("var a={b:(c)=>d[e],f:[g&&h||i]};" * 60, "source code", id="packed code"),
]


@pytest.mark.parametrize("declared", ["text/plain; charset=utf-8", "text/html", ""])
@pytest.mark.parametrize(("text", "what"), TEXTS)
def test_what_programs_read_is_no_page_whatever_it_is_served_as(text, what, declared):
    for mark in ("", "\ufeff"):
        kind = kind_of(declared, (mark + text).encode())
        assert (kind.media, what in kind.what) == (None, True), kind


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            f'<attach event="onload" handler="start" />\n<script>\n/* {PROSE} */\n{CODE}</script>', id="behaviour"
        ),
        pytest.param(
            '<public:component>\n<public:attach event="onload" for="element" />\n<script>start()</script>'
            "\n</public:component>",
            id="small behaviour",
        ),
        pytest.param(
            f"<template><p>{{{{ tide }}}}</p></template>\n<script>\n{CODE}</script>\n<style>p {{}}</style>", id="Vue"
        ),
    ],
)
def test_scripts_and_styles_in_elements_served_as_text_are_no_page(text):
    assert kind_of("text/plain", text.encode()) == Kind(None, "source code")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PROSE, id="prose"),
        pytest.param(f"<script> is how a page begins its code.\n{PROSE}\n{PROSE}", id="a text that begins with a tag"),
        pytest.param(f"<note>{PROSE}</note>\n<script>tide()</script>", id="a text in a tag, with a script below"),
        pytest.param("Ahoy", id="one word"),
        pytest.param("[1] The pier burnt down in 1911.\n[2] See the harbour book.\n" * 5, id="notes"),
        pytest.param("{braces} begin this text, and (brackets) follow; so what?", id="braces"),
        pytest.param("Host: Who keeps the light?\nKeeper: My sister does.\n" * 5, id="an interview"),
        pytest.param("The lamp is lit;\nthe boats come in;\nthe gulls are still;\n" * 5, id="a poem"),
        pytest.param("- rope, tar\n- bread, cheese, and beer\n- a lamp\n" * 4, id="a list"),
        pytest.param("[12:01] <ann> is the ferry in?\n[12:02] <bo> it is\n" * 5, id="a chat"),
        pytest.param("Write a { color: red } at the end, then save.", id="a style sheet in a sentence"),
        pytest.param("The {lamp: lit}; the boats are in.", id="braces in a sentence"),
        pytest.param("Set this first:\n" + CODE + "\n" + PROSE + "\n" + PROSE, id="a page about code"),
        pytest.param("https://harbour.example/\n" + PROSE, id="an address above a text"),
        pytest.param("2024-05-01 10:00:00 we left the quay with the tide.\n" * 5, id="a ship's log"),
        pytest.param("User-agent: this is what robots call themselves.\n" + PROSE, id="about robots.txt"),
        pytest.param("RIFF RAFF\nID3 tags and GIF8 pictures\nBM", id="words of signatures"),
        pytest.param("Паром отходит в полдень.\nВозьмите пальто; хлеб, верёвку.", id="Russian"),
        pytest.param("渡轮中午开航;下一班三点开。\n带上外套。", id="Chinese"),
    ],
)
def test_text_for_people_stays_text(text):
    for encoding in ("utf-8", "utf-16"):
        assert kind_of("text/plain", text.encode(encoding)).media == "text"


def test_text_of_a_legacy_encoding_stays_text():
    assert kind_of("text/plain", "Паром отходит в полдень, если прилив.".encode("windows-1251")).media == "text"
    assert kind_of("text/plain", b"\x1b$BEO\x1b(B" * 9).media == "text"


@pytest.mark.parametrize(
    ("text", "is_robots"),
    [
        (ROBOTS, True),
        ("# nothing is said here\n", True),
        ("Sitemap: https://harbour.example/map\n\nCrawl-delay: 9\n", True),
        ("There is no such file here, says the harbour master.", False),
    ],
)
def test_at_its_own_address_less_is_enough_for_robots_txt(text, is_robots):
    kind = kind_of("text/plain", text.encode(), "https://harbour.example/robots.txt")
    assert (kind.media is None) == is_robots


BINARY = [
    *(b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\0\x10JFIF", b"GIF89a\x01", b"RIFF\x24\x08\0\0WEBPVP8 ", b"%PDF-1.7\n"),
    *(b"PK\x03\x04\x14\0", b"wOF2\0\x01\0\0", b"OTTO\0\x0b", b"\0\0\0\x20ftypisom", b"\x1f\x8b\x08\0", b"ID3\x04\0\0"),
    *(bytes(range(256)) * 4, "\ufffdPNG\n\ufffd\ufffd\ufffd\ufffd IHDR\ufffd\ufffd\ufffd".encode() * 20),
]


@pytest.mark.parametrize("declared", ["text/html; charset=utf-8", "text/plain", "application/octet-stream", ""])
@pytest.mark.parametrize("body", BINARY, ids=lambda body: repr(body[:8]))
def test_binary_files_are_known_by_their_bytes(body, declared):
    kind = kind_of(declared, body)
    assert kind.media is None
    assert kind.what


@pytest.mark.parametrize(
    ("declared", "body", "media"),
    [
        ("text/plain", PAGE, "html"),
        ("text/plain", b"<html><p>Ahoy", "html"),
        ("text/plain", b"<p> is the tag of a paragraph, says the harbour's web master.", "text"),
        ("text/html", b"Ahoy <b>there</b>", "html"),
        ("text/html", b"Ahoy there", "html"),
        ("text/html", b"\0" * 5000 + PAGE, "html"),
        ("text/html", b"\1\2\3\4" * 200 + PAGE, "html"),
        ("text/html", b"<my-quay>Ahoy</my-quay>", "html"),
        ("text/html", b"<!--" + b"x" * 9000 + b"-->" + PAGE, "html"),
        ("text/html", b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><p>Ahoy', "html"),
        ("text/html", b"<table><tr><td>1,2,3,4</td></tr>\n" * 20, "html"),
        ("text/html, text/html", PAGE, "html"),
        (' "text/html" ;charset=x', PAGE, "html"),
        ("html", PAGE, "html"),
        ("application/xml", PAGE, "html"),
        ("application/xml", RSS.encode(), None),
        ("image/png", PAGE, None),
        ("text/css", PAGE, None),
    ],
)
def test_types_that_lie_and_pages_that_begin_oddly(declared, body, media):
    assert kind_of(declared, body).media == media


def test_the_rejected_record_says_what_the_body_is():
    (rejected,) = read(record(http(ROBOTS.encode(), content_type="text/plain")))
    assert (rejected.reason, rejected.error) == (
        "not-html",
        "the body is a robots.txt file, its content type 'text/plain'",
    )


def test_a_file_of_its_own_is_looked_at_too():
    assert outcome(read(ROBOTS.encode())) == ["not-html"]
    assert outcome(read(gzip.compress(RSS.encode()))) == ["not-html"]


@pytest.mark.parametrize(
    "text",
    [
        "<!--" * 99_999,
        "<?" * 99_999,
        "<!doctype [" * 30_000,
        "<a " * 99_999,
        '{"' * 99_999,
        "[" * 60_000,
        "/*" * 60_000,
        "a{" * 60_000,
        "a{b:" * 30_000,
        "a{;" * 30_000,
        "a{" + "b:c;" * 30_000,
        "a{b:c}" * 20_000 + "x",
        "a,b;c\t" * 50_000,
    ],
    ids=lambda text: text[:5],
)
def test_no_text_is_slow_to_judge(text):
    started = time.process_time()
    for declared in ("text/plain", "text/html", ""):
        kind_of(declared, text.encode() + b"\n")
    assert time.process_time() - started < 1


@given(
    declared=st.sampled_from(["text/plain", "text/html", "text/xml", "", "text", ";", "image/png"]),
    start=st.sampled_from(
        [b"", b"\xff\xfe", b"\xef\xbb\xbf", b"<", b"<?xml ", b"<!doctype", b"{", b"[[", b"User-agent:", b"1\n"]
    ),
    rest=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")),
)
@settings(max_examples=300)
def test_any_bytes_are_something(declared, start, rest):
    kind_of(declared, start + rest, "https://harbour.example/robots.txt")


@pytest.mark.parametrize("body", [b"", b" \r\n\t", b"\0" * 9000, b"\xef\xbb\xbf", b"\xff\xfe \0\n\0", b" " * 5000])
def test_blanks_are_no_body(body):
    assert outcome(read(record(http(body)))) == ["empty-body"]
    assert outcome(read(body)) == ["empty-body"]


def test_what_a_server_says_is_quoted_and_cut():
    (kind, target) = read(
        record(http(content_type="image/\x1b[31m" + "x" * 999))
        + record(http(b"", "Location: /" + "y" * 999, status="301 Moved"))
    )
    assert kind.error.startswith("content type 'image/\\x1b[31mxxx")
    assert len(kind.error) < 300
    assert len(target.error) < 300


def test_a_json_file_is_rejected_with_the_way_out():
    (rejected,) = read('[\n {"html": "<p>Ahoy"}\n]'.encode("utf-16"))
    assert "in UTF-8, one per line or in an array" in rejected.error
