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


def test_a_container_does_not_speak_for_a_menu_that_the_pages_doubt(memory):
    found = priors_by_text(story(40), memory, log_odds=5.0, short_articles=0)
    assert found["Front page"] is found["The quay"] is None
    assert found["Headline 40 of today"].log_odds > 4
    against = priors_by_text(story(40), memory, log_odds=-5.0, short_articles=0)
    assert against["Front page"].log_odds < -4
    in_body = replace(memory, templates=tuple(one._replace(head=0, body=12, tail=0) for one in memory.templates))
    assert priors_by_text(story(40), in_body, log_odds=5.0, short_articles=0)["Front page"].log_odds > 4


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


LINES = (
    "Of {} ships that came in, the pilot liked the third one best, he said, and he said it twice before he went home.",
    "Nobody asked him why, since the harbour master had told the whole story of that ship on the evening before.",
)
BOX = f"<div class='book'>{''.join(f'<p>{line}</p>' for line in LINES)}</div>"


def boxed(number):
    """Make a story with a box below the container of its paragraphs."""
    capture = story(number)
    return replace(capture, body=capture.body.replace("</article>", BOX.format(number) + "</article>"))


def removal_in_box(memory, capture):
    page = KeepMainContent().clean(recalled(capture, memory))
    return next(mark for block, mark in zip(page.blocks, page.removals, strict=True) if block.text == LINES[1])


def doubting(memory, mean):
    """Return the memory as if the pages had given the box this mean, and so the container around it a smaller one."""
    means = {"div.book": mean, "article.story": 3.0}
    containers = []
    for found in memory.containers:
        known = means.get(found.path.rpartition("/")[2])
        containers.append(found if known is None else found._replace(log_odds=known, short_articles=0))
    return replace(memory, containers=tuple(containers))


@pytest.fixture(scope="module")
def boxes():
    return memory_of([boxed(n) for n in range(12)])


def test_the_body_is_the_smallest_container_that_holds_what_the_pages_take_for_the_article(memory, boxes):
    assert memory.body.endswith("/div.story-body")
    assert boxes.body.endswith("/article.story")
    assert doubting(boxes, 0.5).body.endswith("/div.story-body")
    assert replace(boxes, containers=()).body == ""


def test_a_box_below_the_body_that_the_pages_are_not_sure_of_goes_with_the_place_as_evidence(boxes):
    for mean in (-1.0, 0.5, 2.0):
        removal = removal_in_box(doubting(boxes, mean), boxed(40))
        assert removal.rule == "main_content.site"
        assert removal.evidence == (
            f"inside <div.book>, below the articles in <div.story-body> on the 12 of 12 articles of {SITE} that have it, "
            "last seen 2024-05-01"
        )


def test_a_box_below_the_body_that_the_pages_are_sure_of_stays(boxes):
    assert removal_in_box(doubting(boxes, 4.0), boxed(40)) is None


def test_only_a_box_below_the_body_is_doubted_for_its_place(boxes):
    capture, box = boxed(40), BOX.format(40)
    body = "<div class='story-body'>"
    above = capture.body.replace(box, "").replace(body, box + body)
    elsewhere = capture.body.replace("story-body", "other-design")
    inside = capture.body.replace(box, "").replace("</div></article>", box + "</div></article>")
    for html in (above, elsewhere, inside):
        priors = container_priors(recalled(replace(capture, body=html), doubting(boxes, 0.5)))
        assert not any(prior.is_below_body for prior in priors if prior)


def test_an_unknown_box_below_the_body_has_no_share_in_the_record_of_the_article(memory):
    page = recalled(boxed(40), memory)
    priors = dict(zip((block.text for block in page.blocks), container_priors(page), strict=True))
    prior = priors[LINES[0].format(40)]
    assert prior.is_below_body
    assert prior.log_odds < 0
