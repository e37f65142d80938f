"""Pages that would cost hours or gigabytes: what is taken out of them, and that nothing goes in silence."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import check_depth, depth_of

from boiloff.transforms import Capture, parse
from boiloff.transforms.compiled.bounds import SAFE_TAGS
from boiloff.transforms.compiled.tags import REOPENED, TagReader
from boiloff.transforms.core.limits import DEFAULT_LIMITS, Limits
from boiloff.transforms.parsing.page_limits import empty_drawings, limit_markup

LAST = "The last boat of the day was tied up."
SMALL = Limits(max_depth=64, max_tags=5_000, max_blocks=100, max_text_chars=20_000, max_page_bytes=100_000)


def read(html, limits=DEFAULT_LIMITS):
    reader = TagReader(html, limits)
    reader.read()
    return reader


@pytest.mark.parametrize(
    "html",
    [
        b"<div>" * 3000,
        b"<div><p>" * 3000,
        b"<span>a" * 3000,
        b"<b>" * 3000,
        b"<ul><li>" * 3000,
        b"<table><tr><td>" * 3000,
        b"<svg>" + b"<td>" * 3000,
        b"<svg><title><g>" * 1500,
        b"<svg><style>" + b"<g>" * 3000 + b"</style>",
        b"<form><div></form>" * 3000,
        b"<span><div></span>" * 3000,
        b"<div><table><td></div>" * 3000,
        b"<div><select></div>" * 3000,
        b"<div><script><!--<script></script></div>--></script>" * 3000,
        b"<div a='</div>'>" * 3000,
        b"<div><!-- </div> -->" * 3000,
        b"<div><!--> --></b>" * 3000,
        b"<div><? </div ?>" * 3000,
        b"<div><textarea></div></textarea>" * 3000,
        b"<svg><![CDATA[>]]><g>" * 3000,
        b"<rt>" * 3000,
        b"<optgroup><option>" * 1500,
        b"<button><p>" * 3000,
        b"<p><object>" * 3000,
        b"<x-a><DIV\n>" * 3000,
        # Closed by what follows, so that the end tag closes another element, or none.
        b"<button><button></button><x><x></button>" * 400,
        b"<button><button></button><b><b></button>" * 400,
        b"<h1><h2></h2><x><x></h1>" * 400,
        b"<table><table></table><x><x></table>" * 400,
        b"<form><form></form><x><x></form>" * 400,
        b"<select><input><x><x></select>" * 400,
        b"<div><desc></desc></desc><desc><ul>" * 400,
        b"<dd><li>" * 1500,
        # Where a drawing may be open, or may have ended.
        b"<svg>" + b"<div/>" * 3000,
        b"<svg><div>" + b"<x/>" * 3000,
        b"<svg><foreignObject>" + b"<x/>" * 3000,
        b"<svg>" + b"<g a=b/>" * 3000,
        b"<svg a= b/><style>" + b"<g>" * 3000,
        b"".join(b"<p t%030d=1>" % i for i in range(20_001)) + b"<svg a/><style>" + b"<g>" * 3000,
        b"<svg><g><br><x><x></g></svg>" * 400,
        b"<svg><center></button><center></svg>" * 400,
        b"<svg><foreignObject><svg></foreignObject></svg><x><x></foreignObject></svg>" * 400,
        b"<svg><div><script><!--</script>" + b"<div>" * 3000,
        # Where a tag that is taken out stood between a sign and a name.
        b"<div>" * 64 + b"<<x>div>" * 3000,
        # Among frames, where other tags are passed over.
        b"<frameset>" * 3000,
        b"<frameset><title>" * 3000,
        b"<frameset><style><frame>" * 3000,
        # Where an open paragraph, option or block is in the way of an end tag.
        b"<span><p></span></p>" * 3000,
        b"</p><desc><p></desc>" * 3000,
        b"<x><b><p></b></x></p>" * 3000,
        b"<x><form><p></form></x></p>" * 3000,
        b"</button><form><option><button></form>" * 3000,
        b"</desc><desc></form><form>" * 3000,
    ],
)
def test_a_tree_is_never_much_deeper_than_allowed(html):
    limits = Limits(max_depth=64)
    assert depth_of(read(html, limits).edited()) < 64 * 5


PIECES = st.sampled_from(
    "<div> </div> <p> </p> <b> </b> <span> </span> <a> </a> <table> </table> <tr> <td> </td> <svg> </svg> <g> <title> "
    "</title> <style> </style> <script> </script> <!-- --> <select> </select> <option> <form> </form> <ul> <li> </ul> "
    "<button> </button> <object> </object> <foreignObject> </foreignObject> <math> </math> <mi> <template> </template> "
    "<br> <input> <h1> </h1> <caption> <rt> <ruby> text <textarea> </textarea> <![CDATA[ ]]> <center> </center>".split()
)


@given(st.lists(PIECES, min_size=1, max_size=12))
def test_whatever_the_tags_the_tree_is_bounded(pieces):
    check_depth("".join(pieces).encode() * 400)


def test_what_one_end_tag_closes_is_said():
    assert read(b"<div><x><b><a></div>").edited() == b"<div><x><b><a></b></x></div>"
    assert read(b"<ul><li><i>a<li>b<ul></li></ul>").edited() == b"<ul><li><i>a</i><li>b<ul></li></ul>"
    assert read(b"<div><p><x></p></x></div><svg/><svg><g/></svg>").edited() == b"<div><p><x></p></x></div><svg></svg>"


def test_an_element_with_a_paragraph_that_is_open_is_not_closed():
    assert read(b"<div><x><p>a</x><p>b</p></div>").edited() == b"<div><x><p>a</x><p>b</p></x></div>"
    assert read(b"<div><x><p>a</p></x><p>b</div>").edited() == b"<div><x><p>a</p></x><p>b</div>"
    assert read(b"<div><x><p>a<ul></ul></x></div>").edited() == b"<div><x><p>a<ul></ul></x></div>"


@pytest.mark.parametrize(
    ("before", "piece", "after"),
    [
        ("<svg>", "<style>", "</style>"),
        ("<svg>", "<script>", "</script>"),
        ("<svg>", "<script><!-- -->", "</script>"),
        ("<svg>", "<script><!-- --!>", "</script></script>"),
        ("<svg>", "<!-- --!><script>", "</script></script>"),
        ("<svg><style>", "<!--", "</style>"),
        ("<svg><script>", "<!-- <!", "--></script>"),
        ("", "<p a=\" b='", ""),
        ("<p ", "= ", ">"),
        ("<style>", "</", "</style>"),
        ("<!--", "-", ">"),
    ],
)
def test_ends_that_are_far_away_are_looked_for_once(before, piece, after):
    """Each of these would take minutes if every piece were followed by a search through the page."""
    html = f"{before}{piece * 60_000}{after}".encode()
    started = time.thread_time()
    read(html)
    assert time.thread_time() - started < 5


def test_the_text_of_too_deep_elements_stays_in_its_blocks():
    html = "<div>one<div>two" * 30_000 + f"<p>{LAST}</p>"
    page = parse(Capture(body=html), limits=Limits(max_blocks=100_000))
    assert [block.text for block in page.blocks] == ["one", "two"] * 30_000 + [LAST]
    assert page.quality_flags == ()


def test_ordinary_pages_are_not_touched():
    html = b"<div><p>a</div>" * (SAFE_TAGS // 4)
    assert limit_markup(html, DEFAULT_LIMITS).html is html


def test_formatting_that_is_opened_again_and_again_ends_the_page():
    html = b"<p>" + b"".join(b"<b id=%d>" % i for i in range(1500)) + b"x</p>" + b"<p>x" * 1500
    result = limit_markup(html, DEFAULT_LIMITS)
    assert result.why == REOPENED
    assert result.rest
    assert html.endswith(result.rest)


def test_equal_formatting_tags_are_forgotten_as_browsers_do():
    html = b"<p><font size=2>text</p>" * 9_000
    assert limit_markup(html, DEFAULT_LIMITS).rest == b""


@pytest.mark.parametrize("attribute", [b" a%d", b' a%d=">"'])
def test_attributes_without_end_are_taken_out(attribute):
    html = b"<p" + b"".join(attribute % i for i in range(60_000)) + f">{LAST}</p>".encode() * 9
    short = read(html).edited()
    assert len(short) < 20_000
    assert short.endswith(f">{LAST}</p>".encode() * 9)


@pytest.mark.parametrize(
    ("html", "limit"),
    [
        ("<i>a</i>" * 3_000, "max_tags"),
        ("<p>boats</p>" * 150, "max_blocks"),
        ("<p>" + "boats " * 5_000, "max_text_chars"),
        ("<p>boats</p>" + " " * 100_000, "max_page_bytes"),
    ],
)
@pytest.mark.parametrize("parser", ["lexbor", "beautifulsoup"])
def test_what_is_beyond_a_limit_is_reported(html, limit, parser):
    page = parse(Capture(body=html + f"<p>{LAST}</p>"), parser, SMALL)
    assert page.quality_flags == ("truncated",)
    assert page.removals[-1].rule == "left_out"
    assert limit in page.removals[-1].evidence
    assert set(page.removals[:-1]) <= {None}
    assert page.blocks[0].text.startswith(("a", "boats"))


@pytest.mark.parametrize(
    ("text", "limit"),
    [("a boat\n" * 150, "max_blocks"), ("boats " * 5_000, "max_text_chars"), ("b" * 200_000, "max_page")],
)
def test_so_it_is_for_text(text, limit):
    page = parse(Capture(body=text + LAST, media="text"), limits=SMALL)
    assert page.quality_flags == ("truncated",)
    assert limit in page.removals[-1].evidence


def test_a_part_that_is_left_out_is_reported_with_its_size():
    page = parse(Capture(body="<p>boats</p>" * 120), limits=SMALL)
    assert page.blocks[-1].text == " ".join(["boats"] * 20)
    assert page.removals[-1].evidence == ("the 100 characters from here on were not read: beyond max_blocks")
    assert page.removals[-1].reason == "other"


@pytest.mark.parametrize("media", ["html", "text"])
def test_a_text_without_end_is_reported_as_several_blocks(media):
    page = parse(Capture(body="harbour " * 1_000, media=media), limits=Limits(max_block_chars=1_000))
    assert [len(block.text) for block in page.blocks] == [999] * 8
    assert " ".join(block.text for block in page.blocks) == " ".join(["harbour"] * 1_000)
    word = parse(Capture(body="h" * 2_500, media=media), limits=Limits(max_block_chars=1_000))
    assert [len(block.text) for block in word.blocks] == [1_000, 1_000, 500]


@pytest.mark.parametrize("opening", ["<!--", "<script>", "<title>", "<textarea>", "<noscript>", "<style>", "<iframe>"])
def test_what_an_element_without_an_end_swallows_is_reported(opening):
    page = parse(Capture(body=f"<body><p>{LAST}</p>{opening} The boats <p>were painted</p>"))
    assert page.quality_flags == ("truncated",)
    assert (page.blocks[0].text, page.blocks[1].text) == (LAST, "The boats <p>were painted</p>")
    assert "that is never closed" in page.removals[1].evidence


@pytest.mark.parametrize(
    "end", ["<!-- boats -->", "<script>boats</script>", "<script></script>", "<style>p</style>\n", "<!-- -->"]
)
def test_what_is_closed_is_no_end_of_the_page(end):
    assert parse(Capture(body=f"<p>{LAST}</p>{end}")).quality_flags == ()


def test_a_flag_is_given_once():
    page = parse(Capture(body="<p>boats</p>" * 120, quality_flags=("truncated",)), limits=SMALL)
    assert page.quality_flags == ("truncated",)


@pytest.mark.parametrize(
    "bulk",
    [
        "<img src='data:image/png;base64,%s'>",
        '<img src="data:image/png;base64,%s">',
        "<img src=data:image/png;base64,%s>",
        "<p title='%s'></p>",
        "<script>%s</script>",
        "<STYLE type=text/css>%s</STYLE>",
        "<!--%s-->",
    ],
)
@pytest.mark.parametrize("encode", [str, str.encode])
def test_bulk_that_is_no_text_does_not_count(bulk, encode):
    html = f"<p>Hello.</p>{bulk % ('Qm9hdHM' * 200_000)}<p>{LAST} Köln.</p>"
    page = parse(Capture(body=encode(html)), limits=Limits(max_page_bytes=100_000))
    assert [block.text for block in page.blocks] == ["Hello.", f"{LAST} Köln."]
    assert page.quality_flags == ()


def test_of_a_text_without_end_the_beginning_stays_and_what_follows_it():
    page = parse(Capture(body=f"<p>{'boats ' * 500_000}</p><p>{LAST}</p>"), limits=Limits(max_page_bytes=1_500_000))
    assert LAST in [block.text for block in page.blocks]
    assert "were not read: beyond max_page_bytes" in page.removals[-1].evidence
    assert page.quality_flags == ("truncated",)


DRAWING = b"<svg viewBox='0 0 9 9'>" + b"<g><path d='M0 0L1 1'></path></g>" * 40_000 + b"</svg>"
ARTICLE = b"<p>The harbour master printed the tide tables by hand.</p>"


@pytest.mark.parametrize(
    "drawing",
    [
        DRAWING,
        DRAWING * 2,
        DRAWING.replace(b"</svg>", DRAWING + b"</svg>"),
        b"<svg/>" + DRAWING,
        DRAWING.replace(b"<svg", b"<SVG").replace(b"</svg", b"</SVG"),
        DRAWING.replace(b"</g></svg>", b"</g><svg><use href='#a'/></svg></svg>"),
    ],
)
def test_a_large_drawing_does_not_cut_the_article_behind_it(drawing):
    markup = limit_markup(ARTICLE + drawing + ARTICLE, DEFAULT_LIMITS)
    assert markup.rest == b""
    assert markup.html.count(ARTICLE) == 2
    assert len(markup.html) < 1_000


@pytest.mark.parametrize(
    "html",
    [
        b"<svg>" + b"<path/>" * 1_000,
        b"<svg>" + ARTICLE * 100 + b"</svg>",
        b"<script>x = '<svg>'</script>" + ARTICLE * 100 + b"<svg><path/></svg>",
        b"<svg><foreignObject><div>" + b"<path/>" * 1_000 + b"</div></foreignObject></svg>",
        b"</svg>" + ARTICLE * 100 + b"</svg>",
    ],
)
def test_only_drawings_without_html_are_emptied(html):
    assert empty_drawings(html) == html
