"""Hostile pages, which make a program that reads them slow, large or wrong; for `hostile_pages.py` and for tests.

Each is a function of a size, so that a test can watch the cost while the size grows. Each ends with `SENTENCE`, which a
program must keep, or report as cut. Sizes are those at which other programs hang, crash or lose the rest of a page.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

SENTENCE = "The ferry had waited for the tide and left the harbour at nine, with two passengers and a crate of oranges."
BEGINNING = "<!DOCTYPE html><html><head><title>The ferry of the estuary</title></head><body>"
PARAGRAPH = "The pilot wrote the hour of every tide into a book that nobody else was allowed to open. "
END = f"<p>{SENTENCE} {PARAGRAPH}</p>"
MEGABYTE = 1_000_000


class Hostile(NamedTuple):
    """A page by name: what makes it, how large it is made, and what follows its hostile part."""

    name: str
    make: Callable[[int], str | bytes]
    size: int
    whole: bool = False
    """True where `make` gives all of the page, its end included."""

    def page(self, scale: float = 1.0) -> bytes:
        """Return the page as a server would send it."""
        made = self.make(round(self.size * scale))
        if self.whole:
            return made if isinstance(made, bytes) else made.encode("utf-8", "surrogatepass")
        body = made if isinstance(made, bytes) else made.encode("utf-8", "surrogatepass")
        return BEGINNING.encode() + body + END.encode()


def _distinct(pattern: str) -> Callable[[int], str]:
    """Make a page of pieces that differ by a number."""
    return lambda n: "".join([pattern.replace("%d", str(i)) for i in range(n)])


def _repeated(piece: str, before: str = "", after: str = "") -> Callable[[int], str]:
    return lambda n: before + piece * n + after


def _around(before: str, after: str) -> Callable[[int], str]:
    """Make a page of pieces each inside the one before."""
    return lambda n: before * n + after * n


def _attributes(value: str) -> Callable[[int], str]:
    """Make one element with many attributes."""
    return lambda n: "<p " + " ".join([f"t{i}{value}" for i in range(n)]) + ">ebb</p>"


def _formatting(n: int) -> str:
    """Every paragraph opens all of the tags again that the first left open."""
    tags = "".join([f'<b class="b{i}">' for i in range(n)])
    return f"<p>{tags}{PARAGRAPH}</p>" + f"<p>{PARAGRAPH}" * (n // 3)


def _state(n: int) -> str:
    rows = [{"id": i, "text": PARAGRAPH} for i in range(n // 120)]
    return f'<script id="state" type="application/json">{json.dumps({"rows": rows})}</script>'


def _code_state(n: int) -> str:
    return "<script>window.state = [" + '{"a": {"b": [1, "c"]}},' * (n // 24) + "]</script>"


def _broken_state(n: int) -> str:
    return "<script>var a = " + '[{"a": ' * (n // 7) + "</script>"


def _json_ld(body: str) -> str:
    return f'<script type="application/ld+json">{body}</script>'


def _graph(n: int) -> str:
    nodes = [
        {"@type": "NewsArticle", "@id": f"#{i}", "headline": f"Tide {i}", "isPartOf": {"@id": f"#{i + 1}"}}
        for i in range(n)
    ]
    return _json_ld(json.dumps({"@context": "https://schema.org", "@graph": nodes}))


def _entity_bomb(n: int) -> str:
    levels = "".join([f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "tide"}">' for i in range(n)])
    return f"<!DOCTYPE html [{levels}]><html><body><p>&e{n - 1};</p>{END}</body></html>"


def _mixed_encodings(n: int) -> bytes:
    pieces = [
        "Küste und Düne".encode("latin-1"),
        "плывёт".encode("cp1251"),
        "潮の満ち干".encode("shift-jis"),
        "潮汐".encode(),
    ]
    head = b'<head><meta charset="utf-16"><meta http-equiv="content-type" content="text/html; charset=koi8-r"></head>'
    return head + b"<p>" + b"</p><p>".join(pieces * n) + b"</p>" + END.encode()


def _wide(n: int) -> bytes:
    return (BEGINNING + f"<p>{PARAGRAPH}</p>" * n + END).encode("utf-16-le")


def _mojibake(n: int) -> str:
    return f"<p>{'Die Flut kam spät über die Dünen. '.encode().decode('latin-1') * n}</p>"


def _lone_surrogates(n: int) -> str:
    return "<p>" + "tide \ud800 and \udfff ebb " * n + "</p>"


PAGES = (
    Hostile("nested <div>", _repeated("<div>"), 100_000),
    Hostile("nested <div>, closed", _around("<div>", "</div>"), 100_000),
    Hostile("nested <span>", _repeated("<span>"), 100_000),
    Hostile("nested distinct tags", _distinct("<x%d>"), 100_000),
    Hostile("nested <blockquote> with text", _repeated("<blockquote>a"), 100_000),
    Hostile("cells nested in <svg>", _repeated("<td>", "<svg>"), 100_000),
    Hostile("forms closed around open <div>", _repeated("<form><div></form>"), 100_000),
    Hostile("<div/> after <svg>", _repeated("<div/>", "<svg>"), 100_000),
    Hostile("buttons closed twice", _repeated("<button><button></button><x><x></button>"), 20_000),
    Hostile("items of two kinds of list", _repeated("<dd><li>tide"), 50_000),
    Hostile("unclosed formatting tags", _formatting, 3_000),
    Hostile("misnested <a> and <b>", _repeated("<a href=x><b><p>tide</a></b>"), 50_000),
    Hostile("one script", _repeated("var tide = 'ebb';", "<script>", "</script>"), 12 * MEGABYTE // 17),
    Hostile("one text node", _repeated(PARAGRAPH, "<p>", "</p>"), 12 * MEGABYTE // 89),
    Hostile("one comment", _repeated("tide - ", "<!--", "-->"), 12 * MEGABYTE // 7),
    Hostile("one attribute", _repeated("tide ", '<p title="', '">ebb</p>'), 12 * MEGABYTE // 5),
    Hostile("one class attribute of words", _repeated("tide-1 ", '<div class="', '">ebb</div>'), 12 * MEGABYTE // 7),
    Hostile("paragraphs", _repeated(f"<p>{PARAGRAPH}</p>"), 50_000),
    Hostile("short paragraphs", _repeated("<p>a"), 500_000),
    Hostile("table rows", _repeated("<tr><td>1</td><td>2</td></tr>", "<table>", "</table>"), 1_000_000),
    Hostile("nested tables", _repeated("<table><tr><td>a"), 50_000),
    Hostile("text between table rows", _repeated("tide<tr>", "<table>", "</table>"), 200_000),
    Hostile("links", _repeated('<a href="/tide">Tide table</a> '), 30_000),
    Hostile("links in a list", _distinct('<li><a href="/tide/%d">Tide table of the day %d</a></li>'), 30_000),
    Hostile("line breaks", _repeated("tide<br>"), 50_000),
    Hostile("line breaks in pairs", _repeated("tide<br><br>"), 50_000),
    Hostile("colspan", _repeated('<td colspan="1000000" rowspan="1000000">1</td>', "<table><tr>", "</table>"), 1_000),
    Hostile("&amp;", _repeated("&amp;", "<p>", "</p>"), 1_000_000),
    Hostile("undefined entities", _repeated("&tidewater;", "<p>", "</p>"), 1_000_000),
    Hostile("numeric entities", _repeated("&#x1F30A;&#0;&#xD800;&#99999999999;", "<p>", "</p>"), 300_000),
    Hostile("entity bomb in the DOCTYPE", _entity_bomb, 100, whole=True),
    Hostile("NUL", _repeated("tide\0ebb ", "<p>", "</p>"), 1_000_000),
    Hostile("control characters", _repeated("tide\x01\x07\x08\x1b[31m\x7f\x85ebb ", "<p>", "</p>"), 300_000),
    Hostile("lone surrogates", _lone_surrogates, 500_000),
    Hostile("mixed and lying encodings", _mixed_encodings, 50_000, whole=True),
    Hostile("UTF-16 without a mark", _wide, 30_000, whole=True),
    Hostile("mojibake", _mojibake, 200_000),
    Hostile("one line", _repeated(PARAGRAPH), 500 * MEGABYTE // 89),
    Hostile("class names on one element", lambda n: f'<div class="{_distinct("tide-%d ")(n)}">ebb</div>', 100_000),
    Hostile("class names on many elements", _distinct('<div class="tide-%d menu%d comment%d">ebb</div>'), 50_000),
    Hostile("distinct ids", _distinct('<p id="tide%d">ebb</p>'), 100_000),
    Hostile("attributes on one element", _attributes("=1"), 100_000),
    Hostile("attributes with > inside", _attributes('=">"'), 100_000),
    Hostile("distinct attribute names", _distinct("<p t%d=1>ebb"), 100_000),
    Hostile("repeated <body>", _distinct("<body t%d=1>ebb"), 100_000),
    Hostile("nested lists", _repeated("<ul><li>tide"), 20_000),
    Hostile("options", _repeated("<option>tide", "<select>", "</select>"), 50_000),
    Hostile("unclosed <title>", _repeated("tide <p>", "<title>"), 200_000),
    Hostile("unclosed <textarea>", _repeated("tide <p>", "<textarea>"), 200_000),
    Hostile("unclosed comment", _repeated("tide <p>", "<!--"), 200_000),
    Hostile("unclosed <script>", _repeated("tide <p>", "<script>"), 200_000),
    Hostile("unclosed <plaintext>", _repeated("tide <p>", "<plaintext>"), 200_000),
    Hostile("unclosed <noscript>", _repeated("tide <p>", "<noscript>"), 200_000),
    Hostile("opening brackets", _repeated("<"), 5_000_000),
    Hostile("openings of comments", _repeated("<!-- <! "), 500_000),
    Hostile("openings of scripts", _repeated("<script "), 500_000),
    Hostile("one word", _repeated("tide", "<p>", "</p>"), 10 * MEGABYTE // 4),
    Hostile("digits", _repeated("1", "<p>", "</p>"), 5_000_000),
    Hostile("white space", _repeated(" \t\n\u00a0", "<p>tide", "ebb</p>"), 2_000_000),
    Hostile("stops", _repeated(". ", "<p>", "</p>"), 3_000_000),
    Hostile("combining marks", _repeated("\u0301", "<p>e", "</p>"), 1_000_000),
    Hostile("writing direction overrides", _repeated("\u202etide\u202c ", "<p>", "</p>"), 500_000),
    Hostile("Chinese in one node", _repeated("潮水每天涨落两次。", "<p>", "</p>"), 400_000),
    Hostile("page state", _state, 20 * MEGABYTE),
    Hostile("page state in code", _code_state, 20 * MEGABYTE),
    Hostile("page state that breaks off", _broken_state, 5 * MEGABYTE),
    Hostile("nested JSON-LD", lambda n: _json_ld('{"a":[' * n + "]}" * n), 200_000),
    Hostile("JSON-LD graph", _graph, 50_000),
    Hostile("JSON-LD with spare commas", lambda n: _json_ld('{"headline": "x"' + ",  \n" * n + "}"), 1_000_000),
    Hostile("JSON-LD of slashes", lambda n: _json_ld("/" * n + "{"), 3_000_000),
    Hostile("JSON-LD scripts", lambda n: _json_ld('{"@type": "NewsArticle", "headline": "Tide"}') * n, 20_000),
    Hostile("meta tags", _distinct('<meta name="author" content="Ann Roe %d">'), 100_000),
    Hostile("meta dates", _repeated('<meta property="article:published_time" content="2024-05-">'), 100_000),
    Hostile("headings", _repeated("<h1>The ferry of the estuary</h1>"), 30_000),
    Hostile("hidden parts", _repeated('<div style="display: none"><p>tide</p></div>'), 30_000),
    Hostile("comment sections", _repeated(f'<div class="comments"><p>{PARAGRAPH}</p></div>'), 20_000),
    Hostile("words of comments", _repeated("<p>Ann Roe<p>3 May 2024, 16:11<p>Well said.<p>Reply"), 15_000),
    Hostile("bylines", _repeated("<p>By Ann Roe and Bob Poe, 3 May 2024, 16:11</p>"), 30_000),
    Hostile("posts side by side", _repeated(f'<div class="post"><h2>Tide</h2><p>{PARAGRAPH}</p></div>'), 15_000),
    Hostile("code", _repeated('<span class="comment">x</span> ', "<pre><code>", "</code></pre>"), 100_000),
    Hostile("disclaimers", _repeated("<p>All rights reserved. This material may not be published.</p>"), 20_000),
    Hostile("a disclaimer without an end", _repeated("All rights reserved copyright ", "<p>", "</p>"), 300_000),
    Hostile("steps of a path", _repeated("Home > News / ", "<p>", "</p>"), 500_000),
    Hostile("addresses", _repeated("a@a.a@", "<p>", "</p>"), 1_000_000),
    Hostile("telephone numbers", _repeated("1 2-3 ", "<p>", "</p>"), 1_000_000),
    Hostile("brackets", _repeated("([{", "<p>", "</p>"), 1_000_000),
    Hostile("quotation marks", _repeated("“", "<p>", "</p>"), 1_000_000),
)  # fmt: skip


def by_name(name: str) -> Hostile:
    """Return the page of that name."""
    return next(page for page in PAGES if page.name == name)
