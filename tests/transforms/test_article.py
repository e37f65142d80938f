"""Page to article: the text, its spans, and a ledger that completes it."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from boiloff.transforms import Article, Block, Capture, Page, Removal, ledger, make_article, parse
from boiloff.transforms.core.article import NO_KEYS
from boiloff.transforms.core.page import Source

KINDS = ("paragraph", "heading", "list-item", "quote", "code", "table", "caption")
REMOVAL = Removal("other", "test", "because")

blocks = st.builds(
    Block, st.text(min_size=1), st.sampled_from(KINDS), st.just("p"), st.just(0), st.just(0), st.just(()), st.just(())
)
pages = st.lists(st.tuples(blocks, st.sampled_from([None, REMOVAL]))).map(
    lambda pairs: Page.from_rows(
        url="https://www.tides.example/a",
        blocks=tuple(block for block, _ in pairs),
        removals=tuple(removal for _, removal in pairs),
    )
)


@given(pages)
def test_every_block_is_in_the_article_or_in_the_ledger_in_order(page):
    article, removed = make_article(page), {record["position"]: record["text"] for record in ledger(page)}
    kept = iter(article.blocks)
    for position, block in enumerate(page.blocks):
        if position in removed:
            assert removed[position] == block.text
        else:
            span = next(kept)
            assert (article.text[span.start : span.end], span.kind) == (block.text, block.kind)
    assert next(kept, None) is None
    assert article.text == "\n\n".join(article.text[span.start : span.end] for span in article.blocks)
    assert article.removed_blocks == len(removed)
    assert article.removed_chars == sum(map(len, removed.values()))


@given(pages)
def test_the_record_is_flat_and_has_every_key(page):
    article = make_article(page)
    record = article.to_dict()
    assert list(record) == [key for key in Article.__dataclass_fields__ if key not in NO_KEYS]
    assert None not in record.values()
    assert all(isinstance(value, str | int | float | list) for value in record.values())
    assert all(list(span) == ["start", "end", "kind"] for span in record["blocks"])
    assert record["site"] == "tides.example"


def test_short_texts_are_flagged():
    short, long = (Page.from_rows(blocks=(Block(text),)) for text in ("Tide.", "The tide came in. " * 30))
    assert make_article(short).quality_flags == ("short_text",)
    assert make_article(long).quality_flags == ()


def test_the_source_of_a_capture_travels_to_its_records():
    values = {"url": "https://a.example/", "id": "7", "captured_at": "2024-05-01", "content_type": "text/html"}
    source = Source(**values, source="crawl", source_file="a.warc.gz", source_offset=120, site="a.example")
    page = parse(Capture("<p>Tides", "html", **vars(source)))
    assert page.provenance == source
    article = vars(make_article(page))
    apart = {"content_type", "site"}  # the site of a page with an address follows from that
    assert {name: article[name] for name in vars(source) if name not in apart} == {
        name: value for name, value in vars(source).items() if name not in apart
    }


def test_a_capture_without_an_id_gives_its_page_one():
    capture = Capture("<p>Tides", url="https://a.example/")
    assert parse(capture).provenance == replace(Source(url=capture.url), id=capture.record_id())
