"""Pages saved with the headers of their response, Markdown files by name, and WAT files, which hold no pages."""

import gzip
import json
import quopri

import pyarrow as pa
import pytest
from archives import PAGE, outcome, parquet, read, record

from boiloff.pipeline.clean import Cleaner, clean_capture
from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.reading.captures import read_captures
from boiloff.pipeline.reading.ranges import read_file
from boiloff.transforms.core.page import Capture

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nServer: tide\r\n\r\n"
SAVED = {
    "CRLF": OK + PAGE,
    "line feeds": OK.replace(b"\r\n", b"\n") + PAGE,
    "HTTP/2 without a reason": b"HTTP/2 200 \r\ncontent-type: text/html; charset=utf-8\r\n\r\n" + PAGE,
    "a redirect before it": b"HTTP/1.1 301 Moved\r\nLocation: /b\r\n\r\n" + OK + PAGE,
    "a proxy before it": b"HTTP/1.1 200 Connection established\r\n\r\n" + OK + PAGE,
    "an interim response before it": b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + OK + PAGE,
    "a coded body": OK.replace(b"Server", b"Content-Encoding: gzip\r\nServer") + gzip.compress(PAGE),
    "chunks": OK.replace(b"Server", b"Transfer-Encoding: chunked\r\nServer") + b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE),
    "a compressed file": gzip.compress(OK + PAGE),
}  # fmt: skip


@pytest.mark.parametrize("name", SAVED)
def test_a_page_saved_with_its_headers_is_the_page(name):
    (item,) = read(SAVED[name])
    assert isinstance(item, Capture), item
    assert (item.media, item.body, item.content_type) == ("html", PAGE, "text/html; charset=utf-8")
    assert (item.quality_flags, item.source_offset) == ((), -1)


@pytest.mark.parametrize(
    ("data", "reason", "error"),
    [
        (OK.replace(b"200 OK", b"404 Not Found") + PAGE, "http-status", "HTTP status 404"),
        (OK.replace(b"200 OK", b"302 Found") + PAGE, "redirect", "HTTP status 302, to nowhere"),
        (OK.replace(b"text/html", b"image/png") + b"\x89PNG\r\n", "not-html", "content type 'image/png"),
        (OK, "empty-body", "the body is empty"),
        (OK + PAGE * 99, "too-large", "the file has more than 2000 bytes"),
    ],
)
def test_a_response_that_holds_no_page_is_rejected_as_in_an_archive(data, reason, error):
    (item,) = read(data, max_body_bytes=2000)
    assert (item.reason, item.error[: len(error)]) == (reason, error)


@pytest.mark.parametrize("cut", [-30, -60])
def test_a_response_whose_body_is_shorter_than_announced_is_flagged(cut):
    length = b"Content-Length: %d\r\nServer" % len(PAGE)
    (item,) = read((OK.replace(b"Server", length) + PAGE)[:cut])
    assert item.quality_flags == ("truncated",)


def test_a_text_about_http_stays_a_text():
    for text in (b"HTTP/1.1 404 Not Found\n\nThis is what a server says.", b"HTTP/1.1 is old.\nNote: it works."):
        (item,) = read(text)
        assert (item.media, item.body) == ("text", text)


TEXT = "The ferry to the outer islands sails at noon again, says the harbour office, which had not said so for a year, and at "
MARKDOWN = f"# The ferry sails again\n\n{TEXT}*six*.\n".encode()
CLEANER = Cleaner(load_configuration())


def cleaned(data, name, folder):
    path = folder / name
    path.write_bytes(data)
    (item,) = read_file(str(path))
    return item, CLEANER.article(clean_capture(item, CLEANER))


@pytest.mark.parametrize("name", ["ferry.md", "FERRY.MD", "ferry.markdown", "ferry.md.gz"])
def test_a_file_named_as_markdown_is_markdown_whatever_its_signs(name, tmp_path):
    data = gzip.compress(MARKDOWN) if name.endswith("gz") else MARKDOWN
    item, article = cleaned(data, name, tmp_path)
    assert (item.media, item.content_type) == ("text", "text/markdown")
    assert article.title == "The ferry sails again"
    assert article.text == f"{TEXT}six."


def test_html_in_markdown_is_html(tmp_path):
    badge = b'<p align="center"><img src="/a.png" alt=""></p>\n\n'
    assert cleaned(badge + MARKDOWN, "readme.md", tmp_path)[1].text == f"{TEXT}six."
    assert "<p" not in cleaned(badge + MARKDOWN, "readme.md", tmp_path)[1].text


def test_a_page_named_as_markdown_is_a_page(tmp_path):
    assert cleaned(PAGE, "ferry.md", tmp_path)[0].media == "html"


def test_another_name_needs_the_signs(tmp_path):
    item, article = cleaned(MARKDOWN, "ferry.txt", tmp_path)
    assert item.content_type == ""
    assert "*six*" in article.text


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_wat_file_holds_no_captures(pack):
    about = record(b"software: tide", kind="warcinfo")
    facts = record(b'{"Envelope": {"Payload-Metadata": {}}}', "Content-Type: application/json", kind="metadata")
    assert read(pack(about) + pack(facts) * 3) == []
    assert outcome(read(pack(about) + pack(facts) + pack(record()))) == ["html"]


def test_a_stream_that_cannot_seek_gives_a_saved_page():
    class NotSeekable:
        def __init__(self, data):
            self.data = data

        def read(self, size=-1):
            taken, self.data = self.data[:size], self.data[size:]
            return taken

        def seekable(self):
            return False

    assert outcome(read_captures(NotSeekable(OK + PAGE), "harbour")) == ["html"]


PARAGRAPHS = (
    "The ferry company that has served the outer islands since 1951 will withdraw its last paper timetable at the end of "
    "March, and nobody on the quay at Stromhavn can say what is to replace it.",
    "“My mother is ninety-one and she has the timetable pinned to the door of the larder,” said Kirsten Aaby, who runs the "
    "shop on Lille Holm. “She does not want an account. She wants to know when the boat goes.”",
    "The council asked in January for a printed sheet of one page, in large letters, for every household. It would cost, by "
    "its own reckoning, less than the paint for the funnel.",
)
TITLE = "Island ferries drop the paper timetable, and the larder doors go bare"
IN_HTML = (
    f'<!doctype html><html lang="en"><head><title>{TITLE} - Strait Courier</title></head><body><header><nav><ul>'
    '<li><a href="/news">News</a></li><li><a href="/sea">Sea</a></li></ul></nav></header>'
    f"<article><h1>{TITLE}</h1>{''.join(f'<p>{text}</p>' for text in PARAGRAPHS)}</article>"
    '<footer><p>© 2024 Strait Courier. <a href="/terms">Terms</a></p></footer></body></html>'
)
IN_MARKDOWN = f"# {TITLE}\n\n*By Oline Brekke*\n\n[Home](/)\n\n" + "\n\n".join(PARAGRAPHS)
BOUNDARY = "----MultipartBoundary--abc----"
IN_MHTML = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://courier.example/sea/ferries\r\nMIME-Version: 1.0\r\n"
    f'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="{BOUNDARY}"\r\n\r\n\r\n--{BOUNDARY}\r\n'
    "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    f"{quopri.encodestring(IN_HTML.encode()).decode()}\r\n--{BOUNDARY}--\r\n"
)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("ferries.mhtml", IN_MHTML.encode()),
        ("ferries.md", IN_MARKDOWN.encode()),
        ("ferries.html", OK + IN_HTML.encode()),
        (
            "ferries.json",
            json.dumps([{"content": IN_HTML, "metadata": {"sourceURL": "https://courier.example/"}}]).encode(),
        ),
        ("ferries.parquet", parquet(pa.table({"body": [IN_HTML]}))),
    ],
)
def test_the_article_is_the_same_out_of_every_kind_of_file(name, data, tmp_path):
    _, article = cleaned(data, name, tmp_path)
    assert article.title == TITLE
    assert article.text.removeprefix("Home\n\n") == "\n\n".join(PARAGRAPHS)
