"""The sample of pages: every reason in it, whatever the order of the files, and only pages that are whole."""

import random

import pytest

from boiloff.pipeline.inspect.survey import OF_ALL, OF_REASON, PageSample

REASONS = ["navigation"] * 40 + ["sharing"] * 9 + ["disclaimer"]


def article(number, removed):
    text = f"The tide of day {number} came in."
    return {
        "id": f"a{number}",
        "url": f"https://site{number % 7}.example/{number}",
        "site": f"site{number % 7}.example",
        "title": f"Day {number}",
        "language": "en",
        "date_published": "",
        "captured_at": "",
        "text": text,
        "blocks": [{"start": 0, "end": len(text), "kind": "paragraph"}],
        "removed_blocks": len(removed),
        "removed_chars": sum(len(record["text"]) for record in removed),
    }


def ledger(number, count=2):
    reason = REASONS[number % len(REASONS)]
    row = {"id": f"a{number}", "url": f"https://site{number % 7}.example/{number}", "reason": reason, "rule": "r"}
    return [{**row, "position": place + 1, "evidence": "", "score": 1.0, "text": "Share"} for place in range(count)]


def sampled(pages, sites=("site3.example",)):
    """Return the ids of the sample of pages, each an article with its ledger, read in this order."""
    sample = PageSample(sites)
    for _, records in pages:
        if records:
            sample.add_ledger(records[0]["id"], records)
    for page, _ in reversed(pages):
        sample.add_article(page)
    return sample.pages()


def crawl(size=3000):
    ledgers = [ledger(number) if number % 5 else [] for number in range(size)]
    return [(article(number, records), records) for number, records in enumerate(ledgers)]


def test_every_reason_and_site_is_in_it_and_it_is_small():
    pages = sampled(crawl(), [f"site{number}.example" for number in range(7)])
    reasons = {block.reason for page in pages for block in page.view.blocks}
    assert reasons == {"", "navigation", "sharing", "disclaimer"}
    assert {page.view.site for page in pages} == {f"site{number}.example" for number in range(7)}
    assert any(all(block.is_kept for block in page.view.blocks) for page in pages)
    assert OF_ALL <= len(pages) <= OF_ALL + 4 * OF_REASON + 7 * 4


def test_its_beginning_has_every_reason():
    reasons = {block.reason for page in sampled(crawl())[:6] for block in page.view.blocks}
    assert reasons == {"", "navigation", "sharing", "disclaimer"}


def test_the_order_of_the_files_does_not_matter():
    pages = crawl()
    once = sampled(pages)
    random.Random(1).shuffle(pages)
    assert sampled(pages) == once


def test_a_ledger_in_two_files_is_one():
    records = ledger(1, 6)
    sample = PageSample([])
    sample.add_ledger("a1", records[3:])
    sample.add_ledger("a1", records[:3])
    sample.add_article(article(1, records))
    (page,) = sample.pages()
    assert [block.position for block in page.view.blocks] == list(range(7))


@pytest.mark.parametrize("part", [slice(0, 1), slice(0, 0)])
def test_a_page_whose_ledger_is_not_whole_is_left_out(part):
    records = ledger(1, 4)
    assert sampled([(article(1, records), records[part])]) == []


def test_pages_of_one_site_that_are_the_same_stand_there_once():
    def copy(identity, site):
        return {**article(1, []), "id": identity, "url": f"https://{site}/{identity}", "site": site}

    pages = sampled([(copy("a1", "a.example"), []), (copy("a2", "a.example"), []), (copy("a3", "b.example"), [])])
    assert sorted(page.view.site for page in pages) == ["a.example", "b.example"]


def test_captures_of_one_id_are_distinguished():
    first, second = ledger(1, 2), [{**record, "text": "Follow us"} for record in ledger(1, 2)]
    sample = PageSample([])
    sample.add_ledger("a1", first)
    sample.add_ledger("a1", second)
    sample.add_article(article(1, first))
    pages = sample.pages()
    assert [page for page in pages if {block.text for block in page.view.blocks if block.reason} != {"Share"}] == []
