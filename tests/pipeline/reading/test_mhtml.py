"""Pages that browsers saved as MHTML: the page is found, decoded, and kept apart from what stands around it."""

import base64
import gzip
import quopri

import pytest
from archives import outcome, read
from hypothesis import given, settings
from hypothesis import strategies as st

from boiloff.transforms.core.page import Capture

HTML = "<!doctype html><html><title>Fähre</title><p>Die Fähre fährt = mittags, sagt das Hafenamt.</p></html>"
HEAD = """From: <Saved by Blink>
Snapshot-Content-Location: https://harbour.example/faehre
Subject: =?utf-8?Q?F=C3=A4hre?=
Date: Sun, 3 Mar 2024 09:12:00 -0000
MIME-Version: 1.0
Content-Type: multipart/related;
\ttype="text/html";
\tboundary="----Tide--abc----"

"""
IMAGE = "Content-Type: image/png\nContent-Transfer-Encoding: base64\nContent-Location: https://harbour.example/a.png\n\niVBORw0KGgo=\n"
ENCODINGS = {
    "quoted-printable": quopri.encodestring,
    "base64": base64.encodebytes,
    "8bit": bytes,
    "binary": bytes,
}


def part(encoding="quoted-printable", charset="utf-8", more=""):
    body = ENCODINGS[encoding](HTML.encode(charset)).decode("latin-1")
    kind = f"text/html; charset={charset}" if charset != "utf-8" else "text/html"
    return f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n{more}\n{body}\n"


def mhtml(*parts, head=HEAD):
    delimiter = "------Tide--abc----"
    written = head + "".join(f"{delimiter}\n{one}" for one in parts) + f"{delimiter}--\n"
    return written.replace("\n", "\r\n").encode("latin-1")


PAGES = {
    **{f"{encoding} {charset}": mhtml(part(encoding, charset), IMAGE) for encoding in ENCODINGS for charset in ("utf-8", "iso-8859-1")},
    "an image before the page": mhtml(IMAGE, part()),
    "another page behind it": mhtml(part(), "Content-Type: text/html\n\n<p>An advert</p>\n"),
    "parts in a part": mhtml(
        'Content-Type: multipart/alternative; boundary="low"\n\n--low\n' + part() + "--low--\n",
        IMAGE,
    ),
    "line feeds": mhtml(part(), IMAGE).replace(b"\r\n", b"\n"),
    "gzip": gzip.compress(mhtml(part(), IMAGE)),
    "no multipart": HEAD.partition("Content-Type")[0].encode() + part().encode("latin-1"),
    "nothing behind the page": mhtml(part())[: -len("------Tide--abc------\r\n")] + b"------Tide--abc----",
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_found_with_its_address_its_date_and_its_letters(name):
    (item,) = read(PAGES[name])
    assert isinstance(item, Capture), item
    charset = "iso-8859-1" if "iso-8859-1" in item.content_type else "utf-8"
    assert (item.media, item.body.decode(charset).strip(), item.quality_flags) == ("html", HTML, ())
    assert (item.url, item.captured_at) == ("https://harbour.example/faehre", "2024-03-03T09:12:00Z")


@pytest.mark.parametrize(
    ("head", "more", "url"),
    [
        (HEAD, "Content-Location: https://harbour.example/other\n", "https://harbour.example/faehre"),
        (HEAD.replace("Snapshot-", "X-"), "Content-Location: https://harbour.example/b\n", "https://harbour.example/b"),
        (HEAD.replace("Snapshot-", ""), "Content-Location: cid:frame@mhtml.blink\n", "https://harbour.example/faehre"),
        (HEAD.replace("https://harbour.example/faehre", "=?utf-8?Q?https://h.example/f=C3=A4hre?="), "", "https://h.example/fähre"),
        (HEAD.replace("https://harbour.example/faehre", "=?x?Q?broken"), "", "=?x?Q?broken"),
        (HEAD.replace("https://harbour.example/faehre", "=?é?Q?lost?="), "", "=?\ufffd?Q?lost?="),
        (HEAD.replace("Snapshot-Content-Location", "X-Nothing"), "", ""),
    ],
)  # fmt: skip
def test_the_address_is_that_of_the_snapshot_or_of_the_part(head, more, url):
    (item,) = read(mhtml(part(more=more), head=head))
    assert (item.media, item.url) == ("html", url)


@pytest.mark.parametrize(
    ("data", "reason", "error"),
    [
        (mhtml(IMAGE, IMAGE), "not-html", "no part of the MHTML file is HTML; its parts: image/png"),
        (mhtml("Content-Type: text/html\n\n\n"), "empty-body", "the body is empty"),
        (HEAD.encode(), "truncated-record", "the MHTML file ends before its HTML part"),
        (mhtml(part("base64").replace("base64\n", "base64\n\n" + "A" * 4000)), "too-large", "the HTML part has more"),
        (mhtml("Content-Type: text/html\n\n%PDF-1.7 and more\n"), "not-html", "the body is a PDF"),
    ],
)
def test_a_file_without_a_page_is_rejected_with_the_reason(data, reason, error):
    (item,) = read(data, max_body_bytes=1000)
    assert (item.reason, item.error[: len(error)]) == (reason, error)
    assert (item.url, item.source_offset) == ("https://harbour.example/faehre", -1)


def test_a_letter_with_attachments_and_a_text_about_mime_are_text():
    assert outcome(read(b"From: a@b.example\nSubject: x\nContent-Type: text/plain\n\nThe ferry sails.\n")) == ["text"]
    assert outcome(read(b"Content-Type: multipart/related is what browsers write.\n\nThe ferry.\n")) == ["text"]


@pytest.mark.parametrize("name", PAGES)
@given(data=st.data())
@settings(max_examples=60)
def test_a_cut_file_is_flagged_or_rejected_unless_the_page_is_whole(name, data):
    whole = PAGES[name]
    (item,) = read(whole[: data.draw(st.integers(30, len(whole) - 1))])
    if isinstance(item, Capture) and item.media == "html":
        charset = "iso-8859-1" if "iso-8859-1" in item.content_type else "utf-8"
        is_whole = item.body.decode(charset, "replace").strip() == HTML
        assert is_whole or item.quality_flags == ("truncated",) or name == "no multipart"
    elif isinstance(item, Capture):  # so little of a compressed file that it does not show what it is
        assert (name, item.quality_flags) == ("gzip", ("truncated",))
    else:
        expected = {"gzip": "unknown-format", "no multipart": "empty-body"}
        assert item.reason in ("truncated-record", "damaged-record", expected.get(name))


@given(junk=st.binary(max_size=200), at=st.integers(0, 700))
@settings(max_examples=200)
def test_any_bytes_in_it_raise_nothing(junk, at):
    whole = PAGES["quoted-printable utf-8"]
    assert len(read(whole[:at] + junk + whole[at + len(junk) :])) == 1
