"""What a site's memory says about a page: of its containers, and of texts that come back."""

from dataclasses import replace

import pytest
from site_pages import FOOTER, SITE, site_sample, story

from boiloff.transforms import KeepMainContent, RemoveRepeatedDisclaimers, parse
from boiloff.transforms.core.columns import Columns
from boiloff.transforms.site_memory.derive import derive
from boiloff.transforms.site_memory.site_prior import container_priors, prior_log_odds

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


def test_containers_speak_for_the_article_and_against_the_rest(memory):
    page = recalled(story(40), memory)
    heard = dict(zip((block.text for block in page.blocks), container_priors(page), strict=True))
    assert heard["Headline 40 of today"].log_odds < -1
    assert next(voice for text, voice in heard.items() if text.startswith("Nobody")).log_odds > 1


def test_a_page_of_an_unknown_design_hears_only_of_the_containers_around(memory):
    page = replace(parse(story(40)), site_memory=replace(memory, containers=()))
    assert container_priors(page) == [None] * len(page.blocks)
    assert not prior_log_odds(container_priors(page)).any()


def test_the_memory_keeps_a_short_article_that_the_page_alone_would_lose(memory):
    capture = story(40)
    short = replace(
        capture, body=capture.body.split("<div class='story-body'>")[0] + "<div class='story-body'>Fog.</div>"
    )
    kept = [block.text for _, block in KeepMainContent().clean(recalled(short, memory)).kept()]
    assert "Fog." in kept


def test_what_the_memory_alone_speaks_against_is_reported_as_such():
    box = (
        "<div class='harbour-notes'><p>Of {} ships that came in, the pilot liked the third one best, he said.</p></div>"
    )
    memory = memory_of([story(n, body=box.format(n)) for n in range(12)])
    containers = tuple(
        found._replace(log_odds=-6.0) if "harbour-notes" in found.path else found for found in memory.containers
    )
    page = KeepMainContent().clean(recalled(story(40, body=box.format(40)), replace(memory, containers=containers)))
    removal = next(
        removal for block, removal in zip(page.blocks, page.removals, strict=True) if block.text.startswith("Of 40")
    )
    assert (removal.rule, removal.reason) == ("main_content.site", "other")
    assert removal.evidence == (
        f"inside <div.harbour-notes>, mostly no article on the 12 of 12 articles of {SITE} that have it, "
        "last seen 2024-05-01"
    )


def test_a_page_of_nothing_but_templates_is_left_to_its_own(memory):
    page = recalled(story(40), memory)
    footer = next(block for block in page.blocks if block.text == FOOTER)
    only = replace(page, columns=Columns.from_rows([footer], page.elements), removals=(None,), cache={})
    assert not any(RemoveRepeatedDisclaimers().clean(only).removals)
