"""Bodies: what pages become as Markdown and HTML, and that both render to the blocks that were kept."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from boiloff.transforms import Capture, Page, Removal, parse
from boiloff.transforms.bodies.html import html_of
from boiloff.transforms.bodies.markdown import markdown_of
from boiloff.transforms.parsing.parse import text_blocks

FOLDER = Path(__file__).parents[2] / "data" / "cases" / "bodies"
CASES = [case for path in sorted(FOLDER.glob("*.json")) for case in json.loads(path.read_text("utf-8"))]
URL = "https://tides.example/guide/ebb.html"
# CommonMark, and what GitHub adds to it, which more readers have.
STRICT = MarkdownIt("commonmark", {"html": False, "maxNesting": 100}).enable("table")
GITHUB = MarkdownIt("gfm-like", {"html": True, "linkify": False, "maxNesting": 100})


def page_of(html, parser="lexbor"):
    """Parse a page and mark its captions, as the default configuration does."""
    page = parse(Capture(html, url=URL), parser)
    captions = [position for position, block in enumerate(page.blocks) if block.kind == "caption"]
    return page.mark(dict.fromkeys(captions, Removal("other", "test", "a caption")))


def blocks(page):
    """List kind and words of each kept block. Lines of code are compared without white space at their ends."""
    for _, block in page.kept():
        if block.kind == "code":
            yield block.kind, [line.rstrip() for line in block.text.strip("\n").split("\n")]
        else:
            yield block.kind, block.text.split()


def rendered(markdown, renderer=STRICT):
    """List the blocks of Markdown, as a renderer and the parser read it."""
    return list(blocks(parse(Capture(f"<body>{renderer.render(markdown)}"))))


@pytest.mark.parametrize("parser", ["lexbor", "beautifulsoup"])
@pytest.mark.parametrize("case", CASES, ids=[case["about"] for case in CASES])
def test_cases(case, parser):
    page = page_of(case["html"], parser)
    assert markdown_of(page).split("\n") == case["as_markdown"]
    assert html_of(page).split("\n") == case["as_html"]


@pytest.mark.parametrize("case", CASES, ids=[case["about"] for case in CASES])
def test_cases_render_to_the_kept_blocks(case):
    page = page_of(case["html"])
    kept = list(blocks(page))
    markdown = markdown_of(page)
    assert rendered(markdown) == rendered(markdown, GITHUB) == kept
    assert list(blocks(page_of(html_of(page)))) == kept


# Pages of every structure, with signs that mean something in Markdown wherever they could.
WORDS = st.lists(
    st.sampled_from(
        [
            *("ebb", "潮汐", "1.", "12)", "-", "+", "*", "#", "##", ">", "|", "=", "---", "===", "***", "___", "```"),
            *(
                "~~~",
                "a|b",
                "[x]",
                "[a]:",
                "](b)",
                "![c]",
                "<b>",
                "&amp;",
                "a_b",
                "_c_",
                "*d*",
                "`e`",
                "\\",
                "!",
                "(f)",
            ),
            *("“quoted”", "(", ")", "$", "€", ":--", "<!--", "&#42;", "^", "~g~", "\\*", "http://a.example/_h_"),
        ]
    ),
    min_size=1,
    max_size=5,
).map(" ".join)


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def inside(tag, attributes=""):
    return lambda content: f"<{tag}{attributes}>{content}</{tag}>"


TEXT = WORDS.map(escaped)
INLINE = st.recursive(
    TEXT,
    lambda inner: st.one_of(
        st.sampled_from(["b", "em", "code", "sup", "del"]).flatmap(lambda tag: inner.map(inside(tag))),
        inner.map(inside("a", " href='/map?a=(b)&amp;lt;=*_'")),
        st.lists(inner, min_size=2, max_size=3).flatmap(
            lambda parts: st.sampled_from(["", " ", "<br>"]).map(lambda seam: seam.join(parts))
        ),
    ),
    max_leaves=6,
)
CODE = st.lists(
    st.sampled_from(["", "x = 1", "  y", "```", "~~~~", "- a", "> b", "\tc", "# d"]), min_size=1, max_size=4
)
ROW = st.lists(st.one_of(INLINE, st.just("")).map(inside("td")), min_size=2, max_size=3).map("".join).map(inside("tr"))
BLOCKS = st.one_of(
    INLINE.map(inside("p")),
    st.sampled_from(["h1", "h2", "h4"]).flatmap(lambda tag: INLINE.map(inside(tag))),
    CODE.map("\n".join).map(escaped).map(inside("pre")),
    st.lists(ROW, min_size=1, max_size=3).map("".join).map(inside("table")),
)
HTML = st.recursive(
    st.lists(BLOCKS, min_size=1, max_size=3).map("".join),
    lambda inner: st.one_of(
        inner.map(inside("blockquote")),
        st.sampled_from(["ul", "ol", "ol start='7'"]).flatmap(
            lambda tag: st.lists(st.one_of(inner, INLINE).map(inside("li")), min_size=1, max_size=3).map(
                lambda items: f"<{tag}>{''.join(items)}</{tag[:2]}>"
            )
        ),
        st.lists(inner, min_size=2, max_size=3).map("".join),
    ),
    max_leaves=6,
)


@given(HTML)
def test_markdown_renders_to_the_kept_blocks(html):
    page = parse(Capture(f"<body>{html}", url=URL))
    markdown = markdown_of(page)
    assert rendered(markdown) == list(blocks(page))
    assert rendered(markdown, GITHUB) == list(blocks(page))


@given(HTML)
def test_html_is_read_as_the_kept_blocks(html):
    page = parse(Capture(f"<body>{html}", url=URL))
    assert list(blocks(parse(Capture(f"<body>{html_of(page)}")))) == list(blocks(page))


@given(HTML, st.data())
def test_only_kept_blocks_are_written(html, data):
    page = parse(Capture(f"<body>{html}", url=URL))
    removed = data.draw(st.sets(st.sampled_from(range(len(page.blocks))))) if len(page.blocks) else ()
    page = page.mark(dict.fromkeys(removed, Removal("other", "test", "drawn")))
    assert rendered(markdown_of(page)) == list(blocks(page))


@given(
    st.lists(st.one_of(WORDS, WORDS.map(lambda words: f"- {words}"), st.just("1) one"), st.just("a\tb"), st.just("")))
)
def test_texts_without_markup_have_paragraphs_lists_and_tables(lines):
    page = Page.from_rows(text_blocks("\n".join(lines)), is_text=True)
    said = [words for _, words in blocks(page)]
    found = [words for _, words in rendered(markdown_of(page))]
    assert len(found) == len(said)
    for whole, words in zip(said, found, strict=True):
        assert whole[-len(words) :] == words


def test_texts_that_are_markdown_keep_their_structure():
    text = "# Tides\n\nSee [the table](https://tides.example/t) first.\n\n2. Wait\n3. Cross\n\n```py\nx = 1\n```"
    assert markdown_of(parse(Capture(text, media="text"))) == text


def test_the_article_of_a_script_has_its_structure():
    story = "".join(
        f"<p>The harbour master printed table {number} by hand, every year, as he said.</p>" for number in range(9)
    )
    html = (
        "<title>Tide tables by hand</title><div id=app></div>"
        f"<script>window.state = {json.dumps({'title': 'Tide tables by hand', 'body': story + '<ol start=4><li>A table by hand<img src=/t.png></ol>'})}</script>"
    )
    written = markdown_of(parse(Capture(html, url=URL)))
    assert written.endswith("4. A table by hand\n\n   ![](https://tides.example/t.png)")
