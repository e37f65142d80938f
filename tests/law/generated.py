"""Pages and crawls that Hypothesis makes up: markup sound and broken, every format, damage."""

from __future__ import annotations

import gzip
import io
import json
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from archives import http, record
from hypothesis import strategies as st

SITE = "lanternpost.example"
PROSE = (
    "The lamplighter of Quay Street counted his wicks at dusk, and found that one of them was missing again.",
    "Niemand auf der Ostseite hatte es gesehen, obwohl der Bäcker schwor, dass er Glas auf dem Pflaster gehört habe.",
    "Когда начался отлив, у мола стояли лодки, и на корме каждой горел свой фонарь.",
    "潮が満ちるころ、桟橋の灯りはすべて消えていた。見張りは舟を出し、その理由を確かめた。",
    "وعندما تغيّر المد كانت القوارب راسية عند الرصيف، ولكل منها فانوس في مؤخرته.",
)
# What rules look for, or must not stumble over.
LABELS = (
    *("Leave a reply", "Share this", "Related articles", "Advertisement", "By Ann Roe", "3 May 2024", "Accept all cookies"),
    *("Read also:", "Tags", "0 Comments", "Newsletter", "Page not found", "© 2024", "Home » News", "—", "", " ", "\n\n"),
    *("&amp;", "&nosuch;", "&#x202e;", "&#xD800;", "&#0;", "\x00", "\x1b[31m", "\u202e", "\ud800", "\u2028", "\x85", "\xa0"),
)  # fmt: skip
TAGS = tuple(
    "p div section article main aside nav header footer h1 h2 h3 ul ol li table tr td th a b i span em time form button "
    "blockquote pre code figure figcaption dl dt dd iframe noscript template svg select option textarea center".split()
)
NAMES = tuple(
    "comments comment-body share related post entry-content author byline cookie widget ad x1 sidebar".split()
)
ATTRIBUTES = (
    *("hidden", "style='display:none'", "aria-hidden=true", "href='/a'", "href='javascript:x'", "href='http://[bad'"),
    *("rel=author", "itemprop=articleBody", "datetime='2024-13-99'", "colspan=99999", "class=", "id='", 'title="', "<"),
)
HEADS = (
    *("<title>Lanterns of the quay</title>", "<title>", "<base href='http://[bad'>", "<meta charset=utf-8>"),
    *("<meta property='og:title' content='Lanterns'>", "<meta name=author>", "<link rel=canonical href='//'>"),
    "<script type='application/ld+json'>{\"@type\": \"Article\", \"headline\": [{}], \"author\": {\"@id\": \"#a\"}}</script>",
    "<script type='application/ld+json'>{broken</script>",
    "<script>window.__STATE__ = {\"article\": {\"body\": \"<p>Lamps.</p>\"}}</script>",
    *("<!-- ", "-->", "<style>p {}</style>", "<script>", "<!DOCTYPE html>", "<html lang=xx>", "<body>", "</html>", "<p"),
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1251", "shift_jis", "latin-1")
CHARSETS = ("", *ENCODINGS, "nonsense")

words = st.one_of(st.sampled_from(PROSE), st.sampled_from(PROSE), st.sampled_from(LABELS), st.text(max_size=40))
attributes = st.lists(
    st.one_of(
        st.sampled_from(ATTRIBUTES),
        st.builds(" {}='{}'".format, st.sampled_from(("class", "id")), st.sampled_from(NAMES)),
    ),
    max_size=2,
).map(" ".join)


@st.composite
def elements(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    """Draw an element with its content; one in five is never closed."""
    tag, content = draw(st.sampled_from(TAGS)), "".join(draw(st.lists(inner, max_size=4)))
    end = f"</{tag}>" if draw(st.integers(0, 4)) else ""
    return f"<{tag} {draw(attributes)}>{content}{end}"


bodies = st.recursive(st.one_of(words, words.map("<p>{}</p>".format), st.sampled_from(HEADS)), elements, max_leaves=25)
markup = st.builds("{}{}{}".format, st.lists(st.sampled_from(HEADS), max_size=3).map("".join), bodies, bodies)
texts = st.lists(words, max_size=12).map("\n\n".join)


class Body(NamedTuple):
    """A body as a server sent it, and the content type that it named."""

    data: bytes
    content_type: str


@st.composite
def html_bodies(draw: st.DrawFn) -> Body:
    """Draw a page in some encoding; the declared encoding may be wrong."""
    encoding, said = draw(st.sampled_from(ENCODINGS)), draw(st.sampled_from(CHARSETS))
    return Body(draw(markup).encode(encoding, "replace"), f"text/html; charset={said}" if said else "text/html")


class File(NamedTuple):
    """A file of a crawl, and the captures that it holds, each with something of it that is in its record."""

    name: str
    data: bytes
    ids: tuple[str, ...]


SOUND = "<title>Lamps</title><article><h1>Lamps</h1>" + "".join(f"<p>{line}</p>" for line in PROSE[:3]) + "</article>"


@st.composite
def _bodies(draw: st.DrawFn, number: int) -> list[tuple[str, bytes]]:
    """Up to four pages by id, no two alike, some of them a sound article."""
    found = draw(st.lists(st.one_of(st.just(SOUND), markup), max_size=4))
    return [(f"page-{number}-{at}", f"{body}<!--{at}-->".encode("utf-8", "replace")) for at, body in enumerate(found)]


@st.composite
def _archives(draw: st.DrawFn, number: int) -> File:
    pages = draw(_bodies(number))
    status = st.sampled_from(("200 OK", "200 OK", "404 Not Found", "301 Moved"))
    records = [record(http(body, status=draw(status)), name=name) for name, body in pages]
    records += [record(b"software: lamps", kind="warcinfo", name="none")] if draw(st.booleans()) else []
    records += [record(b"x", kind="metadata", name="none")] if draw(st.booleans()) else []
    how = draw(st.sampled_from(("plain", "members", "one member", "zstd")))
    if how == "members":
        data = b"".join(gzip.compress(part, mtime=0) for part in records)
    elif how == "zstd":
        data = b"".join(map(zstandard.compress, records))
    else:
        data = b"".join(records) if how == "plain" else gzip.compress(b"".join(records), mtime=0)
    ids = [f"urn:uuid:{name}" for name, _ in pages]
    return File(f"{number}.warc", data, tuple(ids)) if records else File(f"{number}.warc", b"", (f"{number}.warc",))


@st.composite
def _wets(draw: st.DrawFn, number: int) -> File:
    texts_ = draw(st.lists(texts, min_size=1, max_size=3))
    names = [f"text-{number}-{at}" for at in range(len(texts_))]
    parts = [
        record(text.encode("utf-8", "replace"), kind="conversion", name=name)
        for name, text in zip(names, texts_, strict=True)
    ]
    return File(f"{number}.wet", b"".join(parts), tuple(f"urn:uuid:{name}" for name in names))


@st.composite
def _json_lines(draw: st.DrawFn, number: int) -> File:
    rows = [{"id": name, "html": body.decode("utf-8", "replace")} for name, body in draw(_bodies(number))]
    lines = [json.dumps(row | {"url": f"https://{SITE}/{row['id']}", "captured_at": "2024-05-01"}) for row in rows]
    # One at most: a file of which most lines are none is taken for a text.
    lines += draw(st.lists(st.sampled_from(("{broken", "[1]", '{"a": 1}', '{"html": 7}')), max_size=1))
    lines.append(json.dumps({"id": f"last-{number}", "html": SOUND, "url": f"https://{SITE}/last-{number}"}))
    ids = [row["id"] for row in rows] + [""] * (len(lines) - len(rows) - 1) + [f"last-{number}"]
    lines = [line for at, line in enumerate(lines) for line in ([line, ""] if at % 2 else [line])]
    data = ("\r\n" if draw(st.booleans()) else "\n").join(lines).encode()
    return File(f"{number}.jsonl", gzip.compress(data, mtime=0) if draw(st.booleans()) else data, tuple(ids))


@st.composite
def _arrays(draw: st.DrawFn, number: int) -> File:
    rows = [{"id": name, "body": body.decode("utf-8", "replace")} for name, body in draw(_bodies(number))]
    rows.append({"id": f"last-{number}", "body": SOUND, "metadata": {"sourceURL": f"https://{SITE}/last-{number}"}})
    data = json.dumps(rows, indent=draw(st.sampled_from((None, 0, 2)))).encode()
    return File(f"{number}.json", data, tuple(row["id"] for row in rows))


@st.composite
def _columns(draw: st.DrawFn, number: int) -> File:
    names, pages = zip(*draw(_bodies(number)), (f"last-{number}", SOUND.encode()), strict=True)
    table = pa.table({"id": names, "content": pages, "url": [f"https://{SITE}/{name}" for name in names]})
    buffer = io.BytesIO()
    how = draw(st.sampled_from(("parquet", "arrow", "stream")))
    if how == "parquet":
        pq.write_table(table, buffer, row_group_size=2)
    else:
        with (pa.ipc.new_file if how == "arrow" else pa.ipc.new_stream)(buffer, table.schema) as writer:
            writer.write_table(table, 2)
    return File(f"{number}.{how}", buffer.getvalue(), names)


@st.composite
def _documents(draw: st.DrawFn, number: int) -> File:
    data = draw(st.one_of(
        html_bodies().map(lambda body: b"<!DOCTYPE html>" + body.data), texts.map(lambda text: text.encode("utf-8", "replace")),
        st.sampled_from((b"", b"\x89PNG\r\n", b"%PDF-1.7", b"PK\x03\x04", b"\0" * 200, b"\x1f\x8b\x08")),
    ))  # fmt: skip
    return File(f"{number}.page", data, (f"{number}.page",))


@st.composite
def crawls(draw: st.DrawFn, max_files: int = 4) -> list[File]:
    """Draw a folder of whole files of any formats, of which each capture is known."""
    made = st.sampled_from((_archives, _wets, _json_lines, _arrays, _columns, _documents))
    count = draw(st.integers(1, max_files))
    return [draw(draw(made)(number)) for number in range(count)]


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """Draw one to three changes of the bytes: a byte turned, the end cut off, a piece left out, junk put in."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        how = draw(st.sampled_from(("turn", "cut", "leave out", "put in")))
        if how == "turn" and data:
            data = data[:at] + bytes([data[at] ^ draw(st.integers(1, 255))]) + data[at + 1 :]
        elif how == "cut":
            data = data[:at]
        elif how == "leave out":
            data = data[:at] + data[at + draw(st.integers(1, 80)) :]
        else:
            data = data[:at] + draw(st.binary(min_size=1, max_size=60)) + data[at:]
    return data
