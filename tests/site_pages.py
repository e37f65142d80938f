"""Pages of an invented site, for tests of site memory."""

from boiloff.transforms import Capture, parse
from boiloff.transforms.classifier.classify import article_log_odds
from boiloff.transforms.site_memory.sample import SiteSample, sampled
from boiloff.transforms.site_memory.sketch import sketch_page

SITE = "lanternpost.example"
STORIES = [
    "The lamplighter of Quay Street counted his wicks at dusk, and found that number {} was missing again.",
    "Nobody on the east side had seen it go, though the baker swore that she had heard glass on the cobbles.",
    "By the time the tide turned, {} boats lay at the mole, each with a lantern of its own at the stern.",
]
FOOTER = "Reprinted from the evening edition; letters to the night desk are read on Thursdays."


def story(number, *, url="", captured_at="2024-05-01T06:00:00Z", head="", body="", words=None):
    """Make a capture of the site's article with this number; `body` is below the paragraphs."""
    paragraphs = "".join(f"<p>{line.format(words or number * 7 + 1)} Part {words or number}.</p>" for line in STORIES)
    html = (
        f"<html><head><title>Lantern {number}</title>{head}</head><body class='story-{number}'>"
        f"<ul class='menu'><li><a href='/'>Front page</a></li><li><a href='/quay'>The quay</a></li></ul>"
        f"<article class='story'><h1>Lantern {number} of the quay</h1><div class='story-body'>{paragraphs}"
        f"<p>{FOOTER}</p>{body}</div></article>"
        f"<ul class='latest'><li><a href='/x{number}'>Headline {number} of today</a></li></ul></body></html>"
    )
    return Capture(body=html, url=url or f"https://{SITE}/stories/{number}", captured_at=captured_at)


def sketch(capture):
    page = parse(capture)
    return sketch_page(page, article_log_odds(page))


def site_sample(captures, site=SITE):
    return SiteSample(site, sampled(map(sketch, captures)))
