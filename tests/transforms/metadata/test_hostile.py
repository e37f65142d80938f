"""Input made to break or to stall: nothing raises, and nothing takes long."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boiloff.transforms.article_metadata import extract_metadata
from boiloff.transforms.core.page import Block, Capture, Element, Head, Page, Run
from boiloff.transforms.metadata.authors import clean_authors, signatures
from boiloff.transforms.metadata.dates import find_date, parse_date
from boiloff.transforms.metadata.json_ld import nodes_of
from boiloff.transforms.metadata.titles import without_page_number
from boiloff.transforms.parsing.parse import parse


@contextmanager
def within(seconds: float) -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds


def test_deep_json_is_cut_off() -> None:
    deep = '{"@type":"Article","author":' * 50_000 + '"x"' + "}" * 50_000
    with within(2):
        nodes_of(deep)
        nodes_of("[" * 200_000)


def test_a_huge_script_costs_little() -> None:
    teasers = [{"@type": "NewsArticle", "headline": f"Headline {i}", "description": "x" * 900} for i in range(5500)]
    raw = json.dumps(teasers)
    assert len(raw) > 5_000_000
    with within(1):
        extract_metadata(Page(head=Head(json_ld=(raw,))))


def test_many_small_objects_are_bounded() -> None:
    raw = "[" + ",".join(['{"@type":"Article","url":"https://a.example/b"}'] * 20_000) + "]"
    with within(2):
        assert len(nodes_of(raw)) <= 20_000
        extract_metadata(Page(url="https://a.example/", head=Head(json_ld=(raw,))))


@pytest.mark.parametrize("raw", ["", "{", "]", "null", "7", '"x"', "[1, 2]", '{"@type": 5}', "\x00", "9" * 10_000])
def test_garbage_gives_nothing(raw: str) -> None:
    assert extract_metadata(Page(head=Head(json_ld=(raw,)))).title == ""


def test_wrong_types_everywhere() -> None:
    article = {
        "@type": ["Article", 1],
        "headline": {"a": 1},
        "author": [[["Ann Roe"]], 7, {"name": {"name": "Bo Li"}}],
        "keywords": 3,
        "datePublished": [5, "2020-02-02"],
        "publisher": [],
        "url": 7,
    }
    found = extract_metadata(Page(head=Head(json_ld=(json.dumps(article),))))
    assert found.authors == ("Ann Roe", "Bo Li")
    assert found.date_published == "2020-02-02"


def test_a_reference_to_itself_ends() -> None:
    raw = '{"@type":"Article","@id":"#a","author":{"@id":"#a"}}'
    assert extract_metadata(Page(head=Head(json_ld=(raw,)))).authors == ()


def test_half_of_a_surrogate_pair_does_not_get_out() -> None:
    raw = '{"@type":"Article","headline":"Ropes \\ud800 and knots"}'
    extract_metadata(Page(head=Head(json_ld=(raw,)))).title.encode("utf-8")


@pytest.mark.parametrize("mark", ["<", ",", " - ", "1/", "2024-", "By ", "&amp;", "a@", "(", '"headline":"', " and "])
def test_repetition_does_not_stall(mark: str) -> None:
    text = mark * (200_000 // len(mark))
    page = Page.from_rows(
        url=f"https://a.example/{text}",
        head=Head(title=text, json_ld=(text,), meta=tuple((key, text) for key in ("author", "og:title", "date"))),
        blocks=(Block(text[:110], tag="h1"), Block(text)),
    )
    with within(2):
        extract_metadata(page)


def test_many_authors_in_one_block_are_bounded() -> None:
    elements = (Element("html"), *(Element("a", 0, attributes=(("rel", "author"),)) for _ in range(30_000)))
    block = Block("ab" * 30_000, runs=tuple(Run(2 * i, 2 * i + 2, i + 1) for i in range(30_000)))
    with within(2):
        assert len(extract_metadata(Page.from_rows(elements=elements, blocks=(block,))).authors) <= 20


strings = st.text(max_size=200)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | strings,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["@type", "@id", "author", "name", "headline", "url", "datePublished"]), inner
        )
    ),
    max_leaves=20,
)


@given(
    raw=strings, value=json_values, url=strings, line=strings, pairs=st.lists(st.tuples(strings, strings), max_size=5)
)
@settings(max_examples=150)
def test_never_raises(raw: str, value: object, url: str, line: str, pairs: list[tuple[str, str]]) -> None:
    names = ("author", "date", "og:title", "og:url", "keywords")
    head = Head(
        title=line,
        language=raw,
        meta=(*pairs, *((name, line) for name in names)),
        links=(("canonical", raw), *pairs),
        json_ld=(raw, json.dumps(value), json.dumps({"@type": "Article", "author": value, "datePublished": line})),
    )
    element = Element("time", 0, "", (line,), (("datetime", raw), ("itemprop", "author"), ("href", line)))
    blocks = (Block(line, tag="h1"), Block(raw, element=1, runs=(Run(0, len(raw), 1),)))
    found = extract_metadata(Page.from_rows(url=url, head=head, elements=(Element("html"), element), blocks=blocks))
    assert all(isinstance(name, str) for name in found.authors)


@given(strings, strings)
def test_dates_never_raise(text: str, language: str) -> None:
    for found in (parse_date(text, language), find_date(text, language)):
        assert found == "" or found[:2] in ("19", "20", "21") or found[:4].isdigit()


PARTS = (
    "by", "By", "Von", "Par", "作者：", "记者", "기자", "and", "&", ",", "，", "/", "|", "(", ")", "[", "]", "Reviewed",
    "Ann", "Roe", "王小明", "김하늘", "editor", "PhD", "3", "May", "2024", ":", "@ann", ".", "\n", "Page", "1/2", "ページ",
)  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=14), st.sampled_from(["", " "]))
def test_words_of_bylines_in_any_order_give_names_or_none(parts: list[str], between: str) -> None:
    line = between.join(parts)
    for names in (clean_authors([line]), signatures([line])):
        assert all(0 < len(name) <= 80 and "\n" not in name for name in names)
    shorter = without_page_number(line)
    assert line.startswith(shorter)
    assert bool(shorter) == bool(line)
    block = f"<p>{line}</p>"
    extract_metadata(parse(Capture(f"<title>{line}</title><h1>The pier opens</h1>{block * 3}")))
