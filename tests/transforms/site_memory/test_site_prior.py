"""What a site's memory says about the containers of a page."""

from dataclasses import replace

import pytest
from site_pages import FOOTER, SITE, site_sample, story

from boiloff.transforms import KeepMainContent, parse
from boiloff.transforms.site_memory.derive import derive
from boiloff.transforms.site_memory.repeated_texts import container_priors, prior_log_odds


def memory_of(captures):
    return derive(site_sample(captures))


@pytest.fixture(scope="module")
def memory():
    return memory_of([story(n) for n in range(12)])


def recalled(capture, memory):
    return replace(parse(capture), site_memory=memory)


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


def priors_by_text(capture, memory, **record):
    """Return the priors of a page's blocks, where the record of each container has these values."""
    containers = tuple(found._replace(**record) for found in memory.containers)
    page = recalled(capture, replace(memory, containers=containers))
    return dict(zip((block.text for block in page.blocks), container_priors(page), strict=True))


def test_a_short_block_is_compared_with_the_short_blocks_of_its_container(memory):
    dated = story(40, body="<p>3 May 2024</p>")
    found = priors_by_text(dated, memory, log_odds=5.0, short_articles=12, short_log_odds=-4.0)
    assert found["3 May 2024"].log_odds < -4 < 4 < found[FOOTER].log_odds
    unknown = priors_by_text(dated, memory, log_odds=5.0, short_articles=1, short_log_odds=-4.0)
    assert unknown["3 May 2024"].log_odds == unknown[FOOTER].log_odds


def test_short_blocks_that_the_pages_disagree_about_count_as_their_container(memory):
    dated = story(40, body="<p>3 May 2024</p>")
    found = priors_by_text(dated, memory, log_odds=5.0, short_articles=12, short_log_odds=0.5)
    assert found["3 May 2024"].log_odds == pytest.approx(found[FOOTER].log_odds)


def test_a_container_that_the_pages_disagree_about_adds_nothing(memory):
    for mean in (-1.1, 1.1):
        found = priors_by_text(story(40), memory, log_odds=mean, short_articles=0)
        assert {prior.log_odds for prior in found.values() if prior} == {0.0}


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
        f"inside <div.harbour-notes>, mostly not article on the 12 of 12 articles of {SITE} that have it, "
        "last seen 2024-05-01"
    )


def test_three_articles_speak_of_containers_and_of_no_texts():
    few = memory_of([story(n) for n in range(3)])
    priors = container_priors(recalled(story(40), few))
    assert any(prior is not None and prior.log_odds for prior in priors)
    assert container_priors(recalled(story(40), memory_of([story(n) for n in range(2)]))) == [None] * len(priors)
