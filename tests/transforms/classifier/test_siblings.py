"""Blocks that stand side by side: what most of a list is kept for, the rest is kept for, too."""

from __future__ import annotations

import numpy as np

from boiloff.transforms import Capture, Page, parse
from boiloff.transforms.classifier.siblings import keep_together

PROSE = "The harbour master counted the boats twice, as he did every evening, before he wrote the number down."
THRESHOLD = 0.5


def kept(html: str, chances: list[float], kind: str = "article", marked: tuple[int, ...] = ()) -> list[int]:
    """Return the positions of the blocks that are kept with these probabilities."""
    page: Page = parse(Capture(body=html)).replaced(kind=kind, cache={})
    assert len(page.blocks) == len(chances), [block.text for block in page.blocks]
    article, removed = np.array(chances), bytearray(i in marked for i in range(len(chances)))
    keep_together(page, article, removed, THRESHOLD)
    return [i for i, chance in enumerate(article.tolist()) if chance >= THRESHOLD and i not in marked]


def items(count: int, tag: str = "li") -> str:
    return "".join(f"<{tag} class=boat>Boat of the fleet, number {i}</{tag}>" for i in range(count))


def test_the_rest_of_a_list_stays() -> None:
    assert kept(f"<ul>{items(4)}</ul>", [0.6, 0.3, 0.7, 0.2]) == [0, 1, 2, 3]


def test_what_is_surely_no_content_goes() -> None:
    assert kept(f"<ul>{items(4)}</ul>", [0.6, 0.19, 0.7, 0.8]) == [0, 2, 3]


def test_few_of_a_list_keep_nothing_else() -> None:
    assert kept(f"<ul>{items(4)}</ul>", [0.6, 0.3, 0.3, 0.3]) == [0]


def test_two_are_no_list() -> None:
    assert kept(f"<ul>{items(2)}</ul>", [0.6, 0.3]) == [0]


def test_items_of_another_list_do_not_count() -> None:
    assert kept(f"<ul>{items(3)}</ul><p>And</p><ul>{items(3)}</ul>", [0.6, 0.6, 0.3, 0, 0.3, 0.3, 0.3]) == [0, 1, 2]


def test_marked_items_do_not_count() -> None:
    assert kept(f"<ul>{items(4)}</ul>", [0.6, 0.6, 0.3, 0.3], marked=(0, 1)) == []


def test_rows_of_other_tags_are_lists_on_other_pages_than_articles() -> None:
    html, chances = f"<section>{items(4, 'div')}</section>", [0.6, 0.3, 0.7, 0.3]
    assert kept(html, chances) == [0, 2]
    assert kept(html, chances, "listing") == [0, 1, 2, 3]


def test_each_part_of_the_entries_counts_by_itself() -> None:
    cards = "".join(f"<div class=card><h3>Boat {i}</h3><p>It carries salt.</p><i>Share</i></div>" for i in range(3))
    chances = [0.6, 0.6, 0.3, 0.3, 0.6, 0.3, 0.6, 0.3, 0.3]
    assert kept(f"<main>{cards}</main>", chances, "product") == [0, 1, 3, 4, 6, 7]


def test_headings_of_kept_sections_stay() -> None:
    html = f"<h1>Boats</h1><p>{PROSE}</p><h2>Tides</h2><h3>Ebb</h3><p>{PROSE}</p><h2>More</h2><p>Menu</p>"
    assert kept(html, [0.3, 0.9, 0.3, 0.3, 0.9, 0.3, 0.1]) == [1, 2, 3, 4]


def test_the_title_stays_out() -> None:
    html = f"<title>Tides - The Ferryman</title><p>{PROSE}</p><h2>Low</h2><h2>Tides</h2><p>{PROSE}</p>"
    assert kept(html, [0.9, 0.3, 0.3, 0.9]) == [0, 3]


def test_linked_headings_of_an_article_are_of_others() -> None:
    html = f"<p>{PROSE}</p><h2><a href=/tides>Tides</a></h2><p>{PROSE}</p>"
    assert kept(html, [0.9, 0.3, 0.9]) == [0, 2]
    assert kept(html, [0.9, 0.3, 0.9], "other") == [0, 1, 2]


def test_whole_posts_keep_their_headlines() -> None:
    posts = "".join(
        f"<article class=on-tide{'s' * i}><h2><a href=/{i}>Post {i}</a></h2>{f'<p>{PROSE}</p>' * 3}</article>"
        for i in range(3)
    )
    assert kept(posts, [0.01, 0.9, 0.9, 0.9] * 3) == list(range(12))
    assert kept(posts, [0.01, 0.9, 0.9, 0.2] * 3) == [1, 2, 5, 6, 9, 10]


def test_the_largest_list_of_a_listing_is_not_lost() -> None:
    html, chances = f"<p>{PROSE}</p><ul>{items(6)}</ul>", [0.9, *[0.4] * 6]
    assert kept(html, chances, "listing") == list(range(7))
    assert kept(html, chances, "product") == [0]
    assert kept(html, [0.9, *[0.25] * 6], "listing") == [0]


def test_all_posts_of_a_thread_stay_however_deep() -> None:
    post = f"<div class=post><p>{PROSE}</p>"
    html = f"<main>{post}{post}</div></div>{post}{post}</div></div></main>"
    assert kept(html, [0.9, 0.4, 0.4, 0.4], "discussion") == [0, 1, 2, 3]


def test_a_page_without_text() -> None:
    assert kept("", [], "listing") == []
    assert kept("<p>Tide</p>", [0.1], "discussion") == []
