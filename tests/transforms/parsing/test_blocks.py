"""Blocks of HTML: the same ones from either parser."""

import gzip
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from boiloff.transforms import Capture, Page, parse
from boiloff.transforms.core.columns import MAX_DEPTH
from boiloff.transforms.parsing.decode import without_invisible

SEEDS = Path(__file__).parents[3] / "seeds"
SOURCES = Path(__file__).parents[2] / "data" / "seed_sources"
PAGES = sorted([*SEEDS.rglob("*.html"), *SOURCES.rglob("*.html")])


def page_of(html, parser="lexbor"):
    return parse(Capture(body=html), parser)


def outline(html):
    return [(block.text, block.kind, block.tag) for block in page_of(html).blocks]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One <b>bold</b> word.</p>", [("One bold word.", "paragraph", "p")]),
        ("<p>a<p>b", [("a", "paragraph", "p"), ("b", "paragraph", "p")]),
        ("<div>bare<p>inner</p>tail</div>", [("bare", "paragraph", "div"), ("inner", "paragraph", "p"), ("tail", "paragraph", "div")]),
        ("<h2>Tides</h2>", [("Tides", "heading", "h2")]),
        ("<ul><li>oats<li><p>milk</p></ul>", [("oats", "list-item", "li"), ("milk", "list-item", "p")]),
        ("<blockquote><p>said</p></blockquote>", [("said", "quote", "p")]),
        ("<pre>a = 1\n  b = 2\n</pre>", [("a = 1\n  b = 2", "code", "pre")]),
        ("<pre>a = <b>1</b>\n<i>b</i> = 2</pre>", [("a = 1\nb = 2", "code", "pre")]),
        ("<figure><figcaption>The pier</figcaption></figure>", [("The pier", "caption", "figcaption")]),
        ("<p>one<br>two</p>", [("one\ntwo", "paragraph", "p")]),
        ("<div>one<br><br>two<br/> <br/>three</div>", [("one", "paragraph", "div"), ("two", "paragraph", "div"), ("three", "paragraph", "div")]),
        ("<p>a</p><script>var x = '<p>no</p>'</script><style>p{}</style><p>b</p>", [("a", "paragraph", "p"), ("b", "paragraph", "p")]),
        ("<p> wide\n\t space\u00a0here </p>", [("wide space here", "paragraph", "p")]),
        ("<p>so\u200bft</p>", [("soft", "paragraph", "p")]),
        ("<p>har&shy;bour\u200e, be\u200dfore, 海\u200c港</p>", [("harbour, before, 海港", "paragraph", "p")]),
        ("<p>نمی\u200cشود</p>", [("نمی\u200cشود", "paragraph", "p")]),
        ("<p><b>می</b>\u200cخواهم</p>", [("می\u200cخواهم", "paragraph", "p")]),
        ("<p>क्\u200dष ന്\u200d</p>", [("क्\u200dष ന്\u200d", "paragraph", "p")]),
        ("<p>👩\u200d👧 ❤\ufe0f\u200d🔥</p>", [("👩\u200d👧 ❤\ufe0f\u200d🔥", "paragraph", "p")]),
        ("<p>\u200dGo \u200c on</p>", [("Go on", "paragraph", "p")]),
        ("<pre>har\u00adbour  نمی\u200cشود</pre>", [("harbour  نمی\u200cشود", "code", "pre")]),
        ("<p>in<b>side</b> <i>out</i></p>", [("inside out", "paragraph", "p")]),
        ("<h2>Open<button>Close</button></h2>", [("Open", "heading", "h2"), ("Close", "heading", "button")]),
        ("<p><a><span class=sr-only>Note</span></a><b>by <i>Una</i></b></p>", [("Note by Una", "paragraph", "p")]),
        ("<p>Tides<span class='x visually-hidden'><i>opens here</i></span>.</p>", [("Tides opens here.", "paragraph", "p")]),
        ("<p><span aria-hidden=true>T</span>ides</p>", [("Tides", "paragraph", "p")]),
        ("<div class=sr-only><p>T<i>ides</i></p></div>", [("Tides", "paragraph", "p")]),
        ("<h2>Tides<a class=headerlink href='#tides' title=Link>¶</a></h2>", [("Tides", "heading", "h2")]),
        ("<h2><a aria-hidden=true href='/sea#tides'>#</a> <b>High</b> tides</h2>", [("High tides", "heading", "h2")]),
        ("<h3>Tides <a href='#tides'><span>🔗︎</span></a></h3>", [("Tides", "heading", "h3")]),
        ("<dl><dt>tide(day)<a href='#tide'>#</a></dt></dl>", [("tide(day)", "list-item", "dt")]),
        ("<h2>Tide tables<a href='/harbour#tables'>#tables</a></h2>", [("Tide tables", "heading", "h2")]),
        ("<h2>Answer <a href='/answers/12'>#12</a></h2>", [("Answer #12", "heading", "h2")]),
        ("<p class=rubric>Tides<a href='#tides'>¶</a></p>", [("Tides", "paragraph", "p")]),
        ("<h2><a href='#c'>C<b>#</b></a></h2>", [("C#", "heading", "h2")]),
        ("<h2>F<b>#</b></h2>", [("F#", "heading", "h2")]),
        ("<h2>Rise <a href='#and'>&amp;</a> fall</h2>", [("Rise & fall", "heading", "h2")]),
        ("<h2>Tides<a href='#note'>1</a></h2>", [("Tides1", "heading", "h2")]),
        ("<h2><a href='#tides'>#</a></h2>", [("#", "heading", "h2")]),
        ("<p>At low tide.<a href='#note'>*</a></p>", [("At low tide.*", "paragraph", "p")]),
        ("", []),
    ],
)  # fmt: skip
def test_blocks(html, expected):
    assert outline(html) == expected


@pytest.mark.parametrize("parser", ["lexbor", "beautifulsoup"])
@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<time>21:00</time><mark>Ann Roe</mark>", "21:00 Ann Roe"),
        ("<span>by Ann</span><time>3 May</time>", "by Ann 3 May"),
        ("<a href=/a>one series</a><a href=/b>Gulls return</a>", "one series Gulls return"),
        ("a <dfn>mole</dfn><span>A wall in the sea</span>", "a mole A wall in the sea"),
        ("<span>Ferry</span><img src=/a><b>Mole</b>", "Ferry Mole"),
        ("late<img src=/a>ferry", "late ferry"),
        ("<span style='float: right'>12 boats</span>Welcome", "12 boats Welcome"),
        (
            "<span style='display:inline-block'>Total</span><b style='DISPLAY:inline-block'>12 boats</b>",
            "Total 12 boats",
        ),
        ("<span style='float:left;font-size:80px'>D</span>ropped cap", "Dropped cap"),
        (
            "<i style='display:inline-block'>H</i><i style='display:inline-block'>i</i><i style='display:inline-block'>!</i>",
            "Hi!",
        ),
        ("<span style='float:left'>港口</span>船", "港口船"),
        ("<time>21:00</time>, Ann", "21:00, Ann"),
        ("Done<img src=/a>!", "Done!"),
        ("<b>You</b>Tube and <i>e</i>Bay, H<sub>2</sub>O", "YouTube and eBay, H2O"),
        ("<a href=/a>anti</a><a href=/b>matter</a>", "antimatter"),
        ("<a href=/a>NA</a><a href=/b>TO</a>", "NATO"),
        ("<a href=/a>港</a><a href=/b>口</a><img src=/a>港", "港口港"),
        ("<time>2024</time>年", "2024年"),
    ],
)
def test_words_that_browsers_show_apart_have_a_space(html, text, parser):
    (block,) = page_of(f"<p>{html}</p>", parser).blocks
    assert block.text == text


def test_cells_of_a_data_row_are_one_block():
    table = "<table><tr><th>Boat</th><th>Seats</th></tr><tr><td>Heron</td><td><p>40</p></td></tr></table>"
    assert outline(table) == [("Boat\tSeats", "table", "tr"), ("Heron\t40", "table", "tr")]


def test_cells_of_a_layout_table_stay_apart():
    column = "A long column of running text. " * 10
    table = f"<table><tr><td>Home</td><td>{column}</td></tr></table>"
    assert [text for text, _, _ in outline(table)] == ["Home", column.strip()]


def test_links_are_counted_and_named():
    (block,) = page_of('<p>See <a href="/a">the map</a> and <a href="/b">more</a>.</p>').blocks
    assert block.links == ("/a", "/b")
    assert block.link_chars == len(" the map") + len(" more")


def test_the_sign_that_links_to_its_heading_leaves_no_trace():
    (block,) = page_of("<h2><a href='#t'>#</a> High <a href=/sea>tides</a> <a href='#t'>¶</a></h2>").blocks
    assert (block.text, block.links, block.link_chars) == ("High tides", ("/sea",), len(" tides"))
    assert [block.text[start:end] for start, end, _ in block.runs] == ["High", " tides"]


def test_a_link_around_blocks_counts_for_each():
    blocks = page_of('<a href="/story"><h3>Title</h3><p>Teaser text</p></a><p>Free</p>').blocks
    assert [(block.link_density, block.links) for block in blocks] == [
        (1.0, ("/story",)),
        (1.0, ("/story",)),
        (0.0, ()),
    ]


def test_the_element_of_a_block_is_the_innermost_that_holds_all_its_text():
    page = page_of(
        '<div class="meta"><p>By <span class="author">Ann</span></p><p><span class="date">May</span></p></div>'
    )
    assert [page.elements[block.element].tag for block in page.blocks] == ["p", "span"]
    assert [element.classes for element in page.path(page.blocks[1].element)][:3] == [("date",), (), ("meta",)]


def test_runs_show_which_element_each_stretch_came_from():
    page = page_of('<p>By <a rel="author" href="/ann">Ann Poe</a>, today</p>')
    (block,) = page.blocks
    assert [(block.text[r.start : r.end], page.elements[r.element].tag) for r in block.runs] == [
        ("By", "p"), (" Ann Poe", "a"), (", today", "p"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "attributes",
    [
        "hidden",
        'style="color:red; display: none"',
        'aria-hidden="true"',
        'class="sr-only"',
        'style="visibility:hidden"',
    ],
)
def test_hidden_text_is_in_the_page_and_known_to_be_hidden(attributes):
    page = page_of(f"<div {attributes}><p>secret</p></div><p>open</p>")
    assert [page.elements[block.element].hidden for block in page.blocks] == [True, False]


def test_elements_below_the_depth_limit_are_not_distinguished():
    page = page_of("<div>" * 2000 + "deep" + "</div>" * 2000)
    assert page.blocks[0].text == "deep"
    assert len(page.elements) == MAX_DEPTH


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_both_parsers_give_the_same_page(path):
    body = path.read_bytes()
    lexbor, soup = (
        parse(Capture(body=body, url="https://a.example/"), parser) for parser in ("lexbor", "beautifulsoup")
    )
    assert len(lexbor.blocks) > 5
    assert lexbor.blocks == soup.blocks
    assert lexbor.elements == soup.elements
    assert lexbor.head == soup.head


def test_a_soup_at_hand_becomes_a_page():
    html = "<title>T</title><p>Hello there.</p>"
    assert Page.from_soup(BeautifulSoup(html, "html.parser"), url="https://a.example/x").blocks == page_of(html).blocks


def test_the_head_is_read():
    head = page_of(
        '<html lang="de"><title> A\n B </title><meta name="Author" content="Ann"><meta property="og:title" content="A">'
        '<link rel="canonical" href="/a"><script type="application/ld+json">{"a": 1}</script>'
    ).head
    assert (head.title, head.language) == ("A B", "de")
    assert head.meta == (("author", "Ann"), ("og:title", "A"))
    assert head.links == (("canonical", "/a"),)
    assert head.json_ld == ('{"a": 1}',)


def test_an_unknown_parser_is_refused():
    with pytest.raises(ValueError, match="'html5' is not known; use 'lexbor' or 'beautifulsoup'"):
        page_of("<p>x</p>", "html5")


FRAGMENTS = st.lists(
    st.sampled_from(["<p>", "</p>", "<div>", "</div>", "<td>", "<tr>", "</table>", "<table>", "<a href=x>", "</a>", "<br>", "<li>",
                     "<pre>", "</pre>", "<b>", "</i>", "<!--", "-->", "<h1>", "word ", "\n", "&amp;", "<script>", "\ud800", "\x00"]),
    max_size=60,
).map("".join)  # fmt: skip


@given(FRAGMENTS)
def test_no_markup_is_too_broken(html):
    for parser in ("lexbor", "beautifulsoup"):
        page = page_of(html, parser)
        for block in page.blocks:
            assert block.text == block.text.strip("\n") != ""
            assert block.runs[0].start == 0
            assert block.runs[-1].end == len(block.text)
            assert 0 <= block.element < len(page.elements)
        assert all(element.parent < index for index, element in enumerate(page.elements))


@given(st.text())
def test_text_survives_parsing(text):
    words = " ".join(block.text for block in parse(Capture(body=text, media="text")).blocks).split()
    assert words == without_invisible(text).split()


def test_gzip_is_not_html():
    # Bytes that are not text give a strange page, and no error.
    assert isinstance(page_of(gzip.compress(b"<p>x</p>")), Page)


@pytest.mark.parametrize("parser", ["lexbor", "beautifulsoup"])
def test_line_ends_of_every_system_are_one(parser):
    page = page_of("<pre>lamp 1\r\nlamp 2\rlamp 3\nlamp 4</pre>", parser)
    assert [block.text for block in page.blocks] == ["lamp 1\nlamp 2\nlamp 3\nlamp 4"]


@pytest.mark.parametrize("parser", ["lexbor", "beautifulsoup"])
@pytest.mark.parametrize("mode", ["open", "closed"])
def test_a_declarative_shadow_root_is_visible_and_other_templates_are_not(parser, mode):
    html = (
        f'<div><template shadowrootmode="{mode}"><style>p{{}}</style><p>Inside</p><template><p>Not</p></template>'
        "<slot></slot></template><p>Beside</p></div><template><p>Nor this</p></template>"
        '<template shadowrootmode="odd"><p>Nor that</p></template><p>After</p>'
    )
    page = parse(Capture(body=html), parser=parser)
    assert [block.text for block in page.blocks] == ["Inside", "Beside", "After"]
