"""What follows from a site's sample: templates, their containers, and texts that are not templates."""

import pytest
from site_pages import FOOTER, SITE, site_sample, story

from boiloff.transforms import Capture
from boiloff.transforms.matching.wording import fingerprint
from boiloff.transforms.site_memory.derive import derive
from boiloff.transforms.site_memory.sample import SiteSample, merge
from boiloff.transforms.site_memory.store import PackingError, pack_memory, unpack_memory

BODY = "html/body/article.story/div.story-body"


@pytest.fixture(scope="module")
def memory():
    return derive(site_sample(story(n, body=f"<p>{n} readers tonight</p>") for n in range(10)))


def body_of(memory):
    return next(found.path for found in memory.containers if found.path.endswith("div.story-body"))


def test_a_text_on_every_article_is_a_template(memory):
    found = memory.template(fingerprint(FOOTER), body_of(memory))
    assert (found.articles, found.of, found.share, found.tail) == (10, 10, 1.0, 10)
    assert found.text == FOOTER[:80].strip()
    assert (found.first_seen, found.last_seen) == ("2024-05-01", "2024-05-01")
    assert memory.template(fingerprint(FOOTER)) == found
    assert memory.template(fingerprint("Front page")).head == 10


def test_digits_may_differ(memory):
    masked = memory.template(fingerprint("0 readers tonight"), is_masked=True)
    assert (masked.articles, masked.of) == (10, 10)
    assert memory.template(fingerprint("3 readers tonight")) is None


def test_what_one_article_says_is_no_template(memory):
    assert memory.template(fingerprint("Lantern 3 of the quay")) is None


def test_containers_show_what_they_hold(memory):
    body = memory.container(body_of(memory))
    latest = next(found for found in memory.containers if found.path.endswith("ul.latest"))
    assert (body.articles, body.blocks) == (10, 5)
    assert body.own > 0.6 > 0.1 < body.repeated < 0.4
    assert body.log_odds > latest.log_odds
    assert (latest.own, latest.linked, latest.repeated) == (0, 1, 0)
    around = memory.container(body.path.rpartition("/")[0])
    assert around.chars > body.chars


def test_enough_articles_are_asked_for(memory):
    assert memory.is_believed
    assert not derive(site_sample(map(story, range(2)))).is_believed
    nothing = derive(SiteSample(SITE))
    assert (nothing.articles, nothing.sampled, nothing.templates, nothing.is_believed) == (0, 0, (), False)


def test_twins_of_an_article_count_once():
    twins = [
        story(1, url=f"https://{SITE}/stories/1{view}") for view in ("", "?amp=1", "/amp", "?utm_source=mail", "#top")
    ]
    recaptured = story(1, captured_at="2024-05-09T06:00:00Z")
    memory = derive(site_sample([*twins, recaptured, story(2), story(3), story(4)]))
    assert (memory.articles, memory.sampled) == (4, 4)
    assert memory.template(fingerprint(FOOTER)).articles == 4


def test_pages_that_say_the_same_count_once():
    filler = [story(1, url=f"https://{SITE}/filler/{n}") for n in range(76)]
    memory = derive(site_sample([*filler, story(2), story(3)]))
    assert memory.sampled <= 3
    assert all(found.articles <= memory.sampled for found in memory.templates)
    assert memory.template(fingerprint("Lantern 1 of the quay")) is None


def test_designs_do_not_dilute_each_other():
    def in_blog(number):
        capture = story(number)
        body = capture.body.replace("story-body", "blog-body").replace(
            FOOTER, "The blog keeps its own hours, by the lamp."
        )
        return Capture(body=body, url=capture.url, captured_at=capture.captured_at)

    memory = derive(site_sample([*map(story, range(12)), *map(in_blog, range(12, 18))]))
    own = memory.template(fingerprint("The blog keeps its own hours, by the lamp."))
    assert (own.articles, own.of) == (6, 6)
    assert memory.template(fingerprint("Front page")).of == 18


def test_derivation_does_not_depend_on_order():
    captures = [story(n) for n in range(8)]
    halves = merge([site_sample(captures[4:]), site_sample(captures[:4])])
    assert derive(halves) == derive(site_sample(reversed(captures))) == derive(site_sample(captures))


def test_a_memory_is_packed_and_unpacked(memory):
    assert unpack_memory(SITE, pack_memory(memory)) == memory
    with pytest.raises(PackingError):
        unpack_memory(SITE, pack_memory(memory)[:-9])


def test_text_captures_have_templates_too():
    texts = [
        Capture(body=f"Lamp {n} went out at the mole.\n\nNobody saw who did it, {n} said.\n\n{FOOTER}", media="text",
                url=f"https://{SITE}/t/{n}")
        for n in range(5)
    ]  # fmt: skip
    found = derive(site_sample(texts)).template(fingerprint(FOOTER), "text")
    assert (found.articles, found.of, found.log_odds) == (5, 5, 1.0)


def test_of_few_articles_nothing_is_derived():
    memory = derive(site_sample([story(1), story(2)]))
    assert (memory.articles, memory.sampled, memory.templates, memory.containers) == (2, 2, (), ())
    assert not memory.is_believed


def test_a_container_has_a_record_of_its_short_blocks_beside_that_of_all_its_text():
    memory = derive(site_sample([story(n, body=f"<p>Pier {n}</p>") for n in range(6)]))
    body = next(found for found in memory.containers if found.path.endswith("div.story-body"))
    footer = next(found for found in memory.containers if found.path.endswith("ul.menu"))
    assert (body.articles, body.short_articles) == (6, 6)
    assert body.short_log_odds < body.log_odds
    assert footer.short_articles == 6
    assert footer.short_log_odds < 0
