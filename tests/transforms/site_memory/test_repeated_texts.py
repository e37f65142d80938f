"""Which texts that come back on a site's pages are templates, and which belong to the articles."""

from dataclasses import replace

import pytest
from site_pages import FOOTER, SITE, site_sample, story

from boiloff.transforms import (
    Capture,
    ExtractMetadata,
    RemoveRepeatedDisclaimers,
    RemoveTrailingLinkLists,
    clean_page,
    parse,
)
from boiloff.transforms.core.columns import Columns
from boiloff.transforms.site_memory.derive import derive

# What stands inside the article on every page, none of which is boilerplate.
RUBRIC = "<h2>What the night desk says</h2><p>{} lanterns went out before the watch came round, it was noted.</p>"


def memory_of(captures):
    return derive(site_sample(captures))


@pytest.fixture(scope="module")
def memory():
    return memory_of([story(n) for n in range(12)])


def texts_taken(page):
    return [block.text for block, removal in zip(page.blocks, page.removals, strict=True) if removal]


def recalled(capture, memory):
    return replace(parse(capture), site_memory=memory)


def test_a_paragraph_of_most_articles_goes_with_its_counts_as_evidence(memory):
    page = RemoveRepeatedDisclaimers().clean(recalled(story(40), memory))
    position = next(i for i, block in enumerate(page.blocks) if block.text == FOOTER)
    assert page.removals[position].rule == "site_memory"
    assert page.removals[position].evidence == f"on 12 of 12 articles of {SITE}, last seen 2024-05-01"
    assert page.removals[position].reason in ("repeated", "disclaimer")


def test_without_a_memory_or_with_one_of_few_articles_the_paragraph_stays(memory):
    few = memory_of([story(n) for n in range(3)])
    for known in (None, few):
        assert FOOTER not in texts_taken(RemoveRepeatedDisclaimers().clean(recalled(story(40), known)))


def test_what_only_some_articles_carry_stays():
    closing = "<p>The bridge is closed to carts until the masons have finished the eastern arch.</p>"
    memory = memory_of([story(n, body=closing if n % 3 == 0 else "") for n in range(12)])
    page = RemoveRepeatedDisclaimers().clean(recalled(story(40, body=closing), memory))
    assert not [text for text in texts_taken(page) if text.startswith("The bridge")]


def test_a_rubric_inside_the_articles_stays():
    bodies = [
        RUBRIC.format(n) + "".join(f"<p>Watch {n}, hour {h}: all quiet on the mole.</p>" for h in "abcd")
        for n in range(13)
    ]
    memory = memory_of([story(n, body=bodies[n]) for n in range(12)])
    page = RemoveRepeatedDisclaimers().clean(recalled(story(40, body=bodies[12]), memory))
    assert "What the night desk says" not in texts_taken(page)


def test_numbers_are_masked_only_at_the_edges():
    bodies = [f"<p>Read {n + 3} times</p>" for n in range(13)]
    memory = memory_of([story(n, body=bodies[n]) for n in range(12)])
    page = RemoveRepeatedDisclaimers().clean(recalled(story(40, body=bodies[12]), memory))
    assert "Read 15 times" in texts_taken(page)
    assert not [text for text in texts_taken(page) if "boats lay at the mole" in text]


def test_a_page_of_nothing_but_templates_is_left_to_its_own(memory):
    page = recalled(story(40), memory)
    footer = next(block for block in page.blocks if block.text == FOOTER)
    only = replace(page, columns=Columns.from_rows([footer], page.elements), removals=(None,), cache={})
    assert not any(RemoveRepeatedDisclaimers().clean(only).removals)


def taken_of(bodies, **record):
    """List what goes from the last of these bodies, where the others were learned and judged as `record` says."""
    memory = memory_of([story(n, body=body) for n, body in enumerate(bodies[:-1])])
    memory = replace(memory, templates=tuple(found._replace(**record) for found in memory.templates))
    return texts_taken(RemoveRepeatedDisclaimers().clean(recalled(story(40, body=bodies[-1]), memory)))


def watches(*between, count=13):
    """Make bodies of `count` articles, each with these parts between its paragraphs; the rest is the article's own."""
    own = "<p>Watch {n}, hour {h}: {n} lanterns burned on the mole, and nothing stirred but the {h} cat.</p>"
    return [
        "".join(own.format(n=n, h=h) + part.format(n=n) for h in ("grey", "black", "white") for part in between)
        + "".join(own.format(n=n, h=h) for h in ("lame", "old", "fat"))
        for n in range(count)
    ]


def test_a_badge_that_the_pages_doubt_goes_from_between_the_paragraphs():
    badge = "<div class='offer'><div>Lamp oil</div></div><div class='wick'>Wick of make {n}</div>"
    assert "Lamp oil" in taken_of(watches(badge), log_odds=0.5)
    assert "Lamp oil" not in taken_of(watches(badge), log_odds=3.0)


def test_a_label_with_other_numbers_goes_where_the_pages_doubt_it():
    label = "<div class='offer'><div>{n} votes of sailors</div></div><div class='wick'>Wick of make {n}</div>"
    assert "12 votes of sailors" in taken_of(watches(label), log_odds=0.5)
    assert "12 votes of sailors" not in taken_of(watches(label), log_odds=3.0)


def test_a_link_goes_from_between_the_paragraphs_however_sure_the_pages_are():
    link = "<p><a href='/shop'>View at the shop</a></p>"
    assert "View at the shop" in taken_of(watches(link), log_odds=3.0)
    assert "View at the shop" not in taken_of(watches(link.replace("a>", "b>").replace("<a", "<b")), log_odds=3.0)


@pytest.mark.parametrize(
    "below",
    [
        "<ul><li>Wick {n}</li><li>Oil {n}</li></ul>",
        "<table><tr><td>Wick</td><td>{n}</td></tr></table>",
        "<pre>trim --wick {n}</pre>",
        "<p>The oil of night {n} had been thinned with water, as the lamplighter found when he opened the cask.</p>",
    ],
)
def test_a_rubric_that_something_follows_stays_however_much_the_pages_doubt_it(below):
    assert "What you need" not in taken_of(watches("<p>What you need</p>" + below), log_odds=-2.0)


def test_a_label_on_few_articles_stays():
    with_label, without = (
        watches("<div class='offer'>Lamp oil</div><div>Wick {n}</div>"),
        watches("<div>Wick {n}</div>"),
    )
    bodies = [*with_label[:5], *without[5:12], with_label[12]]
    assert "Lamp oil" not in taken_of(bodies, log_odds=0.5, of=12)


CALL = "Whoever knows more about the missing lanterns is asked to leave word for us at the night desk on the quay."


def test_a_long_paragraph_that_closes_a_part_of_the_articles_goes():
    def body(n):
        return f"<p>{CALL}</p>" if n % 2 else ""

    memory = memory_of([story(n, body=body(n)) for n in range(20)])
    assert CALL in texts_taken(RemoveRepeatedDisclaimers().clean(recalled(story(41, body=body(41)), memory)))
    few = memory_of([story(n, body=body(n)) for n in range(14)])
    assert CALL not in texts_taken(RemoveRepeatedDisclaimers().clean(recalled(story(41, body=body(41)), few)))


# One word for each text: lines that differ in numbers alone would be templates.
WORDS = "amber barley cedar dahlia ebony fennel ginger hazel indigo juniper kelp lilac maple".split()


def text_of(n, *, label="", below="", tail="", menu="Front page\nThe quay\nLetters"):
    """Make a capture of an article of the site, without markup."""
    paragraphs = [
        f"The lamplighter of street {n} counted his wicks at dusk, and found that number {n} was missing again.",
        f"Nobody on the side of pier {n} had seen it go, though the baker swore that she had heard glass break.",
        f"By the time the tide turned, {n} boats lay at the mole, each with a lantern of its own at the stern.",
        f"In the morning the harbour master wrote down {n} names, and struck all of them out before noon.",
    ]
    parts = [
        menu,
        f"How the {WORDS[n]} lanterns were lost and found on the quay",
        *paragraphs[:2],
        label,
        below,
        *paragraphs[2:],
        tail,
    ]
    return Capture("\n\n".join(filter(None, parts)), "text", url=f"https://{SITE}/texts/{n}")


def taken_of_text(**parts):
    texts = [
        text_of(n, **{name: part.replace("{}", word) for name, part in parts.items()}) for n, word in enumerate(WORDS)
    ]
    return texts_taken(RemoveRepeatedDisclaimers().clean(recalled(texts[-1], memory_of(texts[:-1]))))


def test_lines_of_most_texts_go_wherever_they_stand():
    sentence = "Lanterns may be handed in at the night desk until nine."
    taken = taken_of_text(label=sentence)
    assert {"Front page", "The quay", "Letters", sentence} <= set(taken)
    assert not [text for text in taken if "missing again" in text or "How the" in text]


def test_a_label_in_texts_stays_above_lines_that_may_belong_to_it():
    assert "What you need" not in taken_of_text(label="What you need", below="Wick of {}\nOil of {}")


def titles_of(texts):
    """Return the titles of the last text: alone, and with what the others have in common."""
    memory = memory_of(texts[:-1])
    return [ExtractMetadata().clean(recalled(texts[-1], known)).metadata.title for known in (None, memory)]


def test_a_line_of_the_sites_other_texts_is_no_title():
    texts = [text_of(n, menu="Night desk of the Lantern Post\nSend letters to the quay") for n in range(len(WORDS))]
    alone, known = titles_of(texts)
    assert alone == "Night desk of the Lantern Post"
    assert known == "How the maple lanterns were lost and found on the quay"


def test_the_title_of_a_whole_page_loses_the_name_that_the_sites_texts_repeat():
    texts = [
        text_of(n, menu=f"On {word} wicks – The Lantern Post\nThe Lantern Post\nMenu\nSearch the quay")
        for n, word in enumerate(WORDS)
    ]
    assert titles_of(texts)[1] == "On maple wicks"


def test_a_headline_that_other_texts_list_below_their_articles_stays_the_title():
    headline = "How the maple lanterns were lost and found on the quay"
    texts = [text_of(n, tail=headline) for n in range(len(WORDS) - 1)] + [text_of(len(WORDS) - 1)]
    assert titles_of(texts)[1] == headline


def test_a_label_that_site_memory_takes_still_announces_a_list():
    listed = "Related stories\nThe {0} tide came in at noon\nFour {0} boats were sold at dusk"
    texts = [text_of(n, tail=listed.format(word)) for n, word in enumerate(WORDS)]
    page = clean_page(
        recalled(texts[-1], memory_of(texts[:-1])), [RemoveRepeatedDisclaimers(), RemoveTrailingLinkLists()]
    )
    assert {"Related stories", "The maple tide came in at noon", "Four maple boats were sold at dusk"} <= set(
        texts_taken(page)
    )
