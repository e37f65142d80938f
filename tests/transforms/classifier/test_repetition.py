"""What repeats on a page: the items of its lists, and the labels in each of them."""

from __future__ import annotations

import numpy as np

from boiloff.transforms import Capture, parse
from boiloff.transforms.classifier.features import REPETITION_FEATURES, write_repetition

POST = (
    "<div class=post><b>Ann</b><p>The pump number {0} lost its pressure, and I had to bleed the valve twice.</p></div>"
)
PAGE = f"<h1>Pumps</h1><main>{''.join(POST.format(number) for number in range(4))}</main><p>Imprint</p>"


def features(html: str) -> tuple[list[str], dict[str, list[float]]]:
    page = parse(Capture(body=html))
    rows = np.zeros((len(REPETITION_FEATURES), len(page.blocks)), dtype=np.float32)
    write_repetition(page, rows)
    texts = [block.text for block in page.blocks]
    return texts, dict(zip(REPETITION_FEATURES, rows.round(3).tolist(), strict=True))


def test_posts_are_items_of_a_list() -> None:
    texts, found = features(PAGE)
    assert texts[:3] == ["Pumps", "Ann", "The pump number 0 lost its pressure, and I had to bleed the valve twice."]
    assert found["list: items"] == [0, *[4] * 8, 0]
    assert found["list: blocks in item"] == [0, *[2] * 8, 0]
    assert found["place in item"] == [-1, *[0, 1] * 4, -1]
    assert found["blocks left in item"] == [-1, *[1, 0] * 4, -1]
    assert found["same path: items with it"] == [0, *[1] * 8, 0]


def test_labels_that_come_back_differ_from_texts() -> None:
    _, found = features(PAGE)
    assert found["same path: different texts"][1:5] == [0.25, 1, 0.25, 1]
    assert found["same path: different but for numbers"][1:5] == [0.25, 0.25, 0.25, 0.25]
    assert found["same path: mean size"][1] < 10 < 50 < found["same path: mean size"][2]


def test_two_alike_are_no_list() -> None:
    _, found = features("".join(POST.format(number) for number in range(2)))
    assert found["list: items"] == [0] * 4


def test_a_page_without_blocks_has_no_features() -> None:
    assert features("")[0] == []
