"""What a sketch keeps of a page, and what it does not depend on."""

import numpy as np
from site_pages import FOOTER, sketch, story

from boiloff.transforms import Capture, parse
from boiloff.transforms.classifier.classify import article_log_odds
from boiloff.transforms.matching.wording import fingerprint
from boiloff.transforms.site_memory.sketch import (
    MARKED,
    MAX_BLOCKS,
    MAX_PATHS_CHARS,
    content_key,
    date_of,
    day_of,
    sketch_page,
)


def test_a_row_for_each_distinct_block_in_its_container():
    found = sketch(story(3, body="<p>* * *</p><p>No. 12!</p><p>no 12</p>"))
    table, masked = found.table(), found.masked_table()
    assert fingerprint(FOOTER) in table["fingerprint"]
    assert list(table["fingerprint"]).count(0) == 1
    twice = table[table["fingerprint"] == fingerprint("no 12")]
    assert (len(twice), twice["times"][0]) == (1, 2)
    assert fingerprint("no 0") in masked["fingerprint"]
    assert [path for path in found.paths if path.endswith("div.story-body")]
    assert found.sample_texts()[0] == "Front page"
    assert len(found.sample_texts()) == len(table) == len(found.without_texts().sample_texts())


def test_links_and_judgement_are_noted():
    table = sketch(story(3)).table()
    assert table["link_chars"][0] == table["chars"][0] == len("Front page")
    assert table["log_odds"][0] < 0 < table["log_odds"].max()


def test_marked_blocks_are_distinguished():
    page = parse(story(3))
    odds = article_log_odds(page)
    odds[0] = np.nan
    assert sketch_page(page, odds).table()["log_odds"][0] == MARKED


def test_content_does_not_depend_on_address_or_boilerplate():
    one = story(5)
    other = story(5, url="https://mirror.example/5", body="")
    moved = Capture(
        body=other.body.replace("Front page", "Home").replace("Headline 5", "Another headline"), url=other.url
    )
    assert sketch(one).content == sketch(moved).content != sketch(story(6)).content
    assert sketch(one).key != sketch(moved).key


def test_a_page_without_an_article_is_known_by_all_its_words():
    menu = "<nav><a href='/'>Lamps</a></nav>"
    page, same, other = (parse(Capture(body=body)) for body in (menu, f"<div>{menu}</div>", menu.replace("L", "St")))
    assert content_key(page) == content_key(same) != content_key(other)
    assert sketch_page(page, np.full(len(page.blocks), -4.0)).content == content_key(page)


def test_a_page_without_words_has_no_content():
    page = parse(Capture(body="<p>* * *</p>"))
    assert content_key(page) == 0
    assert sketch_page(page, np.array([1.0])) is None


def test_text_captures_have_one_container():
    found = sketch(Capture(body="One line of lamps.\n\nAnother line.", media="text", url="https://quay.example/a"))
    assert found.paths == ("text",)
    assert len(found.table()) == 2


def test_long_pages_are_bounded():
    found = sketch(Capture(body="".join(f"<p>Lamp number {n}</p>" for n in range(5 * MAX_BLOCKS))))
    assert len(found.table()) == MAX_BLOCKS
    assert found.sample_texts()[-1] == f"Lamp number {5 * MAX_BLOCKS - 1}"


def test_days():
    assert [date_of(day_of(text)) for text in ("2024-05-01T06:00:00Z", "2024-05-01", "", "May", "1969-12-31")] == [
        "2024-05-01", "2024-05-01", "", "", "",
    ]  # fmt: skip


def test_containers_without_number_do_not_fill_the_memory():
    letters = "abcdefghijklmnopqrst"
    names = [f"{a}{b}{c}" * 30 for a in letters for b in letters for c in letters[:3]]
    boxes = (f"<div class={name}><div class={name}><div class={name}>Lamp {name}</div></div></div>" for name in names)
    page = parse(Capture("".join(boxes)))
    sketch = sketch_page(page, np.zeros(len(page.blocks)))
    assert 0.9 * MAX_PATHS_CHARS < sum(map(len, sketch.paths)) <= MAX_PATHS_CHARS
    sketch.check()
