"""Cases of the compiled modules that weigh a page: functions that take a module, and return what it finds."""

from array import array
from unittest.mock import patch

import numpy as np
import pytest

from boiloff.transforms import Block, Capture, Page, Removal, parse
from boiloff.transforms.classifier import classify, features
from boiloff.transforms.core.columns import KIND_NUMBERS
from boiloff.transforms.core.page import REASONS
from boiloff.transforms.core.rows import TAG_NUMBERS, TAGS
from boiloff.transforms.matching.names import GROUP_BITS
from boiloff.transforms.matching.outline import looks_of, outline_of
from boiloff.transforms.matching.wording import mask_digits

PROSE = "The harbour master counted the boats twice, as he did every evening, before he wrote the number down."
MENU = "".join(f"<li class='item item-{i}'><a href=/{i}>Quay {i}</a></li>" for i in range(12))
PAGE = parse(Capture(
    f"<ul class='menu {' '.join(f'm{i}' for i in range(40))}'>{MENU}</ul><main><h1>Boats</h1>"
    f"<p class=standfirst>{PROSE}</p><div class='story größe٣'><p>{PROSE} <a href=/a>More of it</a> and <b>more</b></p>"
    f"<h2><a href=/b>Tides</a></h2><p>{PROSE}</p><div class='highlight tag'><pre><code><i class=comment># tide</i>"
    f"</code></pre></div><figure><table><tr><td>Low<td>High</table></figure><figure><figcaption>Pier</figcaption>"
    f"</figure><x-note class=related><p><code>tide --low</code> <a href=/c><code>lock</code></a></p></x-note>"
    f"<p>{PROSE}</p></div><aside>{PROSE}</aside></main><footer class=comments>{PROSE}<p>Tides</p></footer>"
))  # fmt: skip
LINKS = parse(Capture("<div class=menu><p>Home</p></div><article><p>Before:</p><p>After</p></article>"))
EMPTY = parse(Capture(""))
PAGES = (PAGE, LINKS, EMPTY)


def of_all(find):
    return [find(page, page.columns, outline_of(page)) for page in PAGES]


def sums(outline):
    return of_all(lambda page, columns, known: outline.sums(columns, known.block_width, known.block_prose))


def tokens(outline):
    return of_all(lambda page, columns, known: outline.code_tokens(columns, TAG_NUMBERS["pre"], TAG_NUMBERS["code"]))


def openings(elements):
    words = frozenset({"quay", "größe"})
    texts = ("Quay 1", "Größe", "A quay: low", "Quayside", "Quay " * 30, "QUAY", "A" * 30 + ":", "潮：汐", "GRÖSSE 2")
    page = Page.from_rows([Block(text) for text in texts])
    removals = tuple(Removal("other", "test", "") if i == 1 else None for i in range(len(texts)))
    return [elements.opening_blocks(page.columns, marks, 100, words) for marks in (page.removals, removals)]


def highlighters(outline):
    known, columns = outline_of(PAGE), PAGE.columns
    groups = known.groups
    inside = outline.code_tokens(columns, TAG_NUMBERS["pre"], TAG_NUMBERS["code"])
    bits = GROUP_BITS["comments"], GROUP_BITS["article"]
    found = outline.without_highlighters(
        columns, inside, known.block_width, known.size, groups, KIND_NUMBERS["code"], *bits, 0.5
    )
    return found, outline.with_any(found, bits[1])


def looks(outline):
    return of_all(lambda page, columns, known: outline.looks(columns, mask_digits))


def items_of_lists(outline):
    return of_all(
        lambda page, columns, known: [
            outline.repeated_items(columns.parents, looks_of(columns).paths, known.size, least)
            for least in (1, 2, 3, 99)
        ]
    )


def evidence(module):
    with patch.object(features, "Layout", module.Layout):
        layout = features._layout()

    def write(page, columns, known):
        found = np.zeros((len(features.FEATURES), len(columns.kinds)), dtype=np.float32)
        layout.write(columns, known, looks_of(columns).paths, found)
        layout.write_neighbours(found)
        return found.tolist()

    return of_all(write)


def containers(module):
    with patch.object(classify, "Names", module.Names):
        names = classify._names()

    def weigh(page, columns, known, marked=()):
        marks = bytearray(position in marked for position in range(len(columns.kinds)))
        weighed = module.Weighed(names, columns, known, marks)
        found = weighed.body, weighed.speakers, weighed.reasons, weighed.held, weighed.linked, weighed.captions
        return *found, weighed.summaries, weighed.speakers_of(list(range(len(marks))))

    return of_all(weigh), weigh(PAGE, PAGE.columns, outline_of(PAGE), (14, 15))


def marks(verdicts):
    numbers = {reason: number for number, reason in enumerate(REASONS, start=1)}
    removals = tuple(None if i % 3 else Removal(REASONS[i % len(REASONS)], "test", "") for i in range(20))
    found = verdicts.mark_numbers(removals, numbers)
    written = np.zeros((len(REASONS) + 2, 20), dtype=np.float32)
    verdicts.write_marks(found, 1, written)
    return found, written.tolist()


def unlike(verdicts):
    random = np.random.default_rng(3)
    values = random.integers(0, 5, (7, 30)).astype(np.float32)
    found = []
    for article in (range(5, 9), ()):
        flags, asked = np.empty((4, 7), dtype=np.uint8), np.empty((7, 4), dtype=np.float32)
        blocks = array("i", article), array("i", [0, 3, 6, 29])
        verdicts.find_unlike(values, *blocks, flags, asked)
        found.append((flags.tolist(), asked.tolist()))
    return found, verdicts.values_at(values, [0, 3, 29], [6, 0, 2])


def chances(verdicts):
    log_odds = np.array([-900.0, -1.5, 0.0, 0.25, 900.0])
    found = np.empty_like(log_odds)
    verdicts.probabilities(log_odds, found)
    return found.tolist(), verdicts.reaching(found, bytearray([0, 0, 0, 1, 0]), 0.5)


def rule(verdicts):
    found = []
    for standfirsts in ([], [0, 5], [2, 3], [6]):
        log_odds = np.arange(7) / 8
        verdicts.add_rule(log_odds, bytearray([0, 1, 1, 0, 1, 1, 0]), standfirsts, 1.0, 3.0)
        found.append(log_odds.tolist())
    return found


def decisions(verdicts):
    article = np.array([0.0, 1.0, 0.5, 0.00005, 0.12345, 0.99995, 1 / 3, 2.5])
    captions, marked = bytearray([0, 1, 0, 0, 0, 0, 0, 0]), bytearray([0, 0, 0, 0, 0, 0, 5, 0])
    return [verdicts.decide(article, marked, captions, *how) for how in ((2.0, True), (0.5, False), (0.5, True))]


def removals(verdicts):
    causes = {3: ("comments", "test", "inside"), -2: ("other", "test", "a caption")}
    return verdicts.removals([1, 4, 6, 9], [0.5, 1.0, 0.25, 0.75], [3, -1, -2, 3], causes, Removal)


def tries(tries):
    symbols = array("B", [1 if code == 97 else 2 if code == 98 else 0 for code in range(128)])
    few = tries.lay_out([b"a", b"ab", b"abba", b"b", b"bb"], [1, 2, 3, 4, 5], symbols, 2, 64)
    return few, tries.lay_out([], [], symbols, 2, 64)


def siblings(module):
    rows = parse(
        Capture(
            f"<main><article><h2>Ebb</h2><ul>{MENU}</ul><p>{PROSE}</p><p>{PROSE}</p><p>{PROSE}</p></article>"
            f"<h2><a href=/f>Flow</a></h2><table>{'<tr><td>Low<td>High' * 4}</table></main>"
        )
    )
    items, found = bytearray(tag in ("li", "tr") for tag in TAGS), []
    for page in (rows, *PAGES):
        known = module.Siblings(page.columns, outline_of(page), looks_of(page.columns).paths, TAG_NUMBERS["article"])
        article = np.random.default_rng(5).integers(1, 9, len(page.blocks)) / 10
        for marked in ((), (3, 4)):
            marks = bytearray(i in marked for i in range(len(page.blocks)))
            known.keep_alike(article, marks, 0.5, 0.2, items)
            found += [article.tolist(), known.headings(article, marks, 0.5, 0.2, KIND_NUMBERS["heading"], 99, True)]
    known = module.Siblings(LINKS.columns, outline_of(LINKS), looks_of(LINKS.columns).paths, 0)
    with pytest.raises(ValueError, match="0 marks for 3 blocks") as refused:
        known.keep_alike(np.zeros(3), bytearray(), 0.5, 0.2, items)
    return found, str(refused.value)


CASES = {
    "elements": [openings],
    "outline": [sums, tokens, highlighters, looks, items_of_lists],
    "evidence": [evidence],
    "container": [containers],
    "siblings": [siblings],
    "tries": [tries],
    "verdicts": [marks, unlike, rule, chances, decisions, removals],
}
