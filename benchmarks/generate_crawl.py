"""Make a crawl of invented news sites, for measuring memory and time at sizes that no test set has.

    python benchmarks/generate_crawl.py CRAWL.warc.gz --pages 200000 --sites 2000 [--mixed]

Sites differ in words, class names and boilerplate; how many pages each has follows Zipf's law, so that the largest site
holds a quarter of the crawl. Pages come in the order of a crawl, all sites mixed. Some come twice: under a tracking
parameter, as an AMP view, or captured again. With --mixed, some are listings, threads, products, error pages or hostile
pages, and some records are damaged, in the shares of `MIX`. Words are put together from syllables, and the same seed
gives the same bytes. Nothing is held but the sites' boilerplate.
"""

from __future__ import annotations

import argparse
import gzip
from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from random import Random

from hostile_inputs import PAGES

# The largest of 2,000 sites holds a quarter of all pages with this exponent.
ZIPF_EXPONENT = 1.25
# Share of pages that come again as a twin of an earlier one.
TWIN_SHARE = 0.06
ONSETS = "b br c ch d dr f g gr h k l m n p pl r s st t tr v w".split()
NUCLEI = "a e i o u ai ea ou".split()
CODAS = ["", "", "l", "n", "r", "s", "t", "nd", "rk"]
FILLER_CHARS = 22_000
PARAGRAPHS = (9, 16)
# Shares of a mixed crawl beside its articles. We chose them; crawls differ.
MIX = {"listing": 0.08, "thread": 0.03, "product": 0.03, "error": 0.02, "damaged": 0.001, "hostile": 0.0002}
# Crawls store at most a megabyte of a page.
HOSTILE_SCALE = 0.05
HOSTILE_BYTES = 1_000_000
# More articles than a part of a crawl has of one site.
PART_ARTICLES = 1_000_000


def word(random: Random) -> str:
    """Invent a word of one to three syllables."""
    return "".join(
        random.choice(ONSETS) + random.choice(NUCLEI) + random.choice(CODAS) for _ in range(random.randint(1, 3))
    )


@dataclass
class Site:
    """One invented site: its words, its class names, and the boilerplate that all its pages have."""

    host: str
    random: Random
    first_article: int = 0

    def __post_init__(self) -> None:
        self.articles = self.first_article
        self.words = [word(self.random) for _ in range(400)]
        self.prefix = self.random.choice(self.words)[:4]
        self.menu = [self.phrase(1, 2) for _ in range(self.random.randint(8, 14))]
        self.disclaimer = self.sentence() + " " + self.sentence()
        self.appeal = self.sentence()
        self.small_print = [self.phrase(2, 5) for _ in range(9)]
        self.authors = [f"{self.name()} {self.name()}" for _ in range(6)]
        self.script = "".join(f"function {w}(){{return '{v}'}};" for w, v in pairwise(self.words))
        self.script = (self.script * (FILLER_CHARS // len(self.script) + 1))[:FILLER_CHARS]

    def name(self) -> str:
        """Invent a word with a capital."""
        return self.random.choice(self.words).capitalize()

    def phrase(self, least: int, most: int) -> str:
        """Make up some words, the first with a capital."""
        return " ".join(self.random.choices(self.words, k=self.random.randint(least, most))).capitalize()

    def sentence(self) -> str:
        """Words, a comma and a full stop."""
        return f"{self.phrase(4, 9)}, {self.phrase(3, 8).lower()}."

    def paragraph(self) -> str:
        """Three to six sentences."""
        return " ".join(self.sentence() for _ in range(self.random.randint(3, 6)))

    def page(self) -> str:
        """Make a page with an article inside the site's boilerplate."""
        p, random, title = self.prefix, self.random, self.phrase(5, 9)
        body = [f"<p>{self.paragraph()}</p>" for _ in range(random.randint(*PARAGRAPHS))]
        if random.random() < 0.3:
            body.insert(len(body) // 2, f"<blockquote><p>{self.sentence()}</p></blockquote>")
        return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} - {self.host}</title>
<meta property="og:title" content="{title}"><script>{self.script}</script></head><body class="{p}-page">
<header class="{p}-head"><p class="{p}-name">{self.host}</p>{self.links(self.menu, "menu")}</header>
<div class="{p}-columns"><main class="{p}-main"><article class="{p}-story"><h1>{title}</h1>
<p class="{p}-by">By {random.choice(self.authors)}, {random.randint(1, 28)} May 2024</p>
<div class="{p}-body">{"".join(body)}<p>{self.disclaimer}</p></div>
{self.links([self.phrase(1, 2) for _ in range(4)], "tags")}
<div class="{p}-appeal"><p>{self.appeal}</p><button>{self.menu[0]}</button></div></article>
<section class="{p}-more"><h2>{self.menu[1]}</h2>
{self.links([self.phrase(5, 9) for _ in range(7)], "related")}</section>
<section id="comments" class="{p}-comments">{"".join(self.comment() for _ in range(random.randint(0, 4)))}</section>
</main><aside class="{p}-side"><h3>{self.menu[2]}</h3>{self.links([self.phrase(4, 8) for _ in range(8)], "latest")}
</aside></div><footer class="{p}-foot">{self.links(self.small_print, "foot")}<p>{self.small_print[0]} 2024</p></footer>
</body></html>"""

    def frame(self, title: str, main: str) -> str:
        """Make a page of another kind, inside the site's boilerplate."""
        p = self.prefix
        return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} - {self.host}</title>
<script>{self.script}</script></head><body class="{p}-page"><header class="{p}-head"><p class="{p}-name">{self.host}</p>
{self.links(self.menu, "menu")}</header><main class="{p}-main"><h1>{title}</h1>{main}</main>
<footer class="{p}-foot">{self.links(self.small_print, "foot")}<p>{self.small_print[0]} 2024</p></footer>
</body></html>"""

    def listing(self) -> str:
        """Make a page of twenty teasers."""
        entries = "".join(
            f'<article class="{self.prefix}-teaser"><h2><a href="/{number}/">{self.phrase(5, 9)}</a></h2>'
            f"<p>{self.sentence()}</p></article>"
            for number in range(20)
        )
        return self.frame(self.menu[1], entries)

    def thread(self) -> str:
        """Make a page of a forum, with three to twelve posts."""
        posts = "".join(
            f'<div class="post" id="p{number}"><div class="author">{self.name()}</div>'
            f'<time datetime="2024-05-{number + 1:02d}">{number + 1} May 2024</time>'
            f'<div class="content"><p>{self.paragraph()}</p></div></div>'
            for number in range(self.random.randint(3, 12))
        )
        return self.frame(self.phrase(4, 8), f'<div class="topic">{posts}</div>')

    def product(self) -> str:
        """Make a page of a shop."""
        rows = "".join(f"<tr><th>{self.phrase(1, 2)}</th><td>{self.phrase(1, 3)}</td></tr>" for _ in range(8))
        price = f'<p class="price">{self.random.randint(5, 900)}.00 €</p><button>{self.menu[0]}</button>'
        return self.frame(self.phrase(2, 4), f"{price}<p>{self.paragraph()}</p><table>{rows}</table>")

    def error(self) -> str:
        """Make the page that a server sends, with status 200, in place of one that it does not have."""
        return self.frame("404 Not Found", "<p>The page that you requested was not found.</p>")

    def other(self, kind: str, random: Random) -> tuple[str, str]:
        """Return address and page of a kind that is not an article."""
        number = random.randrange(10**9)
        self.random = Random(f"{self.host}/{kind}/{number}")
        return f"https://{self.host}/{kind}/{number}/", getattr(self, kind)()

    def links(self, texts: list[str], what: str) -> str:
        """Make a list of links."""
        items = "".join(
            f'<li class="{self.prefix}-{what}-item"><a class="{self.prefix}-{what}-link" data-place="{what}" '
            f'href="https://{self.host}/{text.lower().replace(" ", "-")}/">{text}</a></li>'
            for text in texts
        )
        return f'<ul class="{self.prefix}-{what}">{items}</ul>'

    def comment(self) -> str:
        """Make a reader's comment."""
        return f'<div class="comment"><b>{self.name()}</b><p>{self.sentence()}</p></div>'

    def capture(self, random: Random) -> tuple[str, str]:
        """Return address and page of the next article, or of a copy of an earlier one."""
        is_twin = self.articles > self.first_article and random.random() < TWIN_SHARE
        view = random.choice(["", "amp/", "?utm_source=mail"]) if is_twin else ""
        self.articles += not is_twin
        number = random.randint(self.first_article + 1, self.articles) if is_twin else self.articles
        self.random = Random(f"{self.host}/{number}")
        url = f"https://{self.host}/{number}/{self.phrase(3, 6).lower().replace(' ', '-')}/{view}"
        return url, self.page()


def record(url: str, body: bytes, number: int) -> bytes:
    """Make a WARC response record, compressed by itself."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    day, second = divmod(number, 20_000)
    header = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012d}>\r\n"
        f"WARC-Date: 2024-05-{day % 28 + 1:02d}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z\r\n"
        f"WARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(http)}\r\n\r\n"
    )
    return gzip.compress(header.encode("utf-8") + http + b"\r\n\r\n", compresslevel=1, mtime=0)


class Sites:
    """The sites of a crawl, and which comes next.

    All parts of a crawl have the same sites. Each part draws them in an order of its own, and has its own articles.
    """

    def __init__(self, count: int, seed: int, part: int = 0) -> None:
        self.random = Random(f"{seed}/part/{part}" if part else seed)
        self._seed, self._first_article = seed, part * PART_ARTICLES
        self._weights = list(accumulate(rank**-ZIPF_EXPONENT for rank in range(1, count + 1)))
        self._known: dict[int, Site] = {}

    def next(self) -> Site:
        """Draw a site."""
        rank = bisect(self._weights, self.random.random() * self._weights[-1])
        if rank not in self._known:
            own = Random(f"{self._seed}/{rank}")
            self._known[rank] = Site(f"{word(own)}{rank}.example", own, self._first_article)
        return self._known[rank]


def captures(pages: int, sites: int, seed: int) -> Iterator[tuple[str, str]]:
    """Yield the address and the page of each capture, in the order of the crawl."""
    drawn = Sites(sites, seed)
    for _ in range(pages):
        yield drawn.next().capture(drawn.random)


def records(pages: int, sites: int, seed: int) -> Iterator[bytes]:
    """Yield the WARC records of a crawl of articles."""
    for number, (url, html) in enumerate(captures(pages, sites, seed)):
        yield record(url, html.encode("utf-8"), number)


def mixed_records(pages: int, sites: int, seed: int, part: int = 0) -> Iterator[bytes]:
    """Yield the WARC records of a crawl, or of a part of one, in which pages have the kinds of `MIX`."""
    drawn = Sites(sites, seed, part)
    random = drawn.random
    hostile = [page for page in (page.page(HOSTILE_SCALE) for page in PAGES) if len(page) <= HOSTILE_BYTES]
    kinds = random.choices(["article", *MIX], [1 - sum(MIX.values()), *MIX.values()], k=pages)
    for number, kind in enumerate(kinds, part * pages):
        site = drawn.next()
        if kind == "hostile":
            yield record(f"https://{site.host}/hostile/{number}/", random.choice(hostile), number)
        elif kind in ("article", "damaged"):
            url, html = site.capture(random)
            made = record(url, html.encode("utf-8"), number)
            yield made if kind == "article" else damaged(made, random)
        else:
            url, html = site.other(kind, random)
            yield record(url, html.encode("utf-8"), number)


def damaged(made: bytes, random: Random) -> bytes:
    """Overwrite a few bytes in the middle of a compressed record."""
    place = random.randrange(len(made) // 4, len(made) // 2)
    return made[:place] + b"\xff" * 8 + made[place + 8 :]


def generate(path: Path, made: Iterable[bytes]) -> None:
    """Write the records of a crawl, one at a time."""
    with path.open("wb") as stream:
        stream.writelines(made)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path, metavar="CRAWL.warc.gz")
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--sites", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mixed", action="store_true", help="with pages of other kinds and damaged records")
    options = parser.parse_args()
    make = mixed_records if options.mixed else records
    generate(options.output, make(options.pages, options.sites, options.seed))


if __name__ == "__main__":
    main()
